/** What Cloudflare bills for each kind of event, counted: docs/scale.md reckons with it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { type RunningWorker, startWorker } from "../../support/worker.ts";
import { createDurableCaller, type DurableCaller, type Question, TEXT, VIDEO } from "../durable-caller.ts";
import { beside, type Row, type Section } from "../section.ts";
import { findWorkerd } from "../workerd.ts";
import { readCpuNs } from "../workerd-process.ts";
import { type Counts, type ObjectCounts, writeFront } from "./counting-front.ts";

const EVENTS = 100;
const QUIET_MS = 3_000;
const QUIET_WITHIN_MS = 30_000;
/** By then a tracker asks GEN every 15 s. */
const STEADY_MS = 45_000;
const WATCHED_MS = 30_000;
const CREDITS = 1_000_000_000;
const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";

export const metered: Section = {
  name: "metered",
  how:
    `What Cloudflare bills for, counted inside workerd by a module in front of the bundle (\`test/bench/metered/counting-front.ts\`), over ${EVENTS} events of a kind and what follows from them until nothing has changed for ${QUIET_MS / 1_000} s, divided by the events: ` +
    "calls of objects' methods from outside and their alarms, rows that SQLite says were written and read (a key and an alarm are a row each), requests to the outside, log lines. What an object deletes a day or a month later is not in it. " +
    "A charged call is a text that GEN ends at once; no budget applies to it, or one of credits, for which its price is asked of GEN. A notification is the difference that `NOTIFY_URL` makes to one. A minute of a tracked generation is twice what was counted in 30 s after the first 45 s, with one reader of its event stream; a reader adds one call of the object and nothing else. CPU time is that of all of workerd: storage, HTTP and Miniflare's own Workers included, so the most that it can be.",
  run,
};

interface Bench {
  readonly gen: Simulator;
  readonly worker: RunningWorker;
  readonly caller: DurableCaller;
  readonly key: string;
  readonly pid: number;
  close(): Promise<void>;
}

interface Usage {
  readonly counts: Counts;
  readonly cpuMs: number;
}

async function run(): Promise<readonly Row[]> {
  const bench = await start(null);
  try {
    const get = await measure(bench, () => ({ method: "GET", url: "/v1/agents/42", status: 200 }));
    const edit = await measure(bench, (index) => ({ ...EDIT, body: { spreadsheet_cell: { value: `${index}` } } }));
    const charged = await measure(bench, toCharge);
    const budgeted = await bench.worker.addClient({ creditsPerDay: CREDITS });
    const inBudget = await measure({ ...bench, key: budgeted }, toCharge);
    const [tracked, notified] = await Promise.all([measureTracked(bench), measureNotified()]);
    return [
      toRow("Billed for a GET", get),
      toRow("… an edit", edit),
      toRow("… a charged call", charged),
      toRow("… a charged call in a budget of credits", inBudget),
      toRow("… a minute of a tracked generation", tracked),
      toRow("… a notification", subtract(notified, charged)),
    ];
  } finally {
    await bench.close();
  }
}

/** A charged call whose end is told. */
async function measureNotified(): Promise<Usage> {
  const receiver = await startReceiver();
  const bench = await start(receiver);
  try {
    return await measure(bench, toCharge);
  } finally {
    await bench.close();
    await receiver.close();
  }
}

async function start(receiver: Receiver | null): Promise<Bench> {
  const gen = await startSimulator({ settings: { ledgerRequests: false } });
  const atOnce = { pendingMs: 0, processingMs: 0 };
  gen.control.changeSettings({ generationMs: { text: atOnce, video: { pendingMs: 3_600_000 } } });
  gen.control.setOrganization(7, { generic: CREDITS });
  const notify = receiver === null ? {} : { NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret };
  const { api, agent, agentCore } = gen.urls;
  const urls = { GEN_BASE_URL: api, GEN_AGENT_BASE_URL: agent, GEN_AGENT_CORE_BASE_URL: agentCore };
  const worker = await startWorker({ GEN_API_KEY: gen.apiKey, ...urls, ...notify }, { front: writeFront() });
  const caller = createDurableCaller(1);
  return {
    gen,
    worker,
    caller,
    key: await worker.addClient(),
    pid: findWorkerd(),
    async close() {
      caller.close();
      await worker.close();
      await gen.close();
    },
  };
}

type Event = Omit<Question, "key"> & { readonly status: number };

const EDIT = { method: "PATCH", url: "/v1/vidsheet/101/cells/10112?agent_id=42", status: 200 } as const;

function toCharge(index: number): Event {
  return { method: "POST", url: GENERATE, status: 201, body: TEXT, headers: { "idempotency-key": `metered-${index}` } };
}

