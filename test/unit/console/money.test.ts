import { describe, expect, it } from "vitest";
import type { Group, Report } from "../../../console/api/answers.ts";
import { listDays, listMonths, readDays, toOldestDay } from "../../../console/money/days.ts";
import { selectLargest, toSeries } from "../../../console/money/groups.ts";
import { readPlace } from "../../../console/routes/place.ts";

const NOW = Date.parse("2026-03-31T23:59:00.000Z");

describe("the days of a report", () => {
  const read = (search: string) => readDays(readPlace(`#/money?${search}`), NOW);

  it.each([
    ["", "month", "2026-03-01", "2026-03-31"],
    ["range=today", "today", "2026-03-31", "2026-03-31"],
    ["range=7d", "7d", "2026-03-25", "2026-03-31"],
    ["range=30d", "30d", "2026-03-02", "2026-03-31"],
    ["range=last-month", "last-month", "2026-02-01", "2026-02-28"],
    ["range=constructor", "month", "2026-03-01", "2026-03-31"],
    ["from=2026-01-05&to=2026-01-07", null, "2026-01-05", "2026-01-07"],
    ["from=2026-01-05&to=later", null, "2026-01-05", "2026-03-31"],
    ["from=2026-01-05T10:00", "month", "2026-03-01", "2026-03-31"],
  ])("are of UTC, as the address says: %s", (search, range, from, to) => {
    expect(read(search)).toEqual({ range, from, to });
  });

  it("are listed one by one, over the end of a month", () => {
    expect(listDays({ from: "2026-02-27", to: "2026-03-01" })).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
  });

  it("go back for thirteen months, this one included", () => {
    expect(toOldestDay(NOW)).toBe("2025-03-01");
    expect(listMonths(NOW)).toHaveLength(13);
    expect([listMonths(NOW)[0], listMonths(NOW).at(-1)]).toEqual(["2026-03", "2025-03"]);
  });
});

describe("the chart of groups", () => {
  const group = (key: string | null, spent: number): Group => {
    return { key, spent, calls: 1, reserved_calls: 0, reserved: 0, given_back: 0, failed: 0, unpriced: 0 };
  };
  const report = (...groups: Group[]): Report => {
    const spent = groups.reduce((sum, each) => sum + each.spent, 0);
    return { from: DAYS[0], to: DAYS[1], total: group(null, spent), groups, cursor: null };
  };
  const DAYS = ["2026-03-30", "2026-03-31"] as const;
  const draw = (whole: Report, byDay: Report, largest: Record<string, Report>) => {
    const parts = Object.entries(largest).map(([key, own]) => ({ key, byDay: own }));
    const series = toSeries({ by: "tag", report: whole, byDay, largest: parts }, DAYS, (key) => key.toUpperCase());
    return series.map(({ name, values }) => [name, values]);
  };

  it("has the five largest that have a name and have spent something", () => {
    const groups = ["a", "b", "c", "d", "e", "f"].map((key, index) => group(key, 60 - index * 10));
    expect(selectLargest("tag", report(group(null, 99), ...groups))).toEqual(["a", "b", "c", "d", "e"]);
    expect(selectLargest("tag", report(group("a", 1), group("b", 0)))).toEqual(["a"]);
    expect(selectLargest("day", report(group(DAYS[0], 1)))).toEqual([]);
  });

  it("has the rest under its own name if it is one, and days without charges as zero", () => {
    const byDay = report(group(DAYS[0], 0.3), group(DAYS[1], 5));
    const largest = { a: report(group(DAYS[0], 0.1)) };
    expect(draw(report(group("a", 0.1), group(null, 5.2)), byDay, largest)).toEqual([
      ["A", [0.1, 0]],
      ["no tag", [0.2, 5]],
    ]);
    expect(draw(report(group("a", 0.1), group("b", 5), group(null, 0.2)), byDay, largest)[1]?.[0]).toBe("others");
  });

  it("has no rest when there is none, and one line when nothing is told apart", () => {
    const byDay = report(group(DAYS[0], 3));
    expect(draw(report(group("a", 3)), byDay, { a: byDay })).toEqual([["A", [3, 0]]]);
    expect(draw(report(group(null, 3)), byDay, {})).toEqual([["credits", [3, 0]]]);
  });
});
