import { describe, expect, it } from "vitest";
import {
  type Failure,
  isAmbiguous,
  isRefused,
  isRepeatable,
  isRetryable,
  isTurnedAway,
} from "../../src/gen/failure.ts";

/** GEN's answer with that status; with GEN's own code unless told otherwise. */
const answered = (status: number, more: { code?: string | null; retryAfterMs?: number | null } = {}): Failure => ({
  kind: "status",
  status,
  error: { code: more.code === undefined ? "some_code" : more.code, text: null, members: {} },
  retryAfterMs: more.retryAfterMs ?? null,
});

const TIMEOUT: Failure = { kind: "timeout" };
const LOST: Failure = { kind: "lost" };
const CUT: Failure = { kind: "cut", status: 200 };
const PAGE: Failure = { kind: "unreadable", status: 200 };
const REDIRECT: Failure = { kind: "unreadable", status: 302 };

describe("a failure", () => {
  it.each([408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])("is worth a retry at %i", (status) => {
    expect(isRetryable(answered(status))).toBe(true);
  });

  it.each([400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 422, 423, 425, 428, 501, 505, 519, 525, 530, 599])(
    "is not worth a retry at %i",
    (status) => {
      expect(isRetryable(answered(status))).toBe(false);
    },
  );

  it.each([TIMEOUT, LOST, CUT])("is worth a retry: $kind", (failure) => {
    expect(isRetryable(failure)).toBe(true);
  });

  it.each([PAGE, REDIRECT])("is not worth a retry: $kind $status", (failure) => {
    expect(isRetryable(failure)).toBe(false);
  });
});

describe("a call", () => {
  it.each([
    ["a 429", answered(429)],
    ["a 429 that names a time", answered(429, { retryAfterMs: 1_000 })],
    ["a 503 that names a time", answered(503, { retryAfterMs: 1_000 })],
    ["a 503 that names no wait at all", answered(503, { retryAfterMs: 0 })],
    ["another continuation in its way", answered(409, { code: "generation_busy" })],
  ])("was turned away by %s", (_what, failure) => {
    expect(isTurnedAway(failure)).toBe(true);
    expect(isAmbiguous(failure)).toBe(false);
  });

  it.each([400, 401, 402, 403, 404, 409, 413, 415, 422])(
    "was refused by a %i with a code, and not carried out",
    (status) => {
      expect(isRefused(answered(status))).toBe(true);
      expect(isAmbiguous(answered(status))).toBe(false);
    },
  );

  it.each([401, 402, 403, 404, 422])("may have been carried out after a %i without a code", (status) => {
    expect(isRefused(answered(status, { code: null }))).toBe(false);
    expect(isAmbiguous(answered(status, { code: null }))).toBe(true);
  });

  it.each([
    ["a bare 503", answered(503)],
    ["a 500", answered(500)],
    ["a 502 that names a time", answered(502, { retryAfterMs: 1_000 })],
    ["a 504", answered(504)],
    ["a 408", answered(408)],
    ["a 409 without a code", answered(409, { code: null })],
    ["a conflict of its key", answered(409, { code: "idempotency_conflict" })],
    ["a 428", answered(428)],
    ["a timeout", TIMEOUT],
    ["a lost connection", LOST],
    ["a cut answer", CUT],
    ["a page", PAGE],
    ["a redirect", REDIRECT],
  ])("may have been carried out after %s", (_what, failure) => {
    expect(isAmbiguous(failure)).toBe(true);
    expect(isTurnedAway(failure)).toBe(false);
  });
});

describe("repeating an operation", () => {
  const open = [answered(500), answered(503), answered(504), TIMEOUT, LOST, CUT];

  it.each(["safe", "keyed"] as const)("that is %s is allowed after any failure", (replay) => {
    expect(open.map((failure) => isRepeatable({ replay }, failure))).toEqual(open.map(() => true));
  });

  it("that is unsafe is never allowed after a failure that leaves its outcome open", () => {
    expect(open.map((failure) => isRepeatable({ replay: "unsafe" }, failure))).toEqual(open.map(() => false));
  });

  it("that is unsafe is allowed when GEN turned it away", () => {
    expect(isRepeatable({ replay: "unsafe" }, answered(429))).toBe(true);
    expect(isRepeatable({ replay: "unsafe" }, answered(503, { retryAfterMs: 1_000 }))).toBe(true);
  });
});
