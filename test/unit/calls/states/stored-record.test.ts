import { describe, expect, it } from "vitest";
import { toCallRecord } from "../../../../src/calls/states/stored-record.ts";
import { toTracked } from "../../../../src/generations/state.ts";
import { toWatchState } from "../../../../src/health/gen-health-state.ts";
import { toDeliveryRecord } from "../../../../src/notifications/delivery/delivery-record.ts";

const JOB = { kind: "generation", id: "9000" } as const;

describe("a row of an earlier version", () => {
  it("of a call is read under the names of this one", () => {
    const earlier = {
      submission: {
        callId: "c",
        clientId: "web",
        allowance: { chargesPerDay: 5, creditsPerDay: null, maxCredits: 100 },
      },
      state: { kind: "free", epoch: 2, at: 7, failure: null, why: "refused" },
      subjects: [JOB],
      chores: ["list"],
      choreFailures: 3,
      choresDueAt: 9,
      closings: [
        { day: "2026-11-26", epoch: 1, spent: true },
        { day: "2026-11-26", epoch: 2, spent: false },
      ],
      price: 5,
    };
    expect(toCallRecord(earlier)).toEqual({
      submission: {
        callId: "c",
        clientId: "web",
        requestId: null,
        spending: {
          payer: "web",
          pipeline: null,
          type: null,
          budgets: [{ of: "client", name: "web", unit: "calls", per: "day", limit: 5 }],
          maxCredits: 100,
          prices: {},
        },
      },
      booking: null,
      state: { kind: "not_charged", epoch: 2, at: 7, failure: null, why: "refused" },
      jobs: [JOB],
      followUps: ["show"],
      followUpFailures: 3,
      followUpsDueAt: 9,
      settlements: [{ day: "2026-11-26", epoch: 2, spent: false }],
      price: 5,
    });
  });

  it("of a call that was sent is booked when it was accepted, and one that costs nothing is not", () => {
    const sent = (operation: string, kind: string) =>
      toCallRecord({
        submission: { callId: "c", clientId: "pipeline:films", operation },
        state: { kind, epoch: 0, acceptedAt: 7, at: 9 },
        followUps: [],
        settlements: [],
        createdAt: 7,
      });
    expect(sent("cells.generate", "collecting")).toMatchObject({
      submission: { spending: { payer: "pipeline:films", pipeline: "films", budgets: [] } },
      booking: { at: 7, asked: false },
    });
    expect(sent("cells.generate", "unknown").booking).toEqual({ at: 7, asked: false });
    expect(sent("cells.generate", "settled").booking).toBeNull();
    expect(sent("rows.create", "collecting").booking).toBeNull();
  });

  it("of a tracked job is read under the names of this one", () => {
    expect(toTracked({ subject: JOB, status: "pending" } as never)).toEqual({ job: JOB, status: "pending" });
  });

  it.each([
    ["well", "healthy"],
    ["doubted", "suspect"],
    ["ill", "unhealthy"],
  ])("of GEN's health that says %s is read as %s", (earlier, now) => {
    expect(toWatchState({ kind: earlier, bad: ["key"], since: 5 } as never)).toEqual({
      kind: now,
      bad: ["key"],
      since: 5,
    });
  });

  it("of a notification is read under the names of this one", () => {
    const now = { tries: [], revision: 0, resentAt: null };
    expect(toDeliveryRecord({ tries: [], chore: "list" } as never)).toEqual({ ...now, followUp: "list" });
    expect(toDeliveryRecord({ tries: [], chore: null } as never)).toEqual({ ...now, followUp: null });
    expect(toDeliveryRecord({ tries: [], followUp: "unlist" } as never)).toEqual({ ...now, followUp: "list" });
  });
});

describe("a row of this version", () => {
  it("is read as it was stored", () => {
    const submission = { callId: "c", requestId: "r", spending: { payer: "web" } };
    const booking = { at: 5, asked: true };
    const record = { submission, state: { kind: "settled" }, jobs: [JOB], booking, settlements: [], followUps: [] };
    expect(toCallRecord(record)).toEqual(record);
    expect(toTracked({ job: JOB } as never)).toEqual({ job: JOB });
    expect(toWatchState({ kind: "suspect", bad: [], since: 1 })).toEqual({ kind: "suspect", bad: [], since: 1 });
    expect(toWatchState(undefined)).toEqual({ kind: "healthy" });
    const delivery = { tries: [], revision: 3, resentAt: 5, followUp: "list" };
    expect(toDeliveryRecord(delivery as never)).toEqual(delivery);
  });
});
