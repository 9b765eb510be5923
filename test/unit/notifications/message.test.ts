import { describe, expect, it } from "vitest";
import { toSettled } from "../../../src/generations/settled.ts";
import { begin, type Tracked } from "../../../src/generations/state.ts";
import { toMessage } from "../../../src/notifications/message.ts";
import type { Notification } from "../../../src/notifications/notification.ts";

const AT = Date.UTC(2027, 0, 2, 3, 4, 5, 678);
const UNKNOWN: Extract<Notification, { type: "call.unknown" }> = {
  type: "call.unknown",
  about: "call-1 0",
  at: AT,
  data: {
    call_id: "call-1",
    request_id: "request-1",
    run_id: null,
    client_id: "client",
    operation: "cells.generate",
    at: new Date(AT).toISOString(),
  },
};

describe("a message", () => {
  it("is its type, the time of what happened, and the data", async () => {
    expect(JSON.parse((await toMessage(UNKNOWN)).body)).toEqual({
      type: "call.unknown",
      timestamp: "2027-01-02T03:04:05.678Z",
      data: UNKNOWN.data,
    });
  });

  it("has an id that a receiver can't tell the job from, and that holds no full stop", async () => {
    expect((await toMessage(UNKNOWN)).id).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  it("has the same id when the same is raised again, later and in other words", async () => {
    const again = { ...UNKNOWN, at: AT + 1, data: { ...UNKNOWN.data, client_id: "other" } };

    expect((await toMessage(again)).id).toBe((await toMessage(UNKNOWN)).id);
  });

  it("has another id when it is about something else, or of another type", async () => {
    const { id } = await toMessage(UNKNOWN);
    const data = { pipeline: "p", run_id: "r", request_id: null };
    const finished: Notification = { ...UNKNOWN, type: "pipeline.finished", data };

    expect((await toMessage({ ...UNKNOWN, about: "call-1 1" })).id).not.toBe(id);
    expect((await toMessage(finished)).id).not.toBe(id);
  });
});

describe("the notification of a generation that has ended", () => {
  const body = (length: number) => `{"id":9,"status":"completed","text":"${"ü".repeat(length)}"}`;
  const create = (change: Partial<Tracked> = {}): Tracked => ({
    ...begin({
      job: { kind: "generation", id: "9" },
      agentId: "42",
      listener: null,
      account: "default",
      callId: "call-1",
      clientId: "c",
      at: AT - 1,
    }),
    phase: "settled",
    status: "completed",
    endedAt: AT,
    body: body(1),
    ...change,
  });
  const LIMIT = (64 * 1_024 - body(0).length) / 2;

  it("has GEN's answer in it, in GEN's own letters", async () => {
    const generation = '{ "id": 9,\n"status": "completed", "seed": 6687881544318117707, "scale": 1.0 }';
    const { body: sent } = await toMessage(toSettled(create({ body: generation })));

    expect(sent).toContain(`"generation":${generation}`);
    expect(JSON.parse(sent)).toMatchObject({
      timestamp: new Date(AT).toISOString(),
      data: {
        kind: "generation",
        id: "9",
        phase: "settled",
        status: "completed",
        agent_id: "42",
        call_id: "call-1",
        generation: { id: 9, status: "completed", scale: 1 },
      },
    });
  });

  it("leaves an answer of more than 64 KiB out", () => {
    const generation = (length: number) => toSettled(create({ body: body(length) })).written?.generation;

    expect(generation(Math.floor(LIMIT))).toBe(body(Math.floor(LIMIT)));
    expect(generation(Math.floor(LIMIT) + 1)).toBe("null");
  });

  it("says so when it was given up, and when GEN never said a word", () => {
    expect(toSettled(create({ phase: "gave-up", status: "pending", body: null }))).toMatchObject({
      data: { phase: "gave-up", status: "pending" },
      written: { generation: "null" },
    });
  });

  it("is another one after it was continued: that is another charge", async () => {
    const ids = ["call-1", "call-2"].map(async (callId) => (await toMessage(toSettled(create({ callId })))).id);

    expect(new Set(await Promise.all(ids)).size).toBe(2);
  });
});
