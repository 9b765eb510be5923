/** What GEN has taken, for what, and how its jobs and its requests ended: read from the simulator. */
import { clientOf } from "../simulator/client.ts";
import { planOutcome } from "../simulator/faults/outcome.ts";
import type { MoneyEntry, RequestEntry } from "../simulator/ledger.ts";
import type { Simulator } from "../simulator/simulator.ts";
import { findMarker, type History } from "./history.ts";
import { CONTINUE, toPurchase } from "./judge/calls.ts";
import type { Charge } from "./judge/evidence.ts";
import { inParallel } from "./survey.ts";
import { toFaultKind } from "./weather.ts";

/** Tells the judge's own questions from those of the Worker. */
export const JUDGES = "x-chaos-judge";
const HEADERS = { [JUDGES]: "1" };
const AGENT = { host: "agent", headers: HEADERS } as const;
/** What was stopped can be continued. */
const ENDED_JOB = new Set(["completed", "failed"]);

/** Credits by purchase. What is given back for a job that was continued is known by the key of that. */
export function sumRefunds({ charges, refunds }: Money): Map<string, number> {
  const continuing = new Set(
    charges.flatMap(({ operation, idempotency_key: key }) => (operation === CONTINUE ? key : [])),
  );
  const sums = new Map<string, number>();
  for (const entry of refunds) {
    const operation = continuing.has(entry.idempotency_key) ? CONTINUE : entry.operation;
    const purchase = toPurchase({ operation, job: toJob(entry) });
    sums.set(purchase, (sums.get(purchase) ?? 0) + entry.amount);
  }
  return sums;
}

type Money = Readonly<Record<"charges" | "refunds", readonly MoneyEntry[]>>;

function toJob({ generation_id, run_id, job_id }: MoneyEntry): string {
  return String(generation_id ?? run_id ?? job_id);
}

interface Known {
  readonly gen: Simulator;
  readonly history: Pick<History, "asked" | "intents">;
}

export async function toCharges(
  charges: readonly MoneyEntry[],
  requests: readonly RequestEntry[],
  { gen, history }: Known,
): Promise<Charge[]> {
  const intents = new Set(history.intents.map(({ number }) => number));
  const byTrace = new Map(history.asked.map(({ traceId, intent }) => [traceId, intent]));
  const byKey = Map.groupBy(requests, ({ headers }) => headers["idempotency-key"]);
  return Promise.all(
    charges.map(async (entry) => {
      const { operation, amount, at, idempotency_key: key } = entry;
      const sends = key === null ? [] : (byKey.get(key) ?? []);
      const text = sends[0]?.body ?? (await readContent(gen, entry));
      // What continues a job says of it nothing but its id.
      const traced = byTrace.get(sends[0]?.headers.traceparent?.split("-")[1] ?? "") ?? null;
      const intent = operation === CONTINUE ? traced : findMarker(text);
      return {
        operation,
        amount,
        at,
        key,
        job: toJob(entry),
        // The number in a run's input is not that of an intent.
        intent: intent !== null && intents.has(intent) ? intent : null,
        path: sends[0]?.path ?? null,
        sentAt: sends.filter(({ outcome }) => planOutcome(outcome).work).map((send) => send.at),
      };
    }),
  );
}

/** What a job was given; of a run the title of its conversation. */
async function readContent(
  gen: Simulator,
  { agent_id, generation_id, run_id }: Pick<MoneyEntry, "agent_id" | "generation_id" | "run_id">,
): Promise<string> {
  const ask = clientOf(gen);
  if (run_id === undefined)
    return (await ask(`GET /user_jobs/${generation_id}?agent_id=${agent_id}`, { headers: HEADERS })).text;
  const { json } = await ask(`GET /agent/runs/${run_id}`, AGENT);
  return (await ask(`GET /agent/conversations/${json.conversation_id}`, AGENT)).text;
}

const ended = new WeakMap<Simulator, Map<string, string>>();

/** The status of all that GEN has charged for. An ended one stays as it is. */
export async function readJobs(gen: Simulator): Promise<Map<string, string>> {
  const known = ended.get(gen) ?? new Map<string, string>();
  ended.set(gen, known);
  const statuses = new Map(known);
  const open = gen.control
    .ledger()
    .charges.filter(({ generation_id: id, run_id: run }) => !known.has(String(id ?? run)));
  await inParallel(open, async ({ generation_id, run_id }) => {
    const ask = clientOf(gen);
    const { json } =
      run_id === undefined
        ? await ask(`GET /generations/${generation_id}`, { headers: HEADERS })
        : await ask(`GET /agent/runs/${run_id}`, AGENT);
    const id = String(generation_id ?? run_id);
    statuses.set(id, json.status);
    if (ENDED_JOB.has(json.status)) known.set(id, json.status);
  });
  return statuses;
}

/** The kinds of GEN's faults by the trace of the request that met them. */
export function toFaults(requests: readonly RequestEntry[]): Map<string, string[]> {
  const faults = new Map<string, string[]>();
  for (const { headers, outcome } of requests) {
    const trace = headers.traceparent?.split("-")[1];
    const kind = toFaultKind(outcome);
    if (trace !== undefined && kind !== null) faults.set(trace, [...(faults.get(trace) ?? []), kind]);
  }
  return faults;
}
