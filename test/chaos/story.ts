/** The whole story of a violation: each request, each line of the log, and each entry of GEN's that is about it, in time. */
import type { RequestEntry } from "../simulator/ledger.ts";
import type { Asked } from "./history.ts";
import { toMarker } from "./history.ts";
import type { Evidence, Violation } from "./judge/evidence.ts";
import { toFaultKind } from "./weather.ts";

const MAX_LINES = 60;
const MAX_CHARS = 2_500;

interface Entry {
  readonly at: number;
  readonly text: string;
}

export function tellStory(violation: Violation, evidence: Evidence, startedAt: number): string[] {
  const found = spread(violation, evidence);
  const entries = [
    ...evidence.asked.filter(({ requestId }) => found.requests.has(requestId)).map(toRequest),
    ...evidence.requests.filter((request) => isAbout(request, found)).map(toGens),
    ...evidence.charges
      .filter(({ job }) => found.jobs.has(job))
      .map(({ at, amount, job, key }) => ({ at, text: `GEN charges ${amount} for job ${job}, key ${key}` })),
    ...evidence.log.flatMap(({ at, ...line }) => {
      const text = JSON.stringify(line);
      return found.ids.some((id) => text.includes(id)) ? [{ at, text: `log ${text}` }] : [];
    }),
    ...evidence.received
      .filter(({ body }) => found.ids.some((id) => body.includes(id)))
      .map(({ at, id, type, answered }) => ({ at, text: `notification ${id} ${type}, answered ${answered}` })),
    ...evidence.outages.flatMap(({ from, to }) => [
      { at: from, text: "workerd is killed" },
      { at: to, text: "the Worker is up again" },
    ]),
  ];
  const told = entries.toSorted((a, b) => a.at - b.at).map((entry) => toLine(entry, startedAt));
  const about = trimOutages(told);
  return about.length <= MAX_LINES ? about : [...about.slice(0, MAX_LINES), `… and ${about.length - MAX_LINES} more`];
}

interface Found {
  readonly requests: ReadonlySet<string>;
  readonly traces: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
  readonly jobs: ReadonlySet<string>;
  readonly markers: readonly string[];
  /** By which lines of the log are found. */
  readonly ids: readonly string[];
}

/** From what a violation names to all that belongs to it. */
function spread(
  { intents = [], calls = [], runs = [], requests = [], jobs = [] }: Violation,
  evidence: Evidence,
): Found {
  const ofCalls = evidence.intents.filter(({ call, number }) => calls.includes(call ?? "") || intents.includes(number));
  const numbers = new Set(ofCalls.map(({ number }) => number));
  const allCalls = [...new Set([...calls, ...ofCalls.flatMap(({ call }) => call ?? [])])];
  const charges = evidence.charges.filter(({ job, intent }) => jobs.includes(job) || numbers.has(intent ?? -1));
  const allJobs = new Set([...jobs, ...charges.map(({ job }) => job)]);
  const asked = evidence.asked.filter(({ requestId, intent, target }) => {
    const isNamed = [...allCalls, ...runs].some((id) => target.includes(id));
    return requests.includes(requestId) || numbers.has(intent ?? -1) || isNamed;
  });
  return {
    requests: new Set(asked.map(({ requestId }) => requestId)),
    traces: new Set(asked.map(({ traceId }) => traceId)),
    keys: new Set(charges.flatMap(({ key }) => key ?? [])),
    jobs: allJobs,
    markers: [...numbers].map(toMarker),
    ids: [
      ...allCalls,
      ...runs,
      ...asked.map(({ requestId }) => `"${requestId}"`),
      ...[...allJobs].map((job) => `"${job}"`),
    ],
  };
}

function isAbout({ headers, path, body }: RequestEntry, { traces, keys, jobs, markers }: Found): boolean {
  return (
    traces.has(headers.traceparent?.split("-")[1] ?? "") ||
    keys.has(headers["idempotency-key"] ?? "") ||
    jobs.has(path.split("/").at(-1) ?? "") ||
    markers.some((marker) => body.includes(marker))
  );
}

function toRequest({ at, method, target, requestId, client, end, answer, endedAt }: Asked): Entry {
  const told = answer === null ? `no answer (${end})` : `${answer.status} ${answer.body.toString()}`;
  return {
    at,
    text: `${client ?? "nobody"} asks ${method} ${target} (${requestId}): after ${endedAt - at} ms ${told}`,
  };
}

function toGens({ at, method, path, status, outcome, headers }: RequestEntry): Entry {
  const key = headers["idempotency-key"];
  const fault = toFaultKind(outcome);
  const what = `GEN gets ${method} ${path}${key === undefined ? "" : `, key ${key}`}: ${status ?? "no answer"}`;
  return { at, text: fault === null ? what : `${what} (${fault})` };
}

function toLine({ at, text }: Entry, startedAt: number): string {
  const oneLine = text.replaceAll(/\s+/g, " ");
  const shown = oneLine.length > MAX_CHARS ? `${oneLine.slice(0, MAX_CHARS)}…` : oneLine;
  return `${((at - startedAt) / 1_000).toFixed(3).padStart(9)} s  ${shown}`;
}

const OUTAGE = /(?:workerd is killed|the Worker is up again)$/;

/** Outages before the first and after the last entry say nothing. */
function trimOutages(lines: readonly string[]): string[] {
  const isTelling = (line: string) => !OUTAGE.test(line);
  return lines.slice(Math.max(0, lines.findIndex(isTelling) - 1), lines.findLastIndex(isTelling) + 2);
}
