import { setTimeout as sleep } from "node:timers/promises";
import { openEvents } from "../../../test/support/event-stream.ts";
import { type Answer, callWorker } from "../call.ts";
import { count } from "../count.ts";
import { ProgressBar } from "../progress-bar.ts";
import { promise } from "../promise.ts";
import type { Step, Tour } from "../step.ts";

const CALL = {
  method: "POST",
  path: "/v1/vidsheet/sheet_123/cells/cell_12/generate?agent_id=agent_456",
  headers: { "Idempotency-Key": "demo-video-2", Prefer: "respond-async" },
  json: { generation_type: "video_from_text", data: { prompt: "Bread, rising", duration: 10 } },
};
/** GEN finishes at about the time when the Worker is back. */
const DURATIONS = { pendingMs: 1_000, processingMs: 3_500 };
const TICK_MS = 100;
const POLL_MS = 100;
const TIMEOUT_MS = 20_000;

export const killedInTheMiddle: Step = {
  title: "A video, watched live, and the Worker killed in the middle",
  async run(tour) {
    const { page, gen, worker } = tour;
    page.text("The caller does not wait: the call is stored, and its progress is watched.");
    gen.control.changeSettings({ generationMs: { video: DURATIONS } });
    gen.control.clearLedger();
    const { location, id, startedAt } = await start(tour);

    const path = `/v1/generations/${id}/events`;
    page.request("GET", path);
    const before = await watch(tour, { path, startedAt, until: "processing" });
    await worker.kill();
    const alive = await isAnswering(worker.url);
    page.fact("kill -9", `wrangler dev and workerd, the whole process group; ${alive ? "still there" : "gone"}`);
    promise(page, "The Worker is gone, in the middle of a paid video.", {
      seen: [before.status, alive],
      wanted: ["processing", false],
    });

    await worker.restart();
    page.fact("started again", `on the same state, ${toSeconds(startedAt)} s after the call`);
    const lastSeen = { "Last-Event-ID": before.id };
    page.request("GET", path, lastSeen);
    const after = await watch(tour, { path, startedAt, until: "completed", headers: lastSeen });
    page.fact("result", after.result);
    const again = await fetch(`${worker.url}${path}`, {
      headers: { "x-api-key": tour.key, "last-event-id": after.id },
    });
    page.fact("asked once more", `${again.status}: everything was seen, so a browser does not reconnect`);
    promise(page, "The stream continued after the last event seen, until completed.", {
      seen: [after.status, Number(after.id) > Number(before.id), again.status],
      wanted: ["completed", true, 204],
    });

    page.request("GET", location);
    const call = await callWorker(tour, { method: "GET", path: location });
    page.fact("answer", describeCall(call));
    promise(page, "The call is settled, was sent once, and names the generation.", {
      seen: [call.body.state, call.body.charged, call.body.sends, readGenerationId(call)],
      wanted: ["settled", "yes", 1, id],
    });
    const { requests, charges } = gen.control.ledger();
    const sent = requests.filter(({ method }) => method === "POST").length;
    const list = charges.map((charge) => `${count(charge.amount, "credit")}, generation ${charge.generation_id}`);
    page.fact("GEN's ledger", `${count(sent, "POST")}, ${count(charges.length, "charge")}: ${list.join("; ")}`);
    promise(page, "GEN charged once.", { seen: [sent, charges.length], wanted: [1, 1] });
  },
};

interface Started {
  /** The call's path. */
  readonly location: string;
  /** The generation's id. */
  readonly id: string;
  readonly startedAt: number;
}

async function start(tour: Tour): Promise<Started> {
  const { page } = tour;
  page.request(CALL.method, CALL.path, CALL.headers);
  const startedAt = Date.now();
  const accepted = await callWorker(tour, CALL);
  const location = accepted.headers.get("location") ?? "";
  page.fact("answer", `${accepted.status}, Location: ${location}`);
  page.request("GET", location);
  for (;;) {
    const call = await callWorker(tour, { method: "GET", path: location });
    const id = readGenerationId(call);
    if (id !== null) {
      page.fact("answer", describeCall(call));
      return { location, id, startedAt };
    }
    if (Date.now() - startedAt > TIMEOUT_MS) throw new Error(`The call did not start: ${JSON.stringify(call.body)}`);
    await sleep(POLL_MS);
  }
}

interface Watching {
  readonly path: string;
  readonly startedAt: number;
  readonly until: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Seen {
  /** The id of the last event. */
  readonly id: string;
  readonly status: string;
  readonly result: string;
}

/** Reads the stream and shows a progress bar until GEN's status is `until`, or the stream ends. */
async function watch({ page, worker, key }: Tour, { path, startedAt, until, headers }: Watching): Promise<Seen> {
  const stream = await openEvents(`${worker.url}${path}`, { ...headers, "x-api-key": key });
  const bar = new ProgressBar(page, process.stdout.isTTY ? process.stdout : null);
  const timer = setTimeout(() => stream.leave(), TIMEOUT_MS);
  let seen: Seen | null = null;
  const show = () => seen && bar.show(seen.status, Date.now() - startedAt);
  const ticking = setInterval(show, TICK_MS);
  try {
    while (seen?.status !== until) {
      const last = Number(seen?.id ?? 0);
      const { id, data } = await stream.next((event) => Number(event.id) > last);
      const { status, result } = JSON.parse(data);
      seen = { id, status: String(status), result: describeResult(result) };
      show();
    }
    return seen;
  } finally {
    clearInterval(ticking);
    clearTimeout(timer);
    bar.end();
    stream.leave();
  }
}

function readGenerationId({ body }: Answer): string | null {
  const [started] = (body.started ?? []) as { id: string }[];
  return body.state === "settled" && started ? String(started.id) : null;
}

function describeCall(call: Answer): string {
  const { state, charged, sends } = call.body;
  return `${call.status}, ${state}, charged: ${charged}, sends: ${sends}, generation ${readGenerationId(call)}`;
}

/** A video is shown as its URL. */
function describeResult(result: unknown): string {
  const { url } = (result ?? {}) as { url?: unknown };
  return typeof url === "string" ? url : JSON.stringify(result ?? null);
}

function toSeconds(since: number): string {
  return ((Date.now() - since) / 1_000).toFixed(1);
}

async function isAnswering(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    () => true,
    () => false,
  );
}
