import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ClientAccount } from "../../src/access/client-account.ts";
import { toAccountName, toDay } from "../../src/access/quota.ts";
import { accept } from "../../src/calls/state.ts";
import { getIsolate } from "../../src/isolate.ts";
import { answers, Call, createWorld, DAY_MS, type Gen, lost, pass } from "./world.ts";

let gen: Gen;
let end: () => void;
let clients = 0;
let client: string;

beforeEach(() => {
  ({ gen, end } = createWorld());
  clients += 1;
  client = `client${clients}`;
});

afterEach(() => end());

const createCall = (quota: number) => new Call({ clientId: client, quota });
const account = () => env.ACCOUNTS.getByName(toAccountName(client, toDay(Date.now())));

describe("a charge of a client's quota", () => {
  it("is given back when the machine dies between reserving and sending", async () => {
    const call = createCall(1);
    const { body: _, ...submission } = call.createSubmission();
    await account().reserve({ callId: call.id, epoch: 0 }, 1);
    await call.keep({
      submission,
      state: accept(0, Date.now()),
      subjects: [],
      chores: [],
      choreFailures: 0,
      attempts: [],
      quotaDay: toDay(Date.now()),
      closings: [],
      createdAt: Date.now(),
    });
    await call.evict();
    await call.object.report();
    await call.ring();

    expect(await account().usage()).toEqual({ reserved: 0, spent: 0 });
    expect(gen.charged).toEqual([]);
  });

  it("is given back by the alarm when its account could not be reached", async () => {
    gen.posts = answers(422, { error: "Wrong.", error_code: "validation_error" });
    vi.spyOn(ClientAccount.prototype, "close").mockRejectedValueOnce(new Error("overloaded"));
    const call = createCall(1);
    await call.submit(1_000);
    expect(await account().usage()).toEqual({ reserved: 1, spent: 0 });

    pass(60_000);
    await call.ring();
    expect(await account().usage()).toEqual({ reserved: 0, spent: 0 });
  });

  it("is spent while nobody knows the outcome, and given back once a person says that it was not charged", async () => {
    gen.posts = lost;
    const call = new Call({ clientId: client, quota: 1, mode: "once" });
    await call.submit(1_000);
    await call.ring();
    expect(await account().usage()).toEqual({ reserved: 0, spent: 1 });

    await call.object.resolve(false);
    await call.ring();
    expect(await account().usage()).toEqual({ reserved: 0, spent: 0 });
  });

  it("is closed in the account of the day on which it was reserved", async () => {
    const yesterday = account();
    gen.posts = () => Response.json({}, { status: 429, headers: { "retry-after": "3600" } });
    const call = new Call({ clientId: client, quota: 1, async: true });
    await call.submit(0);
    await call.rests();
    pass(DAY_MS);
    gen.posts = answers(201, { generation_id: 9, status: "pending" });
    await call.ring();

    expect(await yesterday.usage()).toEqual({ reserved: 0, spent: 1 });
    expect(await account().usage()).toEqual({ reserved: 0, spent: 0 });
  });

  it("is not sent when the quota is used up, and the next day has a new one", async () => {
    await createCall(1).submit(1_000);
    const { view } = await createCall(1).submit(1_000);
    expect(view).toMatchObject({ kind: "free", exhausted: true });
    expect(gen.charged).toHaveLength(1);

    pass(DAY_MS);
    expect((await createCall(1).submit(1_000)).view.kind).toBe("answered");
  });
});

it("a charged call that is under way is held while charges are paused, and goes on afterwards", async () => {
  const config = getIsolate(env).config as { chargesPaused: boolean };
  config.chargesPaused = true;
  const call = new Call({ async: true });
  await call.submit(0);
  await call.rests();
  expect([gen.charged.length, (await call.state())?.kind]).toEqual([0, "reserved"]);

  config.chargesPaused = false;
  pass(60_000);
  await call.ring();
  expect([gen.charged.length, (await call.state())?.kind]).toEqual([1, "settled"]);
});
