import { expect, it } from "vitest";
import { parseOptions } from "../../chaos/options.ts";
import { makeSchedule } from "../../chaos/schedule.ts";
import { toFaultKind, WEATHERS } from "../../chaos/weather.ts";

const WALK_MS = 60_000;

it("walks the same way for the same seed, and another way for another", () => {
  expect(makeSchedule(7, WALK_MS)).toEqual(makeSchedule(7, WALK_MS));
  expect(makeSchedule(7, WALK_MS)).not.toEqual(makeSchedule(8, WALK_MS));
});

it("fills the walk with acts, weathers, kills and failures", () => {
  const { acts, weathers, kills, failures } = makeSchedule(7, WALK_MS);
  expect(acts.at(-1)?.at).toBeGreaterThan(0.9 * WALK_MS);
  expect(weathers.length).toBeGreaterThan(10);
  expect(failures.length).toBeGreaterThan(10);
  expect(kills.reduce((sum, { upMs, downMs }) => sum + upMs + downMs, 0)).toBeGreaterThan(0.9 * WALK_MS);
});

it("knows each fault by a kind of its own", () => {
  const outcomes = WEATHERS.flatMap(({ mix }) => mix.map(([, outcome]) => outcome));
  expect(outcomes.map(toFaultKind)).not.toContain(null);
  expect(new Set(outcomes.map(toFaultKind)).size).toBeGreaterThan(15);
});

it("takes a seed and minutes, one minute by default, and refuses none", () => {
  expect(parseOptions(["--seed", "7", "--minutes", "5"])).toEqual({ seed: 7, minutes: 5 });
  expect(parseOptions([])).toMatchObject({ minutes: 1 });
  expect(() => parseOptions(["--minutes", "0"])).toThrow("--minutes must be 1 at least.");
  expect(() => parseOptions(["--minutes", "half"])).toThrow("--minutes");
});
