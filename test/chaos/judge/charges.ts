/** Whether money is where it should be: GEN's charges, what clients wanted, and what the Worker says of its calls. */
import { readMembers, toWords } from "./answers.ts";
import { COSTLY, isLookedFor, toPurchase, toPurchases } from "./calls.ts";
import type { Call, Charge, Evidence, Verdict, Violation } from "./evidence.ts";

/**
 * No key is charged twice, and no intent under two keys. What GEN's documents leave open is counted apart: two sends
 * under one key that overlap at GEN.
 */
export function judgeChargedOnce({ charges }: Evidence): Verdict {
  const byKey = Map.groupBy(charges.filter(isKeyed), ({ key }) => key);
  const twice = [...byKey.values()].filter((all) => all.length > 1 && !isInGap(all));
  const byIntent = Map.groupBy(charges.filter(hasIntent), ({ intent }) => intent);
  const again = [...byIntent.values()].filter((all) => new Set(all.map(({ key }) => key)).size > 1);
  return {
    examined: charges.length,
    violations: [
      ...charges
        .filter(({ key, operation }) => key === null && operation !== KEYLESS)
        .map((charge) => ({ what: `GEN was asked for ${charge.operation} without a key`, ...aboutAll([charge]) })),
      ...twice.map((all) => ({ what: `GEN has charged one key ${all.length} times`, ...aboutAll(all) })),
      ...again.map((all) => ({ what: `one intent was charged under ${all.length} keys`, ...aboutAll(all) })),
    ],
  };
}

/** The operation that GEN takes no key for, and notes none of. */
const KEYLESS = "runs.create";

/** The charges that GEN has made once more in its own gap: of each key all but the one whose job is known. */
export function listGapCharges({ charges, calls }: Pick<Evidence, "charges" | "calls">): Charge[] {
  const owners = toOwners(calls);
  const byKey = Map.groupBy(charges.filter(isKeyed), ({ key }) => key);
  const inGap = [...byKey.values()].filter((all) => all.length > 1 && isInGap(all));
  return inGap.flatMap((all) => {
    const known = all.find((charge) => owners.has(toPurchase(charge))) ?? all.at(-1);
    return all.filter((charge) => charge !== known);
  });
}

/** Whether the next send had come before the charge of each but the last was made. */
function isInGap(charges: readonly Charge[]): boolean {
  const [{ sentAt = [] } = {}] = charges;
  const times = charges.map(({ at }) => at).toSorted((a, b) => a - b);
  return times.slice(0, -1).every((at, index) => (sentAt.toSorted((a, b) => a - b)[index + 1] ?? Infinity) <= at);
}

/** Each paid job is one that a call has started, or may have: that call is open or unknown, and listed. */
export function judgeOwned(evidence: Evidence): Verdict {
  const charges = withoutGap(evidence);
  const owners = toOwners(evidence.calls);
  const orphans = charges.filter(
    (charge) => owners.get(toPurchase(charge)) === undefined && findDoubtful(charge, evidence) === null,
  );
  return {
    examined: charges.length,
    violations: orphans.map((charge) => ({
      what: `GEN was paid ${charge.amount} for job ${charge.job} (${charge.operation}), and nobody knows of it`,
      ...aboutAll([charge]),
    })),
  };
}

/** Each call that says that it was charged was, once; each that says it was not, was not. */
export function judgeAccounted(evidence: Evidence): Verdict {
  const charges = withoutGap(evidence);
  const byPurchase = Map.groupBy([...charges, ...evidence.chargesSince], toPurchase);
  const violations = evidence.calls.flatMap((call): Violation[] => {
    const found = toPurchases(call).flatMap((purchase) => byPurchase.get(purchase) ?? []);
    const about = { calls: [call.id], jobs: call.jobs.map(({ id }) => id) };
    if (call.charged === "yes" && !call.isUntraced && !isLookedFor(call) && found.length !== 1)
      return [{ what: `a call says that it was charged, and GEN has charged ${found.length} times`, ...about }];
    if (call.charged === "no" && found.length > 0)
      return [{ what: "a call says that it was not charged, and its job was", ...about }];
    return [];
  });
  const owned = judgeIntents(evidence, charges);
  return { examined: evidence.calls.length, violations: [...violations, ...owned] };
}

/** The charge of an intent is its call's. */
function judgeIntents({ intents, calls }: Evidence, charges: readonly Charge[]): Violation[] {
  const byId = new Map(calls.map((call) => [call.id, call]));
  return charges.flatMap((charge): Violation[] => {
    const intent = intents.find(({ number }) => number === charge.intent);
    const call = intent?.call ? byId.get(intent.call) : undefined;
    if (call === undefined || call.charged !== "no") return [];
    return [
      { what: "an intent was charged, and its call says that it was not", ...aboutAll([charge]), calls: [call.id] },
    ];
  });
}

/**
 * However often a run is played, each of its steps is paid for once: what was paid before has failed or was stopped, and
 * GEN has given its credits back. A step is known by the cell that it fills.
 */
export function judgeSteps({ calls, jobs }: Evidence): Verdict {
  const ofRuns = calls.filter(({ runId, operation }) => runId !== null && COSTLY.has(operation));
  const paid = ofRuns.filter((call) => isCharged(call) && call.jobs.some(({ id }) => !LOST.has(jobs.get(id) ?? "")));
  const bySteps = Map.groupBy(
    paid,
    ({ runId, operation, path }) => `${operation} of the cell ${path.cell} in ${runId}`,
  );
  return {
    examined: ofRuns.length,
    violations: [...bySteps]
      .filter(([, all]) => all.length > 1)
      .map(([step, all]) => ({
        what: `${all.length} calls were paid for ${step}`,
        calls: all.map(({ id }) => id),
        runs: all.flatMap(({ runId }) => runId ?? []),
      })),
  };
}

