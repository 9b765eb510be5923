/** Gathers the evidence: what GEN has taken, what the Worker says, what it has stored, logged and sent. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deriveGenKey } from "../../src/gen/idempotency.ts";
import { JUDGES, readJobs, sumRefunds, toCharges, toFaults } from "./gens-ledger.ts";
import type { Evidence, LedgerRow } from "./judge/evidence.ts";
import { findSecrets } from "./secrets.ts";
import type { Settled } from "./settle.ts";
import type { Survey } from "./survey.ts";
import type { Walked } from "./walk.ts";
import { BOUNDS, type World } from "./world.ts";

export async function gather(
  world: World,
  { history, outages }: Walked,
  { survey, charges: known }: Pick<Settled, "survey" | "charges">,
): Promise<Evidence> {
  const { gen, worker, receiver, clients } = world;
  const { asked, intents, deliveries, runs, watched } = history;
  const calls = [...survey.calls.values()];
  const byRequest = new Map(
    calls.flatMap(({ id, requestId }) => (requestId === null ? [] : [[requestId, id] as const])),
  );
  const named = intents.map(async (intent) => {
    const { key, client, number } = intent;
    // Without a key of its own it is known by its only request.
    const { requestId = "" } = asked.find((each) => each.intent === number) ?? {};
    const call = key === null ? (byRequest.get(requestId) ?? null) : await deriveGenKey(clients[client].id, key);
    return { ...intent, call };
  });
  const bounds = await Promise.all(BOUNDS.map((bound) => readBound(bound, clients[bound.client].id, survey)));
  const ledger = await readLedger(survey);
  const { requests: all, charges: made, refunds } = gen.control.ledger();
  const requests = all.filter(({ headers }) => !(JUDGES in headers));
  const charges = await toCharges(made, requests, { gen, history });
  const waiting = await survey.readWaiting();
  // Nothing is written any more while its files are read.
  await worker.kill();
  return {
    asked,
    intents: await Promise.all(named),
    outages: outages.past,
    requests,
    charges: charges.slice(0, known),
    chargesSince: charges.slice(known),
    jobs: await readJobs(gen),
    calls,
    readAt: survey.readAt,
    missingCalls: [...survey.missing],
    runs: [...survey.runs.values()],
    deliveries,
    handRuns: runs.map(({ key, ids }) => ({ key, ids: [...ids] })),
    received: receiver.got,
    waiting,
    watched,
    ticks: history.ticks,
    reruns: [...history.reruns],
    refunds: sumRefunds({ charges: made, refunds }),
    ledger,
    bounds,
    leaks: listLeaks(world),
    log: worker.lines(),
    faultsByTrace: toFaults(requests),
  };
}

async function readBound(
  { unit, limit }: (typeof BOUNDS)[number],
  clientId: string,
  survey: Survey,
): Promise<Evidence["bounds"][number]> {
  const { charged_calls, credits } = await survey.get(`/v1/usage?client=${clientId}`);
  const { reserved, spent } = unit === "calls" ? charged_calls : credits;
  return { clientId, unit, limit, reserved, spent };
}

async function readLedger(survey: Survey): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const from = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await survey.get(`/v1/usage/charges?limit=1000${from}`);
    for (const { id, operation, at, state, cost, jobs } of page.charges)
      rows.push({
        call: id,
        operation,
        at: Date.parse(at),
        state,
        cost,
        jobs: jobs.map((job: { id: string }) => job.id),
      });
    cursor = page.cursor;
  }
  return rows;
}

/** In the log, in what was stored, in what was sent to others. */
function listLeaks({ worker, receiver, secrets }: World): Evidence["leaks"] {
  const all = [...secrets, { name: "a ticket", text: "ticket=", isCallers: false }];
  const sent = receiver.got.map(({ body }) => body).join("\n");
  const stored = listFiles(worker.state).flatMap((path) => {
    return findSecrets(readFileSync(path), all).map((what) => ({ where: `a stored file (${path})`, what }));
  });
  const logged = findSecrets(worker.output(), all).map((what) => ({ where: "the log", what }));
  return [...logged, ...stored, ...findSecrets(sent, all).map((what) => ({ where: "a notification", what }))];
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
