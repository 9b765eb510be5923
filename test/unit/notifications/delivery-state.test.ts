import { describe, expect, it } from "vitest";
import {
  accept,
  apply,
  type DeliveryEvent,
  type DeliveryState,
} from "../../../src/notifications/delivery/delivery-state.ts";
import type { PostOutcome } from "../../../src/notifications/delivery/outcome.ts";

const HOUR = 3_600_000;
const answer = (status: number, retryAfterMs: number | null = null): PostOutcome => ({
  kind: "answer",
  status,
  retryAfterMs,
});
const ended = (outcome: PostOutcome, random = 0): DeliveryEvent => ({ kind: "ended", at: 1_000, outcome, random });
const SENT: DeliveryEvent = { kind: "sent" };
const RESENT: DeliveryEvent = { kind: "resent", dueAt: 9_000 };

const WAITING: DeliveryState = { kind: "waiting", attempts: 3, dueAt: 500 };
const SENDING: DeliveryState = { kind: "sending", attempts: 1 };
const DELIVERED: DeliveryState = { kind: "delivered", attempts: 2, at: 700 };
const FAILED: DeliveryState = { kind: "failed", attempts: 10, at: 700, why: "attempts-spent" };

describe("a notification", () => {
  it("is due as soon as it is taken", () => {
    expect(accept(42)).toEqual({ kind: "waiting", attempts: 0, dueAt: 42 });
  });

  it("counts an attempt when it is sent, before anybody knows its outcome", () => {
    expect(apply(WAITING, SENT)).toEqual({ kind: "sending", attempts: 4 });
  });

  it.each([200, 201, 204, 299])("is delivered by %i", (status) => {
    expect(apply(SENDING, ended(answer(status)))).toEqual({ kind: "delivered", attempts: 1, at: 1_000 });
  });

  it.each([
    ["a redirect", answer(301)],
    ["a redirect that keeps the method", answer(308)],
    ["a mistake of the sender", answer(400)],
    ["no access", answer(401)],
    ["an error", answer(500)],
    ["199", answer(199)],
    ["300", answer(300)],
    ["no answer in time", { kind: "timeout" }],
    ["a lost connection", { kind: "lost" }],
    ["a machine that died", { kind: "interrupted" }],
    ["no address", { kind: "not-configured" }],
  ] as const)("is tried again 5 s after the first attempt that ended with %s", (_, outcome) => {
    expect(apply(SENDING, ended(outcome))).toEqual({ kind: "waiting", attempts: 1, dueAt: 6_000 });
  });

  it("waits longer by chance", () => {
    expect(apply(SENDING, ended(answer(500), 0.5))).toMatchObject({ dueAt: 6_250 });
  });

  it("fails after the tenth attempt, not before", () => {
    const ninth = apply({ kind: "sending", attempts: 9 }, ended(answer(500)));
    const tenth = apply({ kind: "sending", attempts: 10 }, ended(answer(500)));

    expect(ninth).toEqual({ kind: "waiting", attempts: 9, dueAt: 1_000 + 24 * HOUR });
    expect(tenth).toEqual({ kind: "failed", attempts: 10, at: 1_000, why: "attempts-spent" });
  });

  it("is delivered by the tenth attempt as by any other", () => {
    expect(apply({ kind: "sending", attempts: 10 }, ended(answer(200)))).toMatchObject({ kind: "delivered" });
  });

  it("ends at once when the receiver is gone", () => {
    expect(apply(SENDING, ended(answer(410)))).toEqual({ kind: "failed", attempts: 1, at: 1_000, why: "gone" });
  });

  it.each([429, 503])("waits as long as the receiver asks with %i, if that is longer than the schedule", (status) => {
    expect(apply(SENDING, ended(answer(status, 60_000)))).toMatchObject({ dueAt: 61_000 });
    expect(apply(SENDING, ended(answer(status, 1_000)))).toMatchObject({ dueAt: 6_000 });
  });

  it("takes no Retry-After from other answers", () => {
    expect(apply(SENDING, ended(answer(500, 60_000)))).toMatchObject({ dueAt: 6_000 });
  });

  it.each([
    ["its attempts were spent", FAILED],
    ["its receiver was gone", { ...FAILED, why: "gone" } as const],
  ])("begins its schedule anew when it is sent again after %s", (_, state) => {
    expect(apply(state, RESENT)).toEqual({ kind: "waiting", attempts: 0, dueAt: 9_000 });
  });

  it("begins its schedule anew when it waits for a later attempt and is sent at once", () => {
    const later = { ...WAITING, dueAt: 9_001 };
    expect(apply(later, RESENT)).toEqual({ kind: "waiting", attempts: 0, dueAt: 9_000 });
  });

  it.each([
    ["sent", SENT, [SENDING, DELIVERED, FAILED]],
    ["ended", ended(answer(200)), [WAITING, DELIVERED, FAILED]],
    ["resent", RESENT, [WAITING, SENDING, DELIVERED]],
  ] as const)("is not changed by %s where that means nothing", (_, event, states) => {
    for (const state of states) expect(apply(state, event)).toBe(state);
  });
});
