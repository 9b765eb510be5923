import { describe, expect, it } from "vitest";
import { apply, HEALTHY, selectNotification, type WatchState } from "../../../src/health/gen-health-state.ts";
import type { CheckName, GenReport } from "../../../src/health/gen-report.ts";

type Found = Partial<Record<CheckName, boolean | null>>;

const GOOD: Found = { reachable: true, key: true, credits: true };
const DOWN: Found = { reachable: false, key: null, credits: null };
const POOR: Found = { reachable: true, key: true, credits: false };
const SILENT: Found = { reachable: true, key: true, credits: null };
const REJECTED: Found = { reachable: true, key: false, credits: null };
const BUSY: Found = { reachable: true, key: null, credits: null };

function report(found: Found, at: number): GenReport {
  const checks = Object.entries(found).map(([name, healthy]) => ({ name: name as CheckName, healthy, detail: null }));
  return { at, checks, credits: null };
}

/** The events that these checks raise, at the times 1, 2, 3 and so on. */
function watch(...checks: Found[]) {
  const events: string[] = [];
  let state: WatchState = HEALTHY;
  for (const [index, found] of checks.entries()) {
    const after = apply(state, report(found, index + 1));
    const event = selectNotification(state, after);
    if (event !== null) events.push(`${event} at ${index + 1}`);
    state = after;
  }
  return { events, state };
}

describe("GEN's health", () => {
  it.each([
    ["good", [GOOD, GOOD]],
    ["one bad check", [GOOD, DOWN]],
    ["one bad check between good ones", [DOWN, GOOD, DOWN, GOOD]],
    ["what could not be judged", [BUSY, BUSY, SILENT]],
    ["a bad check, and then one that can't be judged", [POOR, SILENT, SILENT]],
  ])("raises no event: %s", (_, checks) => {
    expect(watch(...checks).events).toEqual([]);
  });

  it("turns bad at the second bad check in a row, once", () => {
    expect(watch(DOWN, DOWN, DOWN, DOWN)).toEqual({
      events: ["gen.unhealthy at 2"],
      state: { kind: "unhealthy", bad: ["reachable"], since: 2 },
    });
  });

  it("turns bad whatever is bad, one thing after the other", () => {
    expect(watch(REJECTED, POOR).events).toEqual(["gen.unhealthy at 2"]);
  });

  it("does not turn bad by one check that two turns of the watch have shared", () => {
    const shared = report(DOWN, 5);
    const state = apply(apply(HEALTHY, shared), shared);

    expect(state).toMatchObject({ kind: "suspect" });
    expect(apply(state, report(DOWN, 6))).toMatchObject({ kind: "unhealthy", since: 6 });
  });

  it("turns good at the first good check, once", () => {
    expect(watch(DOWN, DOWN, GOOD, GOOD)).toEqual({
      events: ["gen.unhealthy at 2", "gen.healthy at 3"],
      state: HEALTHY,
    });
  });

  it("raises an event at each turn", () => {
    expect(watch(DOWN, DOWN, GOOD, DOWN, DOWN, GOOD).events).toEqual([
      "gen.unhealthy at 2",
      "gen.healthy at 3",
      "gen.unhealthy at 5",
      "gen.healthy at 6",
    ]);
  });

  it("stays bad while what was bad can't be judged", () => {
    expect(watch(POOR, POOR, SILENT, DOWN, SILENT).events).toEqual(["gen.unhealthy at 2"]);
    expect(watch(REJECTED, REJECTED, BUSY, DOWN, BUSY).events).toEqual(["gen.unhealthy at 2"]);
    expect(watch(POOR, POOR, SILENT, GOOD).events).toEqual(["gen.unhealthy at 2", "gen.healthy at 4"]);
  });

  it("is good again though something that was never bad can't be judged", () => {
    expect(watch(DOWN, DOWN, SILENT).events).toEqual(["gen.unhealthy at 2", "gen.healthy at 3"]);
  });

  it("is good again when the limit of credits was taken away", () => {
    expect(watch(POOR, POOR, { reachable: true, key: true }).events).toEqual([
      "gen.unhealthy at 2",
      "gen.healthy at 3",
    ]);
  });

  it("does not count a check that could not be judged as a good one", () => {
    expect(watch(POOR, SILENT, POOR).events).toEqual(["gen.unhealthy at 3"]);
  });
});
