/** Lists what is wrong with the answers to a case; empty if the Worker has kept its promises. */
import type { Exchange } from "../exchange.ts";
import type { Answer } from "../http-reader.ts";
import type { Plan } from "../plan.ts";
import { CANARIES } from "../secrets.ts";
import { judgeCredits, judgeMoney } from "./judge-money.ts";
import { type JudgedProblem, judgeProblem } from "./judge-problem.ts";

/** Extra time, since the machine may be busy with other work. */
export const SLACK_MS = 3_000;

/** Failures of GEN's, or of the connection to it. */
const OF_GEN = new Set([
  "gen_key_rejected",
  "gen_unreachable",
  "gen_bad_response",
  "outcome_unknown",
  "gen_rate_limited",
  "gen_unavailable",
  "gen_timeout",
  "outcome_pending",
]);

export interface Circumstances {
  readonly plan: Plan;
  readonly isGenWell: boolean;
  /** Whether the Worker's log has an answer: the platform drops answers to requests whose body was not read. */
  readonly isAnswered: () => Promise<boolean>;
}

export async function judgeExchange(exchange: Exchange, circumstances: Circumstances): Promise<string[]> {
  const { plan, isGenWell, isAnswered } = circumstances;
  const { answers, unfinished, end, why, raw, firstByteMs } = exchange;
  const faults = answers.flatMap((answer, index) =>
    judgeAnswer(answer, { ...circumstances, method: plan.methods[index] ?? "GET" }),
  );
  const isJudged = plan.judge !== null && !plan.isBroken;
  if (isJudged) faults.push(...(await Promise.all(answers.map(plan.judge))).flat());
  if (unfinished !== null) faults.push(...judgeHead(unfinished, plan));
  if (end === "late") faults.push("no answer in time");
  if (end === "malformed" && !(plan.isBroken && answers.length === 0)) faults.push(`malformed answer: ${why}`);
  const isLost = end === "closed" && isGenWell && !plan.isBroken && plan.ending === "read";
  if (isLost && (unfinished !== null || !(await isAnswered()))) faults.push("closed without a whole answer");
  if (firstByteMs !== null && firstByteMs > plan.budgetMs + SLACK_MS) faults.push(`answered after ${firstByteMs} ms`);
  const found = plan.isPlanted ? [] : CANARIES.filter((canary) => raw.includes(canary));
  return [...faults, ...found.map((canary) => `a secret in the answer: ${canary}`)];
}

function judgeAnswer(answer: Answer, { plan, isGenWell, method }: Circumstances & { method: string }): string[] {
  if (isPlatformRefusal(answer, plan)) return [];
  const faults = judgeHead(answer, plan);
  if (answer.status < 400 || method === "HEAD" || answer.status === 499)
    return [...faults, ...judgeStatus(answer.status, isGenWell)];
  const type = answer.headers.get("content-type");
  if (type !== "application/problem+json") {
    // A price quote and a request for a confirmation are passed on as they are.
    return [402, 428].includes(answer.status) ? faults : [...faults, `status ${answer.status} as ${type}`];
  }
  const judged = judgeProblem(answer);
  const isOfGen = judged.code !== null && OF_GEN.has(judged.code) && (!isGenWell || isTooShort(judged));
  const own5xx = answer.status >= 500 && !isOfGen ? [`${answer.status} ${judged.code}: ${judged.detail}`] : [];
  return [...faults, ...judged.faults, ...judgeMoney(answer, judged.problem), ...own5xx];
}

/** Said also when GEN is well, and the machine so busy with other work that the time was over before an answer or a send. */
function isTooShort({ code, problem }: JudgedProblem): boolean {
  return code === "outcome_pending" || (code === "gen_unavailable" && problem.attempts === 0);
}

function judgeStatus(status: number, isGenWell: boolean): string[] {
  return status >= 500 && isGenWell ? [`status ${status}`] : [];
}

function judgeHead({ status, headers }: Answer, plan: Plan): string[] {
  const faults: string[] = [];
  if (!headers.has("x-request-id") && !plan.isBroken) faults.push(`status ${status} without X-Request-Id`);
  faults.push(...judgeCredits(headers.get("x-genedge-credits")));
  if (headers.has("x-injected")) faults.push("an injected header");
  if (headers.get("x-content-type-options") !== "nosniff" && !plan.isBroken) faults.push("no nosniff");
  const type = headers.get("content-type");
  if (type !== null && !type.includes("json") && !headers.has("content-security-policy") && !plan.isBroken)
    faults.push(`${type} without a content security policy`);
  return faults;
}

/** workerd itself answers what is not HTTP, without the Worker. */
function isPlatformRefusal({ status, headers }: Answer, { isBroken }: Plan): boolean {
  return isBroken && !headers.has("x-request-id") && [400, 405, 408, 413, 414, 426, 431, 501, 505].includes(status);
}
