import { describe, expect, it } from "vitest";
import type { Submission } from "../../../../src/calls/call.ts";
import { decide, type KnownCall } from "../../../../src/calls/states/decide.ts";
import { type CallRecord, selectAlarm, selectExpiry } from "../../../../src/calls/states/record.ts";
import type { CallState, CallTerms } from "../../../../src/calls/states/state.ts";
import { accept, apply } from "../../../../src/calls/states/transitions.ts";
import { toReport, toView } from "../../../../src/calls/states/view.ts";
import type { OperationName } from "../../../../src/gen/operations.ts";
import { failures, HOUR_MS, status } from "../../../support/call-model.ts";

const START = 1_000_000;
const DAY_MS = 24 * HOUR_MS;
const KEYED: CallTerms = { mode: "keyed", async: false, quietMs: 60_000, lostQuietMs: 3_000 };

const accepted = accept(0, START);
const reserved = apply(accepted, { kind: "reserved" }, KEYED);
const sending = apply(reserved, { kind: "sent", at: START }, KEYED);
const fail = (failure: Parameters<typeof status>[0]) =>
  apply(sending, { kind: "failed", at: START, failure: status(failure, "some_code"), random: 1 }, KEYED);
const states = {
  accepted,
  reserved,
  sending,
  collecting: fail(500),
  settled: apply(sending, { kind: "answered", at: START }, KEYED),
  not_charged: fail(422),
  unknown: apply(sending, { kind: "crashed", at: START }, { ...KEYED, mode: "once" }),
} as const satisfies Record<CallState["kind"], CallState>;

const submission: Submission = {
  callId: "c".repeat(64),
  clientId: "client",
  requestId: null,
  operation: "cells.generate",
  path: "/vidsheet/1/cells/2/generate",
  search: "?agent_id=42",
  params: { sheet: "1", cell: "2" },
  agentId: "42",
  headers: {},
  body: null,
  fingerprint: "same",
  mode: "keyed",
  async: false,
  join: false,
  listener: null,
  spending: { payer: "client", pipeline: null, type: null, budgets: [], maxCredits: null, prices: {} },
  account: "default",
};

function createRecord(state: CallState, change: Partial<CallRecord> = {}): CallRecord {
  const { body: _, ...rest } = submission;
  return {
    submission: rest,
    state,
    jobs: [],
    followUps: [],
    followUpFailures: 0,
    attempts: [],
    price: null,
    booking: null,
    settlements: [],
    createdAt: START,
    ...change,
  };
}

const ANSWER = { status: 201, contentType: "application/json", body: new TextEncoder().encode("{}") };

describe("a second request under one key", () => {
  const found = (kind: CallState["kind"], change: Partial<KnownCall> = {}): KnownCall => ({
    state: states[kind],
    fingerprint: "same",
    hasAnswer: true,
    ...change,
  });

  it("is a new call when there was none", () => {
    expect(decide(null, submission)).toBe("new");
  });

  it("is a new call when nothing came of the first, whatever it asks for", () => {
    expect(decide(found("not_charged"), submission)).toBe("new");
    expect(decide(found("not_charged", { fingerprint: "other" }), submission)).toBe("new");
  });

  it.each(["accepted", "reserved", "sending", "collecting"] as const)("finds a live call in flight: %s", (kind) => {
    const live = found(kind, { hasAnswer: false });
    expect(decide(live, submission)).toBe("in-flight");
    expect(decide(live, { ...submission, join: true })).toBe("join");
  });

  it("joins the first when GEN has said to come back", () => {
    expect(decide(found("collecting"), submission)).toBe("join");
    expect(decide(found("collecting", { fingerprint: "other" }), submission)).toBe("reused");
  });

  it("gets the first's answer again", () => {
    expect(decide(found("settled"), submission)).toBe("replay");
  });

  it("is never sent once the answer is no longer kept", () => {
    expect(decide(found("settled", { hasAnswer: false }), submission)).toBe("expired");
  });

  it("learns that nobody knows what came of the first", () => {
    expect(decide(found("unknown"), submission)).toBe("unknown");
  });

  it.each(["accepted", "sending", "collecting", "settled", "unknown"] as const)(
    "is a mistake when it asks for something else: %s",
    (kind) => {
      const other = found(kind, { fingerprint: "other" });
      expect(decide(other, { ...submission, join: true })).toBe("reused");
    },
  );
});

