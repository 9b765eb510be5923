import type { Answer } from "../http-reader.ts";

export interface JudgedProblem {
  readonly faults: readonly string[];
  /** Its members. */
  readonly problem: Readonly<Record<string, unknown>>;
  readonly code: string | null;
  readonly detail: string;
}

type Check = (value: unknown, answer: Answer) => boolean;

const isText: Check = (value) => typeof value === "string" && value !== "";

/** The members of every problem (RFC 9457, and GEN's own two). */
const MEMBERS: Readonly<Record<string, Check>> = {
  type: (value) => typeof value === "string" && value.includes("/problems/"),
  title: isText,
  status: (value, { status }) => value === status,
  detail: isText,
  instance: (value, { headers }) => value === headers.get("x-request-id"),
  error: isText,
  error_code: (value) => typeof value === "string" && /^[a-z][a-z0-9_]*$/.test(value),
  action: isText,
  retryable: (value, { headers }) => String(value) === headers.get("x-should-retry"),
  charged: (value) => value === "yes" || value === "no" || value === "unknown",
  attempts: (value) => Number.isInteger(value),
};

/** Whether a problem is JSON with all required members. */
export function judgeProblem(answer: Answer): JudgedProblem {
  const problem = parseMembers(answer.body);
  if (problem === null) return { faults: ["a problem that is no JSON object"], problem: {}, code: null, detail: "" };
  const faults = Object.entries(MEMBERS)
    .filter(([name, check]) => !check(problem[name], answer))
    .map(([name]) => `a problem's ${name}: ${JSON.stringify(problem[name])}`);
  if (!answer.headers.has("content-language")) faults.push("a problem without Content-Language");
  return { faults, problem, code: String(problem.error_code), detail: String(problem.detail) };
}

/** The members of a JSON object; null for anything else. */
export function parseMembers(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
