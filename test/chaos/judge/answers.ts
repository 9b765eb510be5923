/** Whether each answer came in time, whole, in the house's form, and without what must not be in it. */
import type { Answer } from "../../fuzz/http-reader.ts";
import { judgeProblem } from "../../fuzz/judge/judge-problem.ts";
import type { Asked } from "../history.ts";
import type { Evidence, Verdict, Violation } from "./evidence.ts";

/** On top of the budget: the machine may be busy with other work, and with starting the Worker again. */
export const GRACE_MS = 5_000;
/** An outage begins with the signal, and ends when the Worker answers: what is this near to it was hit by it. */
const NEAR_MS = 250;
/** Faults of GEN's after which an answer that is passed on as it comes can't be whole. */
const CUTTING = new Set(["done, body cut", "done, body stalled"]);

export function judgeForm({ asked }: Evidence): Verdict {
  const answered = asked.filter(({ answer }) => answer !== null);
  return { examined: answered.length, violations: answered.flatMap((each) => judgeEach(each, judgeAnswer)) };
}

export function judgeNoInternal({ asked, log }: Evidence): Verdict {
  const answered = asked.filter(({ answer }) => answer !== null);
  const uncaught = log.filter(({ message }) => message === "uncaught");
  return {
    examined: answered.length,
    violations: [
      ...answered.flatMap((each) => judgeEach(each, ({ answer }) => (isInternal(answer) ? ["a 500 of our own"] : []))),
      ...uncaught.map(({ request_id, error }) => ({
        what: `an uncaught error: ${error}`,
        requests: typeof request_id === "string" ? [request_id] : [],
      })),
    ],
  };
}

export function judgeInTime({ asked, outages }: Evidence): Verdict {
  const kept = asked.filter(
    ({ at, endedAt }) => !outages.some(({ from, to }) => at < to + NEAR_MS && endedAt > from - NEAR_MS),
  );
  const isLate = ({ end, firstByteMs, budgetMs }: Asked) =>
    end === "late" || (firstByteMs !== null && firstByteMs > budgetMs + GRACE_MS);
  return {
    examined: kept.length,
    violations: kept.filter(isLate).map(({ requestId, firstByteMs, budgetMs }) => ({
      what: `answered after ${firstByteMs === null ? "no time at all" : `${Math.round(firstByteMs)} ms`}; its budget is ${budgetMs} ms, and ${GRACE_MS} ms of grace`,
      requests: [requestId],
    })),
  };
}

/** An answer is lost only when the Worker was killed, its client went away, or GEN broke off what is passed on. */
export function judgeWhole({ asked, outages, faultsByTrace }: Evidence): Verdict {
  const lost = asked.filter(({ end }) => end === "closed" || end === "malformed");
  const isExcused = ({ at, endedAt, traceId }: Asked) =>
    outages.some(({ from, to }) => at < to + NEAR_MS && endedAt > from - NEAR_MS) ||
    (faultsByTrace.get(traceId) ?? []).some((kind) => CUTTING.has(kind));
  return {
    examined: asked.length,
    violations: lost
      .filter((each) => !isExcused(each))
      .map(({ requestId, end }) => ({
        what: `no whole answer (${end}), though the Worker was up`,
        requests: [requestId],
      })),
  };
}

export function judgeSecrets({ asked, leaks }: Evidence): Verdict {
  return {
    examined: asked.length,
    violations: [
      ...asked.flatMap((each) => judgeEach(each, ({ secrets }) => secrets.map((name) => `${name} is in an answer`))),
      ...leaks.map(({ where, what }) => ({ what: `${what} is in ${where}` })),
    ],
  };
}

/** What a client was told about the charge: of a success, that there was one, if something was started. */
export function toWords({ answer, end }: Asked): "yes" | "no" | "unknown" {
  if (answer === null || end !== "whole") return "unknown";
  const { charged, generation_id, user_job_id, run_id } = readMembers(answer);
  if (answer.status >= 400) return charged === "yes" || charged === "no" ? charged : "unknown";
  return (generation_id ?? user_job_id ?? run_id) === undefined ? "unknown" : "yes";
}

/** The members of a JSON body; none where it is something else. */
export function readMembers({ body }: Answer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body.toString()) ?? {};
  } catch {
    return {};
  }
}

function judgeEach(asked: Asked, judge: (asked: Asked) => string[]): Violation[] {
  const { requestId, intent } = asked;
  const about = { requests: [requestId], ...(intent === null ? {} : { intents: [intent] }) };
  return judge(asked).map((what) => ({ what, ...about }));
}

function judgeAnswer({ answer, method, requestId }: Asked): string[] {
  if (answer === null) return [];
  const { status, headers } = answer;
  const faults: string[] = [];
  if (headers.get("x-request-id") !== requestId) faults.push(`status ${status} without its X-Request-Id`);
  if (headers.get("x-content-type-options") !== "nosniff") faults.push(`status ${status} without nosniff`);
  // A request for money or for a confirmation is passed on as it is.
  if (status < 400 || status === 402 || status === 428 || method === "HEAD") return faults;
  const type = headers.get("content-type");
  if (type !== "application/problem+json") return [...faults, `status ${status} as ${type}`];
  return [...faults, ...judgeProblem(answer).faults];
}

function isInternal(answer: Answer | null): boolean {
  return answer !== null && (answer.status === 500 || readMembers(answer).error_code === "internal");
}
