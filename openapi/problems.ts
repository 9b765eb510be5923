/** Every problem by status: one response for each status, with an example of each code. */
import { GEN_ERRORS } from "../src/gen/error-catalogue.ts";
import { en } from "../src/problems/english.ts";
import type { Charged, Problem } from "../src/problems/problem.ts";
import { OWN_PROBLEMS, type ProblemCode } from "../src/problems/problem-codes.ts";
import { toProblemDocument } from "../src/problems/problem-document.ts";
import type { Veto } from "../src/resilience/veto.ts";
import { type HeaderName, headers } from "./headers.ts";
import { list, type Members, object, type Reference, schema, words } from "./shape.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** The 4xx statuses that GEN may answer with an unknown code. */
const REFUSALS = [400, 402, 409, 413, 415, 422];

/** The codes of each status. */
const BY_STATUS = new Map<number, Set<ProblemCode>>();
for (const [code, status] of Object.entries(OWN_PROBLEMS)) add(code as ProblemCode, status);
for (const [code, publicError] of Object.entries(GEN_ERRORS)) {
  const publicCode = "code" in publicError ? publicError.code : code;
  add(publicCode as ProblemCode, publicError.status);
  if ("statusInPath" in publicError) add(publicCode as ProblemCode, publicError.statusInPath);
}
// Also 409: the key of a call whose outcome stayed unknown was sent again.
add("outcome_unknown", 409);
for (const status of REFUSALS) add("gen_rejected_request", status);

function add(code: ProblemCode, status: number): void {
  BY_STATUS.set(status, (BY_STATUS.get(status) ?? new Set()).add(code));
}

export const PROBLEM_CODES = [...new Set([...BY_STATUS.values()].flatMap((codes) => [...codes]))];

const VETOES = words<Veto>({
  "not-retryable": true,
  "unsafe-to-repeat": true,
  "attempts-spent": true,
  "subrequests-spent": true,
  throttled: true,
  "circuit-open": true,
  "no-time": true,
});

const MORE_HEADERS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ["WWW-Authenticate"],
  409: ["Location", "Retry-After", "Idempotency-Key", "X-GenEdge-Credits"],
  429: ["RateLimit", "Retry-After", "Idempotency-Key", "X-GenEdge-Credits"],
  502: ["Location", "Idempotency-Key", "X-GenEdge-Credits"],
  503: ["Retry-After", "Idempotency-Key"],
  504: ["Location", "Idempotency-Key", "X-GenEdge-Credits"],
};

/** Codes where trying again helps: after how many seconds, and whether it needs the same key. */
const RETRY: Readonly<Partial<Record<ProblemCode, Pick<Problem, "retry" | "retryAfter">>>> = {
  request_timeout: { retry: "yes" },
  rate_limited: { retry: "yes", retryAfter: 60 },
  sign_in_unavailable: { retry: "yes", retryAfter: 5 },
  temporarily_unavailable: { retry: "yes", retryAfter: 2 },
  idempotency_in_flight: { retry: "same_key", retryAfter: 2 },
  gen_unreachable: { retry: "yes" },
  gen_rate_limited: { retry: "yes", retryAfter: 5 },
  gen_unavailable: { retry: "yes", retryAfter: 5 },
  gen_timeout: { retry: "yes" },
};

const number: Members = { type: "number", minimum: 0 };

/** Whose a budget is. */
export const BUDGET_HOLDER: Members = {
  of: { enum: ["client", "user", "tag", "pipeline", "account", "all"] },
  name: { type: ["string", "null"], description: "The holder's id or name; null for `all`." },
};

/** A budget of which too little is left. */
export const SHORT_BUDGET: Members = object(
  {
    ...BUDGET_HOLDER,
    unit: { enum: ["calls", "credits"] },
    per: { enum: ["day", "month"] },
    limit: number,
    left: number,
    renews_at: { type: "string", format: "date-time" },
  },
  ["of", "name", "unit", "per", "left", "renews_at"],
);

const ORIGIN = "https://gen-edge.example.workers.dev";
/** Codes where credits may have been spent; with all others none were. */
const CHARGED: Readonly<Partial<Record<ProblemCode, Charged>>> = {
  outcome_unknown: "unknown",
  outcome_pending: "unknown",
  idempotency_in_flight: "unknown",
  answer_expired: "yes",
};

/** One response for each status except 405, which no described operation returns; and `Problem` for any other. */
export const PROBLEM_RESPONSES: Readonly<Record<string, Members>> = {
  Problem: {
    description: "Any other problem: GEN refused the request with another status.",
    headers: headers("Content-Language", "X-Should-Retry", "Retry-After", "Idempotency-Key"),
    content: { [PROBLEM_TYPE]: { schema: schema("Problem") } },
  },
  ...Object.fromEntries(
    [...BY_STATUS]
      .filter(([status]) => status !== 405)
      .map(([status, codes]) => [toName(status), describe(status, [...codes])]),
  ),
};

