import { describe, expect, it } from "vitest";
import type { GenErrorCode } from "../../../src/gen/error-catalogue.ts";
import { type Failure, isRetryable } from "../../../src/gen/failure.ts";
import type { Operation } from "../../../src/gen/operation.ts";
import { OPERATIONS, type OperationName } from "../../../src/gen/operations.ts";
import type { FailedCall } from "../../../src/gen/public-error.ts";
import type { Problem } from "../../../src/problems/problem.ts";
import { toProblem } from "../../../src/problems/to-problem.ts";

/** One operation of each kind that the table of errors distinguishes. */
const READ: OperationName = "sheets.get";
const READ_BY_PATH: OperationName = "agents.get";
const ORGANIZATION: OperationName = "organizations.get";
const KEYED_CHARGED: OperationName = "cells.generate";
const KEYED_FREE: OperationName = "rows.create";
const UNSAFE_CHARGED: OperationName = "transcriptions.create";
const UNSAFE_FREE: OperationName = "sheets.create";
const CONVERGING_CHARGED: OperationName = "credits.x402.settle";

const findOperation = (name: OperationName) => OPERATIONS.find((each) => each.name === name) as Operation;

type Said = readonly [
  status: number,
  code: string | null,
  more?: { text?: string; members?: object; retryAfterMs?: number },
];

/** GEN's answer with a status, a code and perhaps a text. */
const said = (...[status, code, more = {}]: Said): Failure => ({
  kind: "status",
  status,
  error: { code, text: more.text ?? null, members: { ...more.members } },
  retryAfterMs: more.retryAfterMs ?? null,
});

const TIMEOUT: Failure = { kind: "timeout" };
const LOST: Failure = { kind: "lost" };
const CUT: Failure = { kind: "cut", status: 200 };
const PAGE: Failure = { kind: "unreadable", status: 200 };
const REDIRECT: Failure = { kind: "unreadable", status: 302 };

it("names agent_id when GEN refuses a request that has none, of an operation that takes one", () => {
  const hintOf = (failure: Failure, operation: OperationName, lacksAgent: boolean) => {
    const failed = { kind: "failure", failure, veto: "not-retryable", ambiguous: false, retryAfterMs: null } as const;
    return toProblem(failed, { operation: findOperation(operation), ownKey: false, lacksAgent }).hint;
  };
  for (const status of [400, 404, 422]) expect(hintOf(said(status, null), READ, true)).toContain("agent_id");
  expect(hintOf(said(404, "not_found"), READ, false)).toBeUndefined();
  expect(hintOf(said(404, "not_found"), READ_BY_PATH, true)).toBeUndefined();
  expect(hintOf(said(402, "payment_required"), READ, true)).toBeUndefined();
  expect(hintOf(said(503, null), READ, true)).toBeUndefined();
  expect(hintOf(TIMEOUT, READ, true)).toBeUndefined();
});

interface Call extends Partial<Omit<FailedCall, "kind">> {
  readonly operation?: OperationName;
  readonly ownKey?: boolean;
}

/** The problem that a caller gets; by default after a read that failed once. */
function tell(failure: Failure | null, { operation = READ, ownKey = false, ...more }: Call = {}): Problem {
  const failed: FailedCall = {
    kind: "failure",
    failure,
    veto: "not-retryable",
    ambiguous: false,
    retryAfterMs: null,
    ...more,
  };
  return toProblem(failed, { operation: findOperation(operation), ownKey });
}

interface Row {
  readonly row: string;
  readonly failure: Failure;
  readonly operation?: OperationName;
  readonly told: Pick<Problem, "status" | "code" | "retry"> & { readonly retryAfter?: number };
}