const LOST = new Set(["failed", "stopped"]);

/** Who was told each time that nothing was charged was not charged; who was told that it was, was. */
export function judgeTold({ asked, intents, charges }: Evidence): Verdict {
  const told = Map.groupBy(
    asked.filter(({ intent, method }) => intent !== null && method === "POST"),
    ({ intent }) => intent,
  );
  const paid = new Set(charges.map(({ intent }) => intent));
  const violations = intents.flatMap(({ number }): Violation[] => {
    const words = (told.get(number) ?? []).map(toWords);
    const isPaid = paid.has(number);
    const about = { intents: [number] };
    if (isPaid && words.length > 0 && words.every((word) => word === "no"))
      return [{ what: "its client was told each time that nothing was charged, and it was", ...about }];
    if (!isPaid && words.includes("yes"))
      return [{ what: "its client was told that it was charged, and it was not", ...about }];
    return [];
  });
  return { examined: intents.length, violations };
}

/** All who were told what an intent has started were told the same. */
export function judgeSameAnswer({ asked }: Evidence): Verdict {
  const told = Map.groupBy(asked.flatMap(toStarted), ({ intent }) => intent);
  const violations = [...told].flatMap(([intent, all]): Violation[] => {
    const jobs = [...new Set(all.map(({ job }) => job))];
    return jobs.length > 1
      ? [{ what: `one intent was answered with ${jobs.length} jobs`, intents: [intent], jobs }]
      : [];
  });
  return { examined: told.size, violations };
}

/** A bounded client is charged no more than it may be, and the Worker has counted all of it. */
export function judgeBounds(evidence: Evidence): Verdict {
  const verdicts = evidence.bounds.map((bound) => judgeBound(bound, evidence));
  return {
    examined: verdicts.reduce((sum, { examined }) => sum + examined, 0),
    violations: verdicts.flatMap(({ violations }) => violations),
  };
}

function judgeBound(bound: Evidence["bounds"][number], evidence: Evidence): Verdict {
  const { clientId, unit, limit, reserved, spent } = bound;
  const own = evidence.calls.filter((call) => call.clientId === clientId);
  const about = { calls: own.map(({ id }) => id) };
  const charged = unit === "calls" ? own.filter(isCharged).length : sumCredits(own.filter(isCharged), evidence);
  // What an open or an unknown call costs is not known to both sides.
  const isExact = !own.some(({ charged }) => charged === "unknown");
  const counted = reserved + spent;
  const violations: Violation[] = [];
  if (charged > limit)
    violations.push({ what: `a client with ${limit} ${unit} a day was charged ${charged}`, ...about });
  if (counted < charged || (isExact && counted > charged))
    violations.push({
      what: `the Worker has counted ${spent} ${unit} spent and ${reserved} reserved of a client that was charged ${charged}`,
      ...about,
    });
  return { examined: own.length, violations };
}

function isCharged({ charged }: Call): boolean {
  return charged === "yes";
}

/** What GEN has taken for these calls, and not given back. */
function sumCredits(calls: readonly Call[], evidence: Evidence): number {
  const purchases = new Set(calls.flatMap(toPurchases));
  const charges = [...withoutGap(evidence), ...evidence.chargesSince].filter((charge) =>
    purchases.has(toPurchase(charge)),
  );
  return charges.reduce((sum, charge) => sum + toNet(charge, evidence), 0);
}

export function toNet(charge: Charge, { refunds }: Pick<Evidence, "refunds">): number {
  return charge.amount - (refunds.get(toPurchase(charge)) ?? 0);
}

/** GEN's charges without those of its own gap. */
export function withoutGap(evidence: Evidence): readonly Charge[] {
  const gap = new Set(listGapCharges(evidence));
  return evidence.charges.filter((charge) => !gap.has(charge));
}

function toOwners(calls: readonly Call[]): ReadonlyMap<string, Call> {
  return new Map(calls.flatMap((call) => toPurchases(call).map((purchase) => [purchase, call] as const)));
}

/** The call that may own a job without naming it: one that has not ended, or for which an operator must look. */
function findDoubtful(charge: Charge, { intents, calls }: Evidence): Call | null {
  const intended = intents.find(({ number }) => number === charge.intent)?.call ?? null;
  const isIts = (call: Call) =>
    charge.intent === null
      ? call.operation === charge.operation &&
        call.path.cell !== null &&
        (charge.path ?? "").includes(`/${call.path.cell}/`)
      : call.id === intended;
  return calls.find((call) => isIts(call) && isDoubtful(call)) ?? null;
}

function isDoubtful(call: Call): boolean {
  return call.listedAs === "open" || call.listedAs === "unknown" || isLookedFor(call);
}

function aboutAll(charges: readonly Charge[]): Pick<Violation, "intents" | "jobs"> {
  return { intents: [...new Set(charges.flatMap(({ intent }) => intent ?? []))], jobs: charges.map(({ job }) => job) };
}

function isKeyed(charge: Charge): charge is Charge & { readonly key: string } {
  return charge.key !== null;
}

function hasIntent(charge: Charge): charge is Charge & { readonly intent: number } {
  return charge.intent !== null;
}

const JOB_MEMBERS = ["generation_id", "user_job_id", "run_id"];

function toStarted(asked: Evidence["asked"][number]): { intent: number; job: string }[] {
  const { intent, answer } = asked;
  if (intent === null || answer === null || answer.status >= 300) return [];
  const body = readMembers(answer);
  const job = JOB_MEMBERS.map((name) => body[name]).find((id) => id !== undefined);
  return job === undefined ? [] : [{ intent, job: String(job) }];
}
