import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseRetryAfter, toRetryAfterSeconds } from "../../../src/resilience/retry-after.ts";

const NOW = Date.parse("2026-10-05T12:00:00Z");
const DAY_MS = 24 * 60 * 60 * 1_000;

const read = (headers: Record<string, string>) => parseRetryAfter(new Headers(headers), NOW);

/** A Worker's time zone is UTC: the oldest form of a date names no zone. */
beforeAll(() => {
  vi.stubEnv("TZ", "UTC");
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe("reading Retry-After", () => {
  it.each([
    ["0", 0],
    ["1", 1_000],
    ["30", 30_000],
    ["007", 7_000],
    ["1.5", 1_500],
    ["1.2345", 1_235],
    ["86400", DAY_MS],
  ])("takes %s as seconds", (value, ms) => {
    expect(read({ "retry-after": value })).toBe(ms);
  });

  it.each([
    ["Mon, 05 Oct 2026 12:00:30 GMT", 30_000],
    ["Monday, 05-Oct-26 12:01:00 GMT", 60_000],
    ["Mon Oct  5 12:02:00 2026", 120_000],
    ["Mon Oct 05 12:02:00 2026", 120_000],
    ["Mon, 05 Oct 2026 12:00:00 GMT", 0],
  ])("takes %s as a date", (value, ms) => {
    expect(read({ "retry-after": value })).toBe(ms);
  });

  it("takes a date in the past as no wait", () => {
    expect(read({ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" })).toBe(0);
  });

  it.each(["86401", "999999999999999", "9999999999999999", "9".repeat(400), "Tue, 05 Oct 2027 12:00:00 GMT"])(
    "takes %s, more than a day, as a day",
    (value) => {
      expect(read({ "retry-after": value })).toBe(DAY_MS);
    },
  );

  it.each([
    "",
    "soon",
    "-1",
    "+5",
    "1e3",
    "0x10",
    "5 s",
    "5, 5",
    "1.",
    ".5",
    "NaN",
    "Infinity",
    "2026-10-05T12:00:30Z",
    "Mon, 05 Oct 2026 12:00:30 +0200",
    "Mon, 05 Oct 2026 12:00:30",
    "Mon, 05 Oct 2026 12:00 GMT",
    "05 Oct 2026 12:00:30 GMT",
    "Oct 5, 2026",
    "Oct 2026",
    "Mon, 35 Oct 2026 12:00:30 GMT",
    "Mon, 05 Oct 2026 12:00:30 GMT, 5",
    "in 5 min",
    "wait 5",
  ])("takes “%s” as no instruction", (value) => {
    expect(read({ "retry-after": value })).toBeNull();
  });

  it("says nothing when the server says nothing", () => {
    expect(read({})).toBeNull();
  });
});

describe("reading retry-after-ms", () => {
  it("prefers it to the coarser header", () => {
    expect(read({ "retry-after-ms": "1250", "retry-after": "9" })).toBe(1_250);
  });

  it("falls back to the coarser header when it is no number", () => {
    expect(read({ "retry-after-ms": "a while", "retry-after": "9" })).toBe(9_000);
  });

  it("takes a part of a millisecond as a whole one", () => {
    expect(read({ "retry-after-ms": "1250.001" })).toBe(1_251);
  });

  it("takes more than a day as a day", () => {
    expect(read({ "retry-after-ms": String(DAY_MS + 1) })).toBe(DAY_MS);
    expect(read({ "retry-after-ms": "9".repeat(16) })).toBe(DAY_MS);
  });
});

describe("writing Retry-After", () => {
  it.each([
    [0, 1],
    [1, 1],
    [999, 1],
    [1_000, 1],
    [1_001, 2],
    [30_000, 30],
    [1_234.5, 2],
  ])("writes %f ms as %i whole seconds, never less than the wait and never none", (ms, seconds) => {
    expect(toRetryAfterSeconds(ms)).toBe(seconds);
  });
});