/** The table "Errors" of the design, row by row. */
const ROWS: readonly Row[] = [
  {
    row: "401 unauthorized",
    failure: said(401, "unauthorized"),
    told: { status: 502, code: "gen_key_rejected", retry: "no" },
  },
  {
    row: "401 without a code",
    failure: said(401, null),
    told: { status: 502, code: "gen_bad_response", retry: "no" },
  },
  {
    row: "402 payment_required",
    failure: said(402, "payment_required"),
    told: { status: 402, code: "payment_required", retry: "no" },
  },
  {
    row: "403 permission_denied",
    failure: said(403, "permission_denied"),
    told: { status: 403, code: "permission_denied", retry: "no" },
  },
  {
    row: "403 forbidden",
    failure: said(403, "forbidden"),
    told: { status: 403, code: "permission_denied", retry: "no" },
  },
  { row: "404 not_found", failure: said(404, "not_found"), told: { status: 404, code: "not_found", retry: "no" } },
  {
    row: "404 user_job_not_found",
    failure: said(404, "user_job_not_found"),
    told: { status: 404, code: "user_job_not_found", retry: "no" },
  },
  {
    row: "404 spreadsheet_not_found",
    failure: said(404, "spreadsheet_not_found"),
    told: { status: 404, code: "spreadsheet_not_found", retry: "no" },
  },
  {
    row: "403 without a code, by a firewall",
    failure: said(403, null),
    told: { status: 502, code: "gen_bad_response", retry: "no" },
  },
  {
    row: "404 without a code, by a proxy",
    failure: said(404, null),
    told: { status: 502, code: "gen_bad_response", retry: "no" },
  },
  {
    row: "409 idempotency_conflict",
    failure: said(409, "idempotency_conflict"),
    told: { status: 409, code: "idempotency_conflict", retry: "no" },
  },
  {
    row: "409 undo_conflict",
    failure: said(409, "undo_conflict"),
    told: { status: 409, code: "undo_conflict", retry: "no" },
  },
  {
    row: "422 agent_not_found, named in the query",
    failure: said(422, "agent_not_found"),
    told: { status: 422, code: "agent_not_found", retry: "no" },
  },
  {
    row: "422 agent_not_found, named in the path",
    failure: said(422, "agent_not_found"),
    operation: READ_BY_PATH,
    told: { status: 404, code: "agent_not_found", retry: "no" },
  },
  {
    row: "404 agent_not_found",
    failure: said(404, "agent_not_found"),
    told: { status: 404, code: "agent_not_found", retry: "no" },
  },
  {
    row: "422 organization_not_found, named in the body",
    failure: said(422, "organization_not_found"),
    told: { status: 422, code: "organization_not_found", retry: "no" },
  },
  {
    row: "422 organization_not_found, named in the path",
    failure: said(422, "organization_not_found"),
    operation: ORGANIZATION,
    told: { status: 404, code: "organization_not_found", retry: "no" },
  },
  {
    row: "422 organization_not_found, where the path names an agent",
    failure: said(422, "organization_not_found"),
    operation: READ_BY_PATH,
    told: { status: 422, code: "organization_not_found", retry: "no" },
  },
  {
    row: "422 usable_gen_credit_required",
    failure: said(422, "usable_gen_credit_required"),
    told: { status: 402, code: "usable_gen_credit_required", retry: "no" },
  },
  {
    row: "422 no_active_credit_purchase",
    failure: said(422, "no_active_credit_purchase"),
    told: { status: 402, code: "no_active_credit_purchase", retry: "no" },
  },
  {
    row: "422 insufficient_credits_for_job",
    failure: said(422, "insufficient_credits_for_job"),
    told: { status: 402, code: "insufficient_credits_for_job", retry: "no" },
  },
  {
    row: "422 job_cannot_be_stopped",
    failure: said(422, "job_cannot_be_stopped"),
    told: { status: 409, code: "job_cannot_be_stopped", retry: "no" },
  },
  {
    row: "422 job_status_invalid",
    failure: said(422, "job_status_invalid"),
    told: { status: 409, code: "job_status_invalid", retry: "no" },
  },
  {
    row: "422 validation_error",
    failure: said(422, "validation_error"),
    told: { status: 422, code: "validation_error", retry: "no" },
  },
  {
    row: "422 voice_id_required",
    failure: said(422, "voice_id_required"),
    told: { status: 422, code: "voice_id_required", retry: "no" },
  },
  ...[400, 402, 405, 406, 409, 410, 413, 415, 418, 422, 423, 451].map((status) => ({
    row: `${status} without a code, any other 4xx`,
    failure: said(status, null),
    told: { status, code: "gen_rejected_request", retry: "no" } as const,
  })),
  {
    row: "429",
    failure: said(429, "rate_limited", { retryAfterMs: 7_200 }),
    told: { status: 503, code: "gen_rate_limited", retry: "yes", retryAfter: 8 },
  },
  ...[500, 502, 503, 520, 524, 525, 529, 530, 599].map((status) => ({
    row: `${status}, other 5xx`,
    failure: said(status, null, { retryAfterMs: 1_000 }),
    told: { status: 503, code: "gen_unavailable", retry: "yes", retryAfter: 1 } as const,
  })),
  ...[501, 505].map((status) => ({
    row: `${status}, which no repeat mends`,
    failure: said(status, null),
    told: { status: 502, code: "gen_bad_response", retry: "no" } as const,
  })),
  {
    row: "425",
    failure: said(425, null, { retryAfterMs: 1_000 }),
    told: { status: 503, code: "gen_unavailable", retry: "yes", retryAfter: 1 },
  },
  { row: "408", failure: said(408, null), told: { status: 504, code: "gen_timeout", retry: "yes" } },
  { row: "504", failure: said(504, null), told: { status: 504, code: "gen_timeout", retry: "yes" } },
  { row: "attempts timed out", failure: TIMEOUT, told: { status: 504, code: "gen_timeout", retry: "yes" } },
  { row: "connection lost", failure: LOST, told: { status: 502, code: "gen_unreachable", retry: "yes" } },
  { row: "answer cut", failure: CUT, told: { status: 502, code: "gen_unreachable", retry: "yes" } },
  { row: "unreadable", failure: PAGE, told: { status: 502, code: "gen_bad_response", retry: "no" } },
  { row: "3xx", failure: REDIRECT, told: { status: 502, code: "gen_bad_response", retry: "no" } },
];

