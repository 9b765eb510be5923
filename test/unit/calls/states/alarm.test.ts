import { describe, expect, it } from "vitest";
import { selectDueAt, selectNextAction } from "../../../../src/calls/states/next-action.ts";
import { type FollowUp, selectAlarm, selectFollowUp } from "../../../../src/calls/states/record.ts";
import { type CallEvent, type CallState, isLive } from "../../../../src/calls/states/state.ts";
import { accept, apply } from "../../../../src/calls/states/transitions.ts";
import { createShown, failures } from "../../../support/call-model.ts";

const START = 1_700_000_000_000;
const TERMS = { mode: "keyed", async: true, quietMs: 60_000, lostQuietMs: 3_000 } as const;

/** The call after GEN has failed in each of these ways in turn, with fractional random numbers. */
function* createStates(): Generator<{ state: CallState; now: number }> {
  let state = accept(0, START);
  let now = START;
  let random = 0.1;
  const next = (event: CallEvent) => {
    state = apply(state, event, TERMS);
    return { state, now };
  };
  yield next({ kind: "reserved" });
  for (let round = 0; round < 8; round += 1) {
    for (const failure of Object.values(failures)) {
      yield next({ kind: "sent", at: now });
      random = (random * 7.123_457) % 1;
      yield next({ kind: "failed", at: now, failure, random });
      if (isLive(state) && state.reconcile) yield next({ kind: "not-found", at: now, random });
      if (!isLive(state)) return;
      now = Math.ceil(selectDueAt(state));
    }
  }
}

describe("the alarm of a durable call", () => {
  const all = [...createStates()];

  it("meets waits of fractions of a millisecond", () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all.some(({ state }) => isLive(state) && !Number.isInteger(state.notBefore))).toBe(true);
  });

  it("is set in whole milliseconds, never before the duty is due, nor in the past", () => {
    for (const { state, now } of all) {
      const alarm = selectAlarm(createShown(state), now);
      expect(Number.isInteger(alarm)).toBe(true);
      expect(alarm).toBeGreaterThanOrEqual(now);
      if (state.kind === "reserved" || state.kind === "collecting") {
        expect(alarm).toBeGreaterThanOrEqual(selectDueAt(state));
        expect(selectNextAction(state, alarm)).not.toBe("none");
      }
    }
  });
});

describe("an open call that no list shows yet", () => {
  const open = { ...createShown({ ...accept(0, START), kind: "collecting", notBefore: START + 600_000 } as CallState) };

  it("has an alarm half a minute after it was accepted, though nothing else is due", () => {
    expect(selectAlarm({ ...open, shown: null }, START)).toBe(START + 30_000);
    expect(selectAlarm({ ...open, shown: { name: "", at: START - 1, done: true } }, START)).toBe(START + 30_000);
    expect(selectAlarm(open, START)).toBe(START + 600_000);
  });

  it("has another one soon when it could not be shown", () => {
    expect(selectAlarm({ ...open, shown: { name: "", at: START, done: false } }, START + 40_000)).toBe(START + 45_000);
  });
});

describe("showing an ended call in the lists", () => {
  const next = (followUps: readonly FollowUp[], followUpFailures = 0) =>
    selectFollowUp({ ...createShown(accept(0, START)), followUps, followUpFailures }, START);

  it("comes after what matters more, and takes turns with a search while either fails", () => {
    expect(next(["show", "look", "follow"])).toBe("follow");
    expect([0, 1, 2].map((failures) => next(["look", "show"], failures))).toEqual(["show", "look", "show"]);
    expect(next(["show"], 1)).toBe("show");
    expect(next([])).toBeNull();
  });
});
