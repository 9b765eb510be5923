import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Activity } from "../../src/activity/activity.ts";
import { getIsolate } from "../../src/isolate.ts";
import { NotificationDelivery } from "../../src/notifications/delivery/delivery.ts";
import type { Message } from "../../src/notifications/message.ts";
import { notify } from "../../src/notifications/notify.ts";
import { createReceiver, OneDelivery, type Receiver, setNotify } from "./notifications.ts";
import { answers, Call, createWorld, DAY_MS, type Gen, Generation, generated, HOUR_MS, lost, pass } from "./world.ts";

const is = (status: string) => answers(200, { status, id: 1 });

let gen: Gen;
let receiver: Receiver;
let end: () => void;
/** The notifications that were submitted for delivery, in order. */
let given: Message[];
let refuse: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  receiver = createReceiver();
  given = [];
  const accept = NotificationDelivery.prototype.accept;
  const spy = vi.spyOn(NotificationDelivery.prototype, "accept").mockImplementation(function (
    this: NotificationDelivery,
    message,
  ) {
    given.push(message);
    return accept.call(this, message);
  });
  refuse = () => spy.mockImplementationOnce(() => Promise.reject(new Error("overloaded")));
});

afterEach(() => {
  setNotify(false);
  end();
});

async function begin(): Promise<Generation> {
  gen.reads = is("processing");
  const generation = new Generation();
  await generation.begin("call-1");
  await generation.runAlarm();
  return generation;
}

/** GEN reports the end, and the tracker polls. */
async function settle(generation: Generation, status = "completed"): Promise<void> {
  gen.reads = is(status);
  pass((await generation.alarmInMs()) ?? Number.NaN);
  await generation.runAlarm();
}

describe("the notification of a generation that has ended", () => {
  it("is sent once, with GEN's answer", async () => {
    const generation = await begin();
    await settle(generation);
    pass(HOUR_MS);
    await generation.runAlarm();
    expect(given).toHaveLength(1);

    await new OneDelivery(given[0]?.id).next();
    expect(receiver.got[0]?.body).toEqual({
      type: "generation.settled",
      timestamp: expect.any(String),
      data: {
        kind: "generation",
        id: generation.id,
        phase: "settled",
        status: "completed",
        agent_id: "42",
        call_id: "call-1",
        request_id: null,
        run_id: null,
        generation: { status: "completed", id: 1 },
      },
    });
    expect([...(await generation.stored()).keys()]).toEqual(["tracked"]);
    expect(await generation.alarmInMs()).toBe(7 * DAY_MS - HOUR_MS);
  });

  it("names the run of its call, as the generation's line does, also after it was continued by another run", async () => {
    const generation = new Generation();
    gen.reads = is("processing");
    await generation.begin("call-1", false, { run: "run-1", event: "step" });
    await settle(generation, "stopped");
    gen.reads = is("processing");
    await generation.begin("call-2", true, { run: "run-2", event: "step" });
    await settle(generation);

    expect(receiver.lines.filter(({ message }) => message === "generation")).toMatchObject([
      { call_id: "call-1", run_id: "run-1" },
      { call_id: "call-2", run_id: "run-2" },
    ]);
    expect(given.map(({ ids }) => ids)).toEqual([
      { call_id: "call-1", run_id: "run-1" },
      { call_id: "call-2", run_id: "run-2" },
    ]);
  });

  it("is sent after those who watch the generation were told", async () => {
    const generation = await begin();
    const stream = await generation.object.fetch("https://gen-edge/");
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    let seen = "";
    const reading = (async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read())
        seen += new TextDecoder().decode(next.value);
    })();
    let seenBefore = "";
    vi.spyOn(NotificationDelivery.prototype, "accept").mockImplementationOnce(async () => {
      for (let turn = 0; turn < 100 && !seen.includes("completed"); turn += 1) await scheduler.wait(1);
      seenBefore = seen;
    });
    await settle(generation);
    await reading;

    expect(seenBefore).toContain('data: {"status":"completed","id":1}');
  });

  it("is submitted again until it is accepted", async () => {
    refuse();
    const generation = await begin();
    await settle(generation);
    expect(given).toHaveLength(0);
    expect(await generation.alarmInMs()).toBe(30_000);

    pass(30_000);
    await generation.runAlarm();
    expect(given).toHaveLength(1);
    expect(await generation.alarmInMs()).toBe(7 * DAY_MS - 30_000);
  });

  it("is sent once though the answer to its submission was lost", async () => {
    const accept = NotificationDelivery.prototype.accept;
    vi.spyOn(NotificationDelivery.prototype, "accept").mockImplementationOnce(async function (
      this: NotificationDelivery,
      message,
    ) {
      await accept.call(this, message);
      throw new Error("Network connection lost.");
    });
    const generation = await begin();
    await settle(generation);
    const [first] = given;
    await new OneDelivery(first?.id).next();
    pass(30_000);
    await generation.runAlarm();

    expect(given.map(({ id }) => id)).toEqual([first?.id, first?.id]);
    expect(receiver.got).toHaveLength(1);
    expect(await new OneDelivery(first?.id).alarmInMs()).toBe(3 * DAY_MS - 30_000);
  });

  it("is sent by the next machine when this one dies in between", async () => {
    refuse();
    const generation = await begin();
    await settle(generation);
    await generation.evict();
    pass(30_000);
    await generation.runAlarm();
    expect(given).toHaveLength(1);
  });

  it("is sent though the generation was continued before that could be, and once more when it ends again", async () => {
    refuse();
    const generation = await begin();
    await settle(generation, "stopped");
    await generation.begin("call-2", true);
    gen.reads = is("processing");
    await generation.runAlarm();
    expect(given).toHaveLength(0);

    pass(30_000);
    await settle(generation, "completed");

    const told = given.map(({ body }) => JSON.parse(body).data);
    expect(told).toMatchObject([
      { status: "stopped", call_id: "call-1", generation: { status: "stopped" } },
      { status: "completed", call_id: "call-2", generation: { status: "completed" } },
    ]);
    expect(new Set(given.map(({ id }) => id)).size).toBe(2);
  });

  it("is sent though nobody saw that the generation was stopped before it was continued", async () => {
    const generation = await begin();
    for (let times = 0; times < 2; times += 1) await generation.begin("call-2", true);
    gen.reads = is("processing");
    await generation.runAlarm();

    const told = given.map(({ body }) => JSON.parse(body).data);
    expect(told).toMatchObject([{ status: "stopped", call_id: "call-1", generation: null }]);
  });

  it("is sent when the generation was given up, too", async () => {
    const generation = await begin();
    gen.reads = lost;
    pass(DAY_MS);
    await generation.runAlarm();

    expect(given.map(({ body }) => JSON.parse(body).data)).toMatchObject([{ phase: "gave-up", status: "processing" }]);
  });

  it("is sent without another poll when an operator stops the generation", async () => {
    const generation = await begin();
    gen.posts = answers(422, { error: "No", error_code: "job_cannot_be_stopped" });
    gen.reads = is("completed");
    await generation.object.stop("call-1");
    const asked = gen.asked.length;
    expect(await generation.alarmInMs()).toBe(0);

    await generation.runAlarm();
    expect(given).toHaveLength(1);
    expect(gen.asked).toHaveLength(asked);
  });

  it("is not sent, and nothing is stored for it, without NOTIFY_URL", async () => {
    setNotify(false);
    const generation = await begin();
    gen.posts = answers(422, { error: "No", error_code: "job_cannot_be_stopped" });
    gen.reads = is("completed");
    await generation.object.stop("call-1");

    expect([...(await generation.stored()).keys()]).toEqual(["tracked"]);
    expect(await generation.alarmInMs()).toBe(7 * DAY_MS);
    await generation.runAlarm();
    expect(given).toHaveLength(0);
  });
});