describe("the table of errors", () => {
  it.each(ROWS)("$row is told as $told.status $told.code", ({ failure, operation, told }) => {
    const problem = tell(failure, { ...(operation && { operation }), retryAfterMs: readRetryAfter(failure) });

    const { status, code, retry, retryAfter } = problem;
    expect({ status, code, retry, ...(retryAfter === undefined ? {} : { retryAfter }) }).toEqual(told);
  });
});

const readRetryAfter = (failure: Failure) => (failure.kind === "status" ? failure.retryAfterMs : null);

/** GEN's status for each code, as its guide gives it, and the status and code that a caller gets for it. */
const PUBLIC_ERRORS: Record<GenErrorCode, readonly [said: number, status: number, code?: string]> = {
  unauthorized: [401, 502, "gen_key_rejected"],
  payment_required: [402, 402],
  permission_denied: [403, 403],
  forbidden: [403, 403, "permission_denied"],
  not_found: [404, 404],
  spreadsheet_not_found: [404, 404],
  project_not_found: [404, 404],
  user_job_not_found: [404, 404],
  user_voice_resource_not_found: [404, 404],
  character_not_found: [404, 404],
  look_not_found: [404, 404],
  talking_character_not_found: [404, 404],
  avatar_not_found: [404, 404],
  change_set_not_found: [422, 404],
  agent_not_found: [422, 422],
  organization_not_found: [422, 422],
  usable_gen_credit_required: [422, 402],
  no_active_credit_purchase: [422, 402],
  insufficient_credits_for_job: [422, 402],
  job_cannot_be_stopped: [422, 409],
  job_status_invalid: [422, 409],
  undo_conflict: [409, 409],
  redo_conflict: [409, 409],
  nothing_to_undo: [422, 409],
  nothing_to_redo: [422, 409],
  queue_full: [409, 409],
  invalid_transition: [409, 409],
  already_sent: [409, 409],
  idempotency_conflict: [409, 409],
  generation_busy: [409, 409],
  validation_error: [422, 422],
  invalid_action: [422, 422],
  file_size_exceeded: [422, 422],
  invalid_content_type: [422, 422],
  voice_id_required: [422, 422],
  invalid_api_key: [422, 422],
  invalid_key: [400, 422, "invalid_api_key"],
  agent_creation_failed: [422, 422],
  agent_update_failed: [422, 422],
  avatar_creation_failed: [422, 422],
  avatar_update_failed: [422, 422],
  content_resource_creation_failed: [422, 422],
  direct_upload_failed: [422, 422],
  folder_removal_failed: [422, 422],
  platform_validation_failed: [422, 422],
  post_not_published: [422, 422],
  tiktok_private_only: [422, 422],
};

