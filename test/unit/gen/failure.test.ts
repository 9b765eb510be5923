import { describe, expect, it } from "vitest";
import {
  type Failure,
  isAmbiguous,
  isRefused,
  isRepeatable,
  isRetryable,
  isTurnedAway,
} from "../../../src/gen/failure.ts";

/** GEN's answer with that status, and with a code of GEN's unless the test says otherwise. */
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

const STATUSES = Array.from({ length: 200 }, (_, index) => 400 + index);

describe("a failure", () => {
  it("is worth a retry at 408, 425, 429 and every 5xx but those that last: an unknown one is a 500", () => {
    const lasting = [501, 505];
    const expected = STATUSES.filter((status) =>
      status >= 500 ? !lasting.includes(status) : [408, 425, 429].includes(status),
    );
    expect(STATUSES.filter((status) => isRetryable(answered(status)))).toEqual(expected);
    expect(STATUSES.filter((status) => isRetryable(answered(status, { code: null })))).toEqual(expected);
  });

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
  ])("is turned away by %s", (_what, failure) => {
    expect(isTurnedAway(failure)).toBe(true);
    expect(isAmbiguous(failure)).toBe(false);
  });

  it("is refused by any 4xx with a code that is not about the key, and not carried out", () => {
    const refused = STATUSES.filter((status) => isRefused(answered(status)));
    expect(refused).toEqual(STATUSES.filter((status) => status < 500 && ![408, 425, 429].includes(status)));
    expect(refused.filter((status) => isAmbiguous(answered(status)))).toEqual([]);
  });

  it("is refused by any 4xx without a code, too, except a 409", () => {
    const refused = STATUSES.filter((status) => isRefused(answered(status, { code: null })));
    expect(refused).toEqual(STATUSES.filter((status) => status < 500 && ![408, 409, 425, 429].includes(status)));
  });

  it.each([
    ["a bare 503", answered(503)],
    ["a 500", answered(500)],
    ["a 502 that names a time", answered(502, { retryAfterMs: 1_000 })],
    ["a 504", answered(504)],
    ["a 501", answered(501)],
    ["a 408", answered(408)],
    ["a 425", answered(425)],
    ["a 409 without a code", answered(409, { code: null })],
    ["a conflict of its key", answered(409, { code: "idempotency_conflict" })],
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

  it.each(["safe", "keyed"] as const)("is allowed after any failure when it is %s", (replay) => {
    expect(open.map((failure) => isRepeatable({ replay }, failure))).toEqual(open.map(() => true));
  });

  it("is never allowed for an unsafe one after a failure that leaves its outcome open", () => {
    expect(open.map((failure) => isRepeatable({ replay: "unsafe" }, failure))).toEqual(open.map(() => false));
  });

  it("is allowed for an unsafe one when GEN turned it away", () => {
    expect(isRepeatable({ replay: "unsafe" }, answered(429))).toBe(true);
    expect(isRepeatable({ replay: "unsafe" }, answered(503, { retryAfterMs: 1_000 }))).toBe(true);
  });
});
