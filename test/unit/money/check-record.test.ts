import { describe, expect, it } from "vitest";
import { type CheckRecord, isDue, toStart } from "../../../src/money/reconciliation/check-record.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2027, 0, 10);

const done: CheckRecord = {
  account: "default",
  since: NOW - 30 * DAY_MS,
  checkedTo: NOW - HOUR_MS,
  hasOlder: true,
  tick: NOW,
  progress: null,
  endedAt: NOW,
  failed: null,
};
const failed = { ...done, failed: "No connection to GEN." };
const long = { ...done, progress: { page: 11, until: NOW } };

describe("a check", () => {
  it.each<[string, CheckRecord, number, boolean]>([
    ["at the same tick again", done, 0, false],
    ["at the next tick", done, 5 * MINUTE_MS, false],
    ["after 23 hours and 55 minutes", done, DAY_MS - 5 * MINUTE_MS, false],
    ["after a day less what a tick can come early", done, DAY_MS - 4 * MINUTE_MS, true],
    ["after a week without ticks", done, 7 * DAY_MS, true],
    ["at a tick that is repeated late", done, -HOUR_MS, false],
    ["by a clock that went back for more than an hour", done, -HOUR_MS - 1, true],
    ["half an hour after it has failed", failed, 30 * MINUTE_MS, false],
    ["an hour after it has failed", failed, HOUR_MS, true],
    ["at the next tick, when it was too long for one", long, 5 * MINUTE_MS, true],
    ["at the same tick, when it was too long for one", long, 0, false],
    ["at the next tick, when it was too long and failed", { ...long, failed: failed.failed }, 5 * MINUTE_MS, false],
  ])("is or is not due %s", (_, record, afterMs, due) => {
    expect(isDue(record, NOW + afterMs)).toBe(due);
  });

  it("reads from where the last one ended, at least a day, and never what was before the account was known", () => {
    expect(toStart({ ...done, checkedTo: NOW - 3 * DAY_MS }, NOW)).toBe(NOW - 3 * DAY_MS);
    expect(toStart({ ...done, checkedTo: NOW + 90 * DAY_MS }, NOW)).toBe(NOW - HOUR_MS - DAY_MS);
    expect(toStart({ ...done, since: NOW - 1 }, NOW)).toBe(NOW - 1);
  });
});
