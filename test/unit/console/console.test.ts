import { describe, expect, it } from "vitest";
import { formatJson, parseExact } from "../../../console/api/json.ts";
import { toProblem } from "../../../console/api/problem.ts";
import { findClientId } from "../../../console/clients/find-client-id.ts";
import { toCreditsAnHour, toErrors } from "../../../console/now/series.ts";
import { listWaiting } from "../../../console/now/waiting.ts";
import { toShare } from "../../../console/parts/share.ts";
import { formatDuration, formatExact, formatRelative } from "../../../console/parts/time.ts";
import { readPlace, toHash } from "../../../console/routes/place.ts";
import { readSpan, toStep } from "../../../console/routes/span.ts";
import { placeSteps } from "../../../console/runs/place-steps.ts";

const NOW = Date.parse("2026-11-27T12:00:00.000Z");
const point = (errors: Record<string, number>, credits = 0) => ({
  at: "2026-11-27T11:00:00.000Z",
  requests: 1,
  by_outcome: { success: 1, refused: 0, failed: 0 },
  errors,
  attempts: 1,
  latency_ms: { p50: null, p95: null },
  credits,
});
const activity = (series: ReturnType<typeof point>[], step_seconds = 60) => ({
  from: "",
  to: "",
  step_seconds,
  series,
});

describe("a place", () => {
  it.each([["a/b?c#d"], ["ä ö"], ["%2F"], ["<img>"]])("keeps whatever an id holds: %s", (id) => {
    const hash = toHash(["calls", id], { q: id });
    const { path, query } = readPlace(hash);
    expect([path, query.get("q")]).toEqual([["calls", id], id]);
  });

  it("leaves empty filters out", () => {
    expect(toHash(["calls"], { state: null, client: "", tag: "a" })).toBe("#/calls?tag=a");
  });

  it("that was written badly by hand is read as it is", () => {
    expect(readPlace("#/calls/%E0%A4%A").path).toEqual(["calls", "%E0%A4%A"]);
  });
});

describe("a time span", () => {
  const read = (search: string) => readSpan(readPlace(`#/?${search}`), "1h", NOW);

  it("is the last hour, or what the address says", () => {
    expect(read("").from).toBe(NOW - 3_600_000);
    expect(read("range=7d").from).toBe(NOW - 7 * 86_400_000);
    expect(read("range=constructor").range).toBe("1h");
    expect(read("from=2026-11-27T10:00:00Z&to=2026-11-27T11:00:00Z")).toEqual({
      range: null,
      from: NOW - 7_200_000,
      to: NOW - 3_600_000,
    });
  });

  it.each([
    ["15m", "minute"],
    ["6h", "minute"],
    ["24h", "hour"],
    ["7d", "hour"],
    ["30d", "day"],
  ])("of %s is drawn by %s", (range, step) => {
    expect(toStep(read(`range=${range}`), NOW)).toBe(step);
  });
});

describe("times", () => {
  it.each([
    [640, "640 ms"],
    [3_240, "3.2 s"],
    [49_900, "49 s"],
    [70_000, "1 min 10 s"],
    [79_500_000, "22 h 5 min"],
    [86_400_000, "1 d"],
  ])("%i ms are %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [NOW - 1_000, "now"],
    [NOW - 240_000, "4 min ago"],
    [NOW + 7_300_000, "in 2 h"],
  ])("are told from now", (at, text) => {
    expect(formatRelative(at, NOW)).toBe(text);
  });

  it("are exact with the offset of the reader's clock", () => {
    expect(formatExact(NOW)).toMatch(/^2026-11-2[78] \d\d:\d\d:00\.000 UTC/);
  });
});

describe("charts", () => {
  it("show the five most frequent codes, and the rest as one", () => {
    const errors = { a: 9, b: 8, c: 7, d: 6, e: 5, f: 2, g: 1 };
    const series = toErrors(activity([point(errors), point({})]));
    expect(series.map(({ name, values }) => [name, values])).toEqual([
      ["a", [9, 0]],
      ["b", [8, 0]],
      ["c", [7, 0]],
      ["d", [6, 0]],
      ["e", [5, 0]],
      ["2 others", [3, 0]],
    ]);
  });

  it("show credits as what they are an hour, whatever the step is", () => {
    expect(toCreditsAnHour(activity([point({}, 2)]))[0]?.values).toEqual([120]);
    expect(toCreditsAnHour(activity([point({}, 48)], 86_400))[0]?.values).toEqual([2]);
  });
});

describe("the steps of a run", () => {
  const step = (started_at: string, ended_at?: string) => ({
    name: started_at,
    kind: "call",
    state: "done",
    attempts: 1,
    charged: "no" as const,
    started_at,
    ...(ended_at === undefined ? {} : { ended_at }),
  });

  it("lie where they were in the run's time, and one that is not over reaches until now", () => {
    const steps = [step("2026-11-27T11:59:00.000Z", "2026-11-27T11:59:30.000Z"), step("2026-11-27T11:59:30.000Z")];
    const bars = placeSteps({ created_at: "2026-11-27T11:58:20.000Z", steps }, NOW);
    expect(bars).toEqual([
      { left: 40, width: 30, ms: 30_000 },
      { left: 70, width: 30, ms: 30_000 },
    ]);
  });
});

describe("what the API says", () => {
  it("keeps the digits of numbers that JavaScript would round", () => {
    const text = '{"id":12345678901234567890,"small":1.5,"list":[9007199254740993]}';
    expect(formatJson(parseExact(text)).replaceAll(/\s/g, "")).toBe(text);
  });

  it("is a problem with its code, even where the body is none", () => {
    expect(toProblem(502, "req-1", null)).toMatchObject({ status: 502, code: "http_502", requestId: "req-1" });
    const body = {
      title: "T",
      detail: "D",
      action: "A",
      error_code: "c",
      instance: "i",
      errors: [{ path: "a", message: "b" }],
    };
    expect(toProblem(422, null, body)).toMatchObject({ code: "c", requestId: "i", errors: ["a: b"] });
  });

  it("leaves out what this Worker does not count, and shows as unknown what it can't count now", () => {
    const waiting = listWaiting({ version: "0", calls_unknown: 3, notifications_failed: null });
    expect(waiting.map(({ count }) => count)).toEqual([3, null]);
  });
});

it("a bound of zero is used up; without a bound there is no share", () => {
  expect([toShare(0, 0), toShare(5, 10), toShare(20, 10), toShare(5, null)]).toEqual([1, 0.5, 1, null]);
});

it("a client is filtered by its name as by its id", () => {
  const names = new Map([["u7Kq2mPa01", "shop"]]);
  expect(["shop", "u7Kq2mPa01", "pipeline:x"].map((named) => findClientId(names, named))).toEqual([
    "u7Kq2mPa01",
    "u7Kq2mPa01",
    "pipeline:x",
  ]);
});