/** For each event. The first one, which reads the client and the switch of charges, comes before. */
async function measure(bench: Bench, toEvent: (index: number) => Event): Promise<Usage> {
  await send(bench, toEvent(0));
  const before = await untilQuiet(bench);
  const cpuBefore = readCpuNs(bench.pid);
  for (let index = 1; index <= EVENTS; index += 1) await send(bench, toEvent(index));
  const cpuMs = (readCpuNs(bench.pid) - cpuBefore) / 1e6 / EVENTS;
  return { counts: scale(toDifference(await untilQuiet(bench), before), 1 / EVENTS), cpuMs };
}

async function measureTracked(bench: Bench): Promise<Usage> {
  const answer = await send(bench, { ...toCharge(0), body: VIDEO, headers: { "idempotency-key": "metered-video" } });
  const { generation_id: id } = JSON.parse(answer);
  const reader = new AbortController();
  const headers = { "x-api-key": bench.key };
  const stream = await fetch(`${bench.worker.url}/v1/generations/${id}/events`, { headers, signal: reader.signal });
  await sleep(STEADY_MS);
  const before = await readCounts(bench);
  const cpuBefore = readCpuNs(bench.pid);
  await sleep(WATCHED_MS);
  const minute = 60_000 / WATCHED_MS;
  const cpuMs = ((readCpuNs(bench.pid) - cpuBefore) / 1e6) * minute;
  const counts = scale(toDifference(await readCounts(bench), before), minute);
  reader.abort();
  await stream.text().catch(() => "");
  return { counts, cpuMs };
}

async function send({ worker, caller, key }: Bench, { status, ...event }: Event): Promise<string> {
  const answer = await caller.ask({ ...event, url: `${worker.url}${event.url}`, key });
  if (answer.status !== status)
    throw new Error(`${event.method} ${event.url} answered ${answer.status}: ${answer.text}`);
  return answer.text;
}

async function readCounts({ worker }: Bench): Promise<Counts> {
  return (await fetch(`${worker.url}/counts`)).json() as Promise<Counts>;
}

/** The counts once they have not changed for a while. */
async function untilQuiet(bench: Bench): Promise<Counts> {
  const endsAt = Date.now() + QUIET_WITHIN_MS;
  for (let last = await readCounts(bench); ; ) {
    await sleep(QUIET_MS);
    const now = await readCounts(bench);
    if (JSON.stringify(now) === JSON.stringify(last)) return now;
    if (Date.now() > endsAt) throw new Error("The counts go on changing.");
    last = now;
  }
}

function combine(a: Counts, b: Counts, with_: (a: number, b: number) => number): Counts {
  const names = [...new Set([...Object.keys(a.objects), ...Object.keys(b.objects)])];
  const objects = names.map((name) => {
    const [one, other] = [a.objects[name] ?? NONE, b.objects[name] ?? NONE];
    const counts: ObjectCounts = {
      calls: with_(one.calls, other.calls),
      alarms: with_(one.alarms, other.alarms),
      rowsRead: with_(one.rowsRead, other.rowsRead),
      rowsWritten: with_(one.rowsWritten, other.rowsWritten),
    };
    return [name, counts] as const;
  });
  return {
    objects: Object.fromEntries(objects),
    subrequests: with_(a.subrequests, b.subrequests),
    kvReads: with_(a.kvReads, b.kvReads),
    logLines: with_(a.logLines, b.logLines),
    logBytes: with_(a.logBytes, b.logBytes),
  };
}

const NONE: ObjectCounts = { calls: 0, alarms: 0, rowsRead: 0, rowsWritten: 0 };

function toDifference(after: Counts, before: Counts): Counts {
  return combine(after, before, (a, b) => a - b);
}

function scale(counts: Counts, factor: number): Counts {
  return combine(counts, counts, (a) => a * factor);
}

function subtract(a: Usage, b: Usage): Usage {
  return { counts: toDifference(a.counts, b.counts), cpuMs: a.cpuMs - b.cpuMs };
}

function toRow(what: string, { counts, cpuMs }: Usage): Row {
  const objects = Object.entries(counts.objects);
  const sum = (of: (counts: ObjectCounts) => number) => objects.reduce((all, [, one]) => all + of(one), 0);
  const written = objects.filter(([, { rowsWritten }]) => rowsWritten >= 0.05);
  const parts = written.map(([name, { rowsWritten }]) => `${name} ${rowsWritten.toFixed(1)}`).join(", ");
  const requests = sum(({ calls, alarms }) => calls + alarms);
  const alarms = sum((one) => one.alarms);
  const rows = sum(({ rowsWritten }) => rowsWritten);
  return beside(
    what,
    `${requests.toFixed(1)} requests to objects (${alarms.toFixed(1)} of them alarms), ${rows.toFixed(1)} rows written${parts === "" ? "" : ` (${parts})`}, ` +
      `${sum(({ rowsRead }) => rowsRead).toFixed(0)} read, ${counts.subrequests.toFixed(1)} subrequests, ` +
      `${counts.logLines.toFixed(1)} log lines (${counts.logBytes.toFixed(0)} bytes), ${cpuMs.toFixed(1)} ms CPU`,
  );
}