const CODES = Object.entries(PUBLIC_ERRORS).map(([code, [status, shown, name]]) => ({
  code,
  said: status,
  told: { status: shown, code: name ?? code },
}));

describe("a code of GEN", () => {
  it.each(CODES)("$said $code is told as $told.status $told.code, and is final", ({ code, said: status, told }) => {
    expect(tell(said(status, code))).toMatchObject({ ...told, retry: "no", upstream: { status, error_code: code } });
  });

  it.each([
    [400, "gen_rejected_request"],
    [402, "payment_required"],
    [403, "permission_denied"],
    [404, "not_found"],
    [409, "gen_rejected_request"],
    [422, "gen_rejected_request"],
  ])("falls into the row of its status when it is unknown: %i is told as %s", (status, code) => {
    const problem = tell(said(status, "added_since", { text: "Internal note", members: { errors: [1] } }));

    expect(problem).toMatchObject({ status, code, retry: "no", upstream: { status, error_code: "added_since" } });
    expect(problem).not.toHaveProperty("genText");
  });

  it.each([
    [429, "gen_rate_limited"],
    [500, "gen_unavailable"],
    [504, "gen_timeout"],
    [401, "gen_key_rejected"],
  ])("does not outweigh the status %i", (status, code) => {
    expect(tell(said(status, "validation_error", { text: "x" }))).toMatchObject({ code });
  });
});

describe("GEN's own words", () => {
  const more = { text: "GEN's words", members: { errors: [{ path: "title" }], field: "title" } };

  it.each(CODES)("pass with $code only when they help to correct the input", ({ code, said: status, told }) => {
    const problem = tell(said(status, code, more));
    const isInput = told.status === 422 && !code.endsWith("_not_found");

    expect(problem.genText).toBe(isInput ? "GEN's words" : undefined);
    expect(problem.members).toEqual(isInput || told.status === 402 ? more.members : undefined);
  });

  it.each([
    ["a fault", said(500, "validation_error", more)],
    ["a rate limit", said(429, "rate_limited", more)],
    ["a rejected key", said(401, "unauthorized", more)],
    ["a refusal without a code", said(400, null, more)],
    ["a refusal with an unknown code", said(422, "added_since", more)],
  ])("never pass with %s", (_what, failure) => {
    const problem = tell(failure);

    expect(problem).not.toHaveProperty("genText");
    expect(problem).not.toHaveProperty("members");
  });

  it("pass when a 402 offers to pay, whatever its code", () => {
    const offer = { members: { x402_credit_purchase: { checkout_session_id: "cs_1" } } };

    expect(tell(said(402, "payment_required", offer)).members).toEqual(offer.members);
    expect(tell(said(402, "added_since", offer)).members).toEqual(offer.members);
  });
});