/** References to the problems of these statuses. Always includes `default`. */
export function problems(...statuses: readonly number[]): Readonly<Record<string, Reference>> {
  const known = statuses.map((status) => [status, { $ref: `#/components/responses/${toName(status)}` }]);
  return { ...Object.fromEntries(known), default: { $ref: "#/components/responses/Problem" } };
}

/** The statuses of these codes. */
export function toStatuses(codes: readonly ProblemCode[]): number[] {
  return [...BY_STATUS].flatMap(([status, known]) => (codes.some((code) => known.has(code)) ? [status] : []));
}

export const PROBLEM_SCHEMA: Members = {
  description:
    "RFC 9457 problem details with GEN's own two members, `error` and `error_code`. Show `title`, `detail` and `action` to the person, who reads them in the language of `Accept-Language`; `developer_detail` is for the author of the app; use `error_code`, `retryable`, `retry_after` and `charged` in programs.",
  ...object(
    {
      type: { type: "string", format: "uri", description: "The page that explains the code: `/problems/{code}`." },
      title: { type: "string" },
      status: { type: "integer", minimum: 400, maximum: 599 },
      detail: { type: "string", description: "For the person: what happened, and whether credits were spent." },
      instance: { type: "string", description: "The request's id." },
      error: { type: "string", description: "The same as `detail`, for clients of GEN's own error format." },
      error_code: { enum: PROBLEM_CODES, description: "Stable, so programs can compare it." },
      action: { type: "string", description: "For the person: what to do next, and when to try again." },
      developer_detail: {
        type: "string",
        description:
          "For the author of the app, in English: the header, the member or the bound that is meant. Do not show it to a person.",
      },
      retryable: { type: "boolean" },
      retry_after: { type: "integer", minimum: 0, description: "Seconds." },
      charged: {
        ...words<Charged>({ no: true, yes: true, unknown: true }),
        description: "Whether credits were spent.",
      },
      attempts: { type: "integer", minimum: 0, description: "Number of attempts at GEN." },
      veto: { ...VETOES, description: "Why no further attempt was made." },
      upstream: {
        description: "GEN's status and error code.",
        ...object({ status: { type: "integer" }, error_code: { type: ["string", "null"] } }),
      },
      estimated_credits: { type: "number", minimum: 0, description: "GEN's estimate of what the call would cost." },
      required_scope: { type: "string", description: "The scope that the key or user lacks." },
      max_credits: { type: "number", minimum: 0, description: "The most that one call of this client may cost." },
      quota: {
        description: "Of `quota_exhausted`: of what too little is left today, the day's limit, and what is left of it.",
        ...object({ of: { enum: ["calls", "credits"] }, limit: number, left: number }),
      },
      budget: {
        description:
          "Of `budget_exhausted` and `quota_exhausted`: the budget of which too little is left. Without `limit` where that is the operator's to know.",
        ...SHORT_BUDGET,
      },
      errors: { ...list({}), description: "What to correct, one item per error." },
    },
    [
      "type",
      "title",
      "status",
      "detail",
      "instance",
      "error",
      "error_code",
      "action",
      "retryable",
      "charged",
      "attempts",
    ],
  ),
};

function describe(status: number, codes: readonly ProblemCode[]): Members {
  const narrowed = { properties: { status: { const: status }, error_code: { enum: codes } } };
  return {
    description: codes.map((code) => `\`${code}\`: ${toTitle(code)}`).join(". "),
    headers: headers("Content-Language", "X-Should-Retry", ...(MORE_HEADERS[status] ?? ["Idempotency-Key"])),
    content: {
      [PROBLEM_TYPE]: {
        schema: { allOf: [schema("Problem"), narrowed] },
        examples: Object.fromEntries(codes.map((code) => [code, { value: toExample(code, status) }])),
      },
    },
  };
}

function toTitle(code: ProblemCode): string {
  return en.problems[code].title;
}

function toExample(code: ProblemCode, status: number) {
  return toProblemDocument(
    { code, status, retry: "no", charged: CHARGED[code] ?? "no", ...RETRY[code] },
    {
      texts: { language: "en", messages: en },
      origin: ORIGIN,
      requestId: "08b797d4-36da-4e5c-8360-f236a59900ca",
      attempts: 0,
    },
  );
}

function toName(status: number): string {
  return `Problem${status}`;
}
