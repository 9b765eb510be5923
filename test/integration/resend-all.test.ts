import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import { handleHttp } from "../../src/http/handle.ts";
import { getIsolate } from "../../src/isolate.ts";
import { NotificationDelivery } from "../../src/notifications/delivery/delivery.ts";
import { createReceiver, getList, OneDelivery, type Receiver, setNotify, status } from "./notifications.ts";
import { createWorld, pass } from "./world.ts";

const POLICY = { name: "ops", scopes: ["operator"], agents: "*", origins: [], expiresAt: null };
const SINCE = "2026-01-01";
const MANY = 250;

let receiver: Receiver;
let end: () => void;
let key: string;

beforeEach(async () => {
  ({ end } = createWorld());
  receiver = createReceiver();
  const created = createClientKey();
  key = formatClientKey(created);
  await env.CLIENTS.put(created.id, JSON.stringify({ ...POLICY, secretHash: await hashSecret(created.secret) }));
});
afterEach(() => {
  setNotify(false);
  end();
});

async function order(body: unknown, headers: Record<string, string> = {}) {
  const request = new Request("https://worker.example/notifications/resend", {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const response = await handleHttp(request, getIsolate(env), (work) => void work.catch(() => {}));
  return (await response.json()) as Record<string, unknown>;
}

/** Entries of the list, the oldest first. There is no delivery for them. */
async function listMany(count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, number) => ({
    ...{ id: `msg_${String(number).padStart(32, "a")}`, type: "gen.healthy", state: "failed" as const, attempts: 10 },
    ...{ createdAt: Date.now() + number, lastFailure: "503", nextAttemptAt: null, resentAt: null },
    ...{ revision: 1, expiresAt: Date.now() + 1_000_000 },
  }));
  await getList().tell(entries);
}

async function failSome(count: number): Promise<OneDelivery[]> {
  const deliveries = Array.from({ length: count }, () => new OneDelivery());
  for (const delivery of deliveries) {
    receiver.script.push(status(410));
    await delivery.accept();
    await delivery.next();
    pass(1);
  }
  return deliveries;
}

describe("an order to send all again", () => {
  it("does two hundred at once, says how many are left, and goes on with them when it is repeated", async () => {
    await listMany(MANY);
    expect(await order({ since: SINCE, dry_run: true })).toMatchObject({ matched: MANY, left: MANY });
    const asked = vi.spyOn(NotificationDelivery.prototype, "resend");
    expect(await order({ since: SINCE })).toEqual({ matched: MANY, resent: 0, left: 50, dry_run: false });
    expect(asked).toHaveBeenCalledTimes(200);

    expect(await order({ since: SINCE })).toEqual({ matched: 50, resent: 0, left: 0, dry_run: false });
    expect(await order({ since: SINCE, dry_run: true })).toMatchObject({ matched: 0 });
  });

  it("ends within its caller's time, having done some", async () => {
    await listMany(MANY);
    expect(await order({ since: SINCE }, { prefer: "wait=1" })).toMatchObject({ matched: MANY, left: MANY - 20 });
    expect(await order({ since: SINCE }, { prefer: "wait=1" })).toMatchObject({ matched: MANY - 20, left: MANY - 40 });
    await getList().remove((await getList().selectToResend(ALL, { resentBefore: 0, limit: MANY })).ids);
  });

  it("puts aside for ten minutes those that can't be reached, and so does the rest", async () => {
    const [first, second] = await failSome(2);
    const { resend } = NotificationDelivery.prototype;
    vi.spyOn(NotificationDelivery.prototype, "resend").mockImplementation(async function (
      this: NotificationDelivery,
      ...given
    ) {
      if ((await this.view())?.id === first?.id) throw new Error("overloaded");
      return resend.apply(this, given);
    });
    expect(await order({ since: SINCE })).toMatchObject({ matched: 2, resent: 1, left: 0 });
    expect(await second?.object.view()).toMatchObject({ state: "waiting" });
    expect(await order({ since: SINCE })).toMatchObject({ matched: 0 });

    vi.mocked(NotificationDelivery.prototype.resend).mockRestore();
    pass(600_000);
    expect(await order({ since: SINCE })).toMatchObject({ matched: 1, resent: 1, left: 0 });
    expect(await first?.object.view()).toMatchObject({ state: "waiting" });
  });

  it("does not send all at once to a receiver that has just come back", async () => {
    const deliveries = await failSome(3);
    await order({ since: SINCE });
    expect(await Promise.all(deliveries.map((delivery) => delivery.alarmInMs()))).toEqual([0, 50, 100]);
  });
});

const ALL = { state: "failed", type: null, from: 0 } as const;