describe("whether credits were spent", () => {
  it.each([KEYED_CHARGED, UNSAFE_CHARGED, CONVERGING_CHARGED])(
    "is unknown when an attempt at %s may have been carried out",
    (operation) => {
      expect(tell(LOST, { operation, ambiguous: true }).charged).toBe("unknown");
    },
  );

  it("is unknown when GEN refused, but only after an attempt that may have been carried out", () => {
    const problem = tell(said(422, "insufficient_credits_for_job"), { operation: KEYED_CHARGED, ambiguous: true });

    expect(problem).toMatchObject({ status: 402, charged: "unknown" });
  });

  it.each([
    ["a refusal", said(422, "insufficient_credits_for_job")],
    ["a rate limit", said(429, null)],
    ["a 503 that names a time", said(503, null, { retryAfterMs: 1_000 })],
    ["no attempt", null],
  ])("is no when there was nothing but %s", (_what, failure) => {
    expect(tell(failure, { operation: KEYED_CHARGED, ambiguous: false }).charged).toBe("no");
  });

  it.each([READ, KEYED_FREE, UNSAFE_FREE])("is no for %s, which is free", (operation) => {
    expect(tell(LOST, { operation, ambiguous: true }).charged).toBe("no");
  });
});

describe("a call whose outcome is unknown", () => {
  const OUTCOME_UNKNOWN = { status: 502, code: "outcome_unknown", retry: "no" };

  it.each([
    ["a lost connection", LOST],
    ["a timeout", TIMEOUT],
    ["a cut answer", CUT],
    ["a 200 that is a page", PAGE],
    ["a 500", said(500, null)],
    ["a bare 503", said(503, null)],
    ["a 504", said(504, null)],
    ["a 408", said(408, null)],
    ["a 425", said(425, null)],
    ["a 501", said(501, null)],
    ["a conflict that nobody explains", said(409, null)],
  ])("is told as outcome_unknown when it must not be repeated: %s", (_what, failure) => {
    expect(tell(failure, { operation: UNSAFE_FREE, ambiguous: true })).toMatchObject(OUTCOME_UNKNOWN);
    expect(tell(failure, { operation: UNSAFE_CHARGED, ambiguous: true, ownKey: true })).toMatchObject({
      ...OUTCOME_UNKNOWN,
      charged: "unknown",
    });
  });

  it.each([
    ["a 429", said(429, null), "gen_rate_limited"],
    ["a 503 that names a time", said(503, null, { retryAfterMs: 1_000 }), "gen_unavailable"],
  ])("is not what %s leaves behind, though the operation is unsafe", (_what, failure, code) => {
    expect(tell(failure, { operation: UNSAFE_FREE, ambiguous: false })).toMatchObject({ code, retry: "yes" });
  });

  it.each([
    ["a redirect", REDIRECT, true],
    ["a firewall's 403", said(403, null), false],
    ["a proxy's 404", said(404, null), false],
  ])("is not what %s leaves behind: GEN was never reached", (_what, failure, ambiguous) => {
    expect(tell(failure, { operation: UNSAFE_FREE, ambiguous })).toMatchObject({ code: "gen_bad_response" });
  });

  it.each([KEYED_CHARGED, KEYED_FREE])("may be tried again under the caller's own key: %s", (operation) => {
    const problem = tell(LOST, { operation, ambiguous: true, ownKey: true });

    expect(problem).toMatchObject({ status: 502, code: "gen_unreachable", retry: "same_key" });
  });

  it.each([KEYED_CHARGED, KEYED_FREE])(
    "is told as outcome_unknown when the key was not the caller's: %s",
    (operation) => {
      expect(tell(LOST, { operation, ambiguous: true, ownKey: false })).toMatchObject(OUTCOME_UNKNOWN);
    },
  );

  it("stays unknown though the last attempt was turned away", () => {
    const failure = said(429, null, { retryAfterMs: 3_000 });
    const call = { operation: KEYED_CHARGED, ambiguous: true, retryAfterMs: 3_000 };

    expect(tell(failure, { ...call, ownKey: false })).toMatchObject(OUTCOME_UNKNOWN);
    expect(tell(failure, { ...call, ownKey: true })).toMatchObject({
      code: "gen_rate_limited",
      retry: "same_key",
      retryAfter: 3,
    });
  });

  it.each([READ, CONVERGING_CHARGED])("is no trouble for %s, which can be repeated", (operation) => {
    expect(tell(LOST, { operation, ambiguous: true })).toMatchObject({ code: "gen_unreachable", retry: "yes" });
  });

  it("may be tried again freely when GEN turned all attempts of a keyed call away", () => {
    expect(tell(said(429, null), { operation: KEYED_CHARGED, ambiguous: false })).toMatchObject({ retry: "yes" });
  });
});