describe("the next alarm", () => {
  it.each(["accepted", "reserved", "collecting"] as const)(
    "comes when the next action of a live call is due: %s",
    (kind) => {
      const now = START + 200;
      expect(selectAlarm(createRecord(states[kind]), now)).toBe(kind === "collecting" ? START + 1_000 : now);
    },
  );

  it("comes soon while a send is out, so that a machine that died is noticed", () => {
    expect(selectAlarm(createRecord(sending), START + 5_000)).toBe(START + 15_000);
  });

  it("comes at once when evidence is to be looked for", () => {
    const again = apply(states.collecting, { kind: "sent", at: START }, KEYED);
    const refused = apply(again, { kind: "failed", at: START, failure: failures.noCredits, random: 1 }, KEYED);
    expect(selectAlarm(createRecord(refused), START)).toBe(START);
  });

  it("comes for an ended call when its answer expires, then when its record does", () => {
    const record = createRecord(states.settled);
    expect(selectAlarm(record, START)).toBe(START + DAY_MS);
    expect(selectAlarm(record, START + DAY_MS)).toBe(START + 30 * DAY_MS);
  });

  it("comes within seconds while follow-ups are left, doubling to 5 min while they fail", () => {
    const waits = [0, 1, 2, 3, 20, 1_000].map((followUpFailures) => {
      return selectAlarm(createRecord(states.settled, { followUps: ["follow"], followUpFailures }), START) - START;
    });
    const [first = 0] = waits;
    expect(first).toBeLessThanOrEqual(5_000);
    expect(waits).toEqual([first, 2 * first, 4 * first, 8 * first, 300_000, 300_000]);
  });
});

describe("what is kept", () => {
  it.each(["settled", "not_charged", "unknown"] as const)(
    "is the answer for 24 hours, and the record for 30 days: %s",
    (kind) => {
      const record = createRecord(states[kind]);
      expect(selectExpiry(record, START + DAY_MS - 1)).toBe("keep");
      expect(selectExpiry(record, START + DAY_MS)).toBe("drop-answer");
      expect(selectExpiry(record, START + 30 * DAY_MS - 1)).toBe("drop-answer");
      expect(selectExpiry(record, START + 30 * DAY_MS)).toBe("drop-all");
    },
  );

  it.each(["accepted", "reserved", "sending", "collecting"] as const)("is every live call, however old: %s", (kind) => {
    expect(selectExpiry(createRecord(states[kind]), START + 100 * DAY_MS)).toBe("keep");
  });

  it("is a call with follow-ups left, however old", () => {
    expect(selectExpiry(createRecord(states.settled, { followUps: ["stop"] }), START + 100 * DAY_MS)).toBe("keep");
  });
});

describe("what a caller is told", () => {
  it.each([
    ["accepted", "pending"],
    ["reserved", "pending"],
    ["sending", "pending"],
    ["collecting", "pending"],
    ["settled", "answered"],
    ["not_charged", "not_charged"],
    ["unknown", "unknown"],
  ] as const)("says for a call in the state “%s” that it is “%s”", (kind, told) => {
    expect(toView(createRecord(states[kind]), told === "answered" ? ANSWER : null).kind).toBe(told);
  });

  it("includes GEN's own words on a live call that GEN has put off, though the call's owner reads no answer yet", () => {
    const record = createRecord(states.collecting);
    expect(toView(record, ANSWER)).toEqual({ kind: "deferred", answer: ANSWER });
    expect(toReport(record, ANSWER).answer).toBeNull();
  });

  it("is “accepted” for a live call that goes on by itself", () => {
    const { submission: kept } = createRecord(sending);
    const record = createRecord(sending, { submission: { ...kept, async: true } });
    expect(toView(record, null).kind).toBe("accepted");
    // Another caller waits for the same call.
    expect(toView(record, null, false).kind).toBe("pending");
  });

  it("includes GEN's own wait when GEN turned the call away", () => {
    const turnedAway = { kind: "failed", at: START, failure: status(429, null, 40_000), random: 0 } as const;
    const free = apply(apply(sending, turnedAway, KEYED), { kind: "wait-over", at: START }, KEYED);
    expect(toView(createRecord(free), null)).toMatchObject({ kind: "not_charged", retryAfterMs: 40_000 });
  });

  it("includes a deferral as a whole", () => {
    const free = apply(sending, { kind: "deferred", at: START, random: 0, why: "not-ready", askedMs: 0 }, KEYED);
    expect(toView(createRecord(free), ANSWER)).toMatchObject({ kind: "answered", answer: ANSWER });
  });
});

describe("what a report says about money", () => {
  it.each([
    ["accepted", "no"],
    ["reserved", "no"],
    ["sending", "unknown"],
    ["collecting", "unknown"],
    ["settled", "yes"],
    ["not_charged", "no"],
    ["unknown", "unknown"],
  ] as const)("says for a call in the state “%s” that its charge is “%s”", (kind, charged) => {
    expect(toReport(createRecord(states[kind]), null).charged).toBe(charged);
  });

  it("never says that an uncharged operation was charged", () => {
    const { submission: kept } = createRecord(sending);
    const operation: OperationName = "sheets.create";
    const record = createRecord(states.settled, { submission: { ...kept, operation } });
    expect(toReport(record, null).charged).toBe("no");
  });
});
