import { describe, expect, it } from "vitest";
import { selectDueAt, selectNextAction } from "../../../../src/calls/states/next-action.ts";
import { type CallRecord, selectAlarm } from "../../../../src/calls/states/record.ts";
import { type CallEvent, type CallState, isLive } from "../../../../src/calls/states/state.ts";
import { accept, apply } from "../../../../src/calls/states/transitions.ts";
import { failures } from "../../../support/call-model.ts";

const START = 1_700_000_000_000;
const TERMS = { mode: "keyed", async: true, quietMs: 60_000, lostQuietMs: 3_000 } as const;

const at = (state: CallState): CallRecord => ({ state, followUps: [], followUpFailures: 0 }) as unknown as CallRecord;

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
      const alarm = selectAlarm(at(state), now);
      expect(Number.isInteger(alarm)).toBe(true);
      expect(alarm).toBeGreaterThanOrEqual(now);
      if (state.kind === "reserved" || state.kind === "collecting") {
        expect(alarm).toBeGreaterThanOrEqual(selectDueAt(state));
        expect(selectNextAction(state, alarm)).not.toBe("none");
      }
    }
  });
});