describe("what a problem advises", () => {
  const STATUSES = Array.from({ length: 200 }, (_, index) => 400 + index);

  it.each([
    ["with a code", "added_since"],
    ["without a code", null],
  ])("is to try again exactly where the Worker itself would have, whatever the status, %s", (_what, code) => {
    const advised = STATUSES.filter((status) => tell(said(status, code)).retry === "yes");
    expect(advised).toEqual(STATUSES.filter((status) => isRetryable(said(status, code))));
  });
});

describe("a call that was never sent", () => {
  it.each([
    ["circuit-open", "gen_unavailable"],
    ["subrequests-spent", "gen_unavailable"],
    ["no-time", "gen_rate_limited"],
  ] as const)("is not charged, and when it was stopped by %s, is told as %s", (veto, code) => {
    const problem = tell(null, { operation: UNSAFE_CHARGED, veto, retryAfterMs: 1_500 });

    expect(problem).toEqual({ status: 503, code, retry: "yes", retryAfter: 2, charged: "no", veto });
  });

  it("is told as request_timeout when its own body took all the time, and waiting does not help", () => {
    const problem = tell(null, { operation: UNSAFE_CHARGED, veto: "no-time", retryAfterMs: null });

    expect(problem).toEqual({ status: 408, code: "request_timeout", retry: "yes", charged: "no", veto: "no-time" });
    expect(problem).not.toHaveProperty("retryAfter");
  });
});

describe("when to try again", () => {
  it("is what GEN asked for, in whole seconds", () => {
    expect(tell(said(503, null), { retryAfterMs: 12_001 }).retryAfter).toBe(13);
  });

  it("is five seconds when nothing is known", () => {
    expect(tell(said(503, null), { retryAfterMs: null }).retryAfter).toBe(5);
  });

  it("is a second when GEN asks for no wait", () => {
    expect(tell(said(429, null), { retryAfterMs: 0 }).retryAfter).toBe(1);
  });

  it.each([
    ["a 422", said(422, "validation_error")],
    ["a 404", said(404, "not_found")],
    ["a rejected key", said(401, "unauthorized")],
    ["a timeout", TIMEOUT],
    ["a lost connection", LOST],
    ["a redirect", REDIRECT],
  ])("is said of a 503 alone, not of %s", (_what, failure) => {
    expect(tell(failure, { retryAfterMs: 9_000 })).not.toHaveProperty("retryAfter");
  });
});

describe("a problem", () => {
  it("names the veto that ended the call", () => {
    expect(tell(said(503, null), { veto: "throttled" }).veto).toBe("throttled");
  });

  it("says what GEN answered, if it did", () => {
    expect(tell(said(500, "oops")).upstream).toEqual({ status: 500, error_code: "oops" });
    expect(tell(said(502, null)).upstream).toEqual({ status: 502, error_code: null });
    expect(tell(TIMEOUT)).not.toHaveProperty("upstream");
    expect(tell(null)).not.toHaveProperty("upstream");
  });
});