describe("any notification", () => {
  const notification = { type: "gen.healthy", about: "now", at: 1, data: { checks: [] } } as const;

  it("is accepted at once", async () => {
    await notify(getIsolate(env), notification);

    expect(given).toMatchObject([{ type: "gen.healthy" }]);
  });

  it("goes nowhere without NOTIFY_URL", async () => {
    setNotify(false);
    await notify(getIsolate(env), notification);

    expect(given).toHaveLength(0);
  });
});

describe("the notification of a call whose outcome nobody knows", () => {
  const createUnknown = async (call = new Call({ mode: "once" })) => {
    gen.posts = lost;
    await call.submit(1_000);
    await call.runAlarm();
    return call;
  };

  it("is sent once", async () => {
    const call = await createUnknown();
    pass(DAY_MS);
    await call.runAlarm();

    expect(given.map(({ body }) => JSON.parse(body))).toEqual([
      {
        type: "call.unknown",
        timestamp: expect.any(String),
        data: {
          call_id: call.id,
          request_id: null,
          run_id: null,
          client_id: "client",
          operation: "cells.generate",
          at: expect.any(String),
        },
      },
    ]);
    expect((await call.record())?.followUps).toEqual([]);
  });

  it("is submitted again until it is accepted", async () => {
    refuse();
    const call = await createUnknown();
    await call.runAlarm();

    expect(given).toHaveLength(1);
  });

  it("is another one when the call's key was freed and used again", async () => {
    const call = await createUnknown();
    await call.object.resolve(false);
    await call.runAlarm();
    await createUnknown(call);

    expect(given.map(({ type }) => type)).toEqual(["call.unknown", "call.unknown"]);
    expect(new Set(given.map(({ id }) => id)).size).toBe(2);
  });

  it("is not sent any more once an operator has resolved the call", async () => {
    vi.spyOn(NotificationDelivery.prototype, "accept").mockRejectedValue(new Error("overloaded"));
    const call = await createUnknown();
    await call.object.resolve(true);
    await call.runAlarm();

    expect((await call.record())?.followUps).toEqual([]);
  });

  it("is not sent, and leaves no follow-up, without NOTIFY_URL", async () => {
    setNotify(false);
    vi.spyOn(Activity.prototype, "put").mockRejectedValue(new Error("overloaded"));
    const call = await createUnknown();

    expect(given).toHaveLength(0);
    expect((await call.record())?.followUps).toEqual(["show"]);
  });

  it("is not needed when the call was answered", async () => {
    gen.posts = generated();
    const call = new Call();
    await call.submit(1_000);
    await call.runAlarm();

    expect(given).toHaveLength(0);
  });
});
