import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ListedDelivery } from "../../src/notifications/delivery/delivery-view.ts";
import type { NotificationList } from "../../src/notifications/list/notification-list.ts";
import { createWorld, DAY_MS, pass, readAlarm } from "./world.ts";

let end: () => void;
let lists = 0;
let list: DurableObjectStub<NotificationList>;

beforeEach(() => {
  ({ end } = createWorld());
  lists += 1;
  list = env.NOTIFICATIONS.getByName(`list ${lists}`);
});
afterEach(() => end());

const toId = (number: number) => `msg_${String(number).padStart(32, "0")}`;

function createEntry(number: number, change: Partial<ListedDelivery> = {}): ListedDelivery {
  return {
    id: toId(number),
    type: "gen.healthy",
    state: "failed",
    createdAt: Date.now() + number,
    attempts: 10,
    lastFailure: "503",
    nextAttemptAt: null,
    resentAt: null,
    revision: 1,
    expiresAt: Date.now() + 30 * DAY_MS,
    ...change,
  };
}

const ALL = { state: "failed", type: null, from: 0 } as const;
const select = (change = {}) => ({ ...ALL, ...change });
const listIds = async (change = {}, limit = 100) =>
  (await list.page(select(change), null, limit)).map(({ id }) => Number(id.slice(4)));

describe("the list of notifications", () => {
  it("gives pages, the newest first, that leave out none and give none twice though some are of one moment", async () => {
    const createdAt = Date.now();
    await list.tell(Array.from({ length: 7 }, (_, number) => createEntry(number, number < 5 ? { createdAt } : {})));
    const seen: number[] = [];
    for (let position = null; ; ) {
      const page: { id: string; createdAt: number }[] = await list.page(ALL, position, 3);
      seen.push(...page.map(({ id }) => Number(id.slice(4))));
      position = page.at(-1) ?? null;
      if (page.length < 3) break;
    }

    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  it("has each in its own state, and by type and time: a thousand of one type hide no other", async () => {
    await list.tell(Array.from({ length: 1_000 }, (_, number) => createEntry(number + 10)));
    await list.tell([
      createEntry(1, { type: "call.unknown" }),
      createEntry(2, { state: "waiting", expiresAt: null }),
      createEntry(3, { state: "delivered" }),
    ]);

    expect(await listIds({ type: "call.unknown" })).toEqual([1]);
    expect(await listIds({ state: "waiting" })).toEqual([2]);
    expect(await listIds({ state: "delivered" })).toEqual([3]);
    expect(await listIds({ from: Date.now() + 1_008 })).toEqual([1_009, 1_008]);
    expect(await list.count()).toEqual({ waiting: 1, failed: 1_000 });
  });

  it("goes by the latest of what it is told, whatever the order", async () => {
    await list.tell([createEntry(1, { state: "delivered", revision: 5 })]);
    await list.tell([createEntry(1, { state: "failed", revision: 4 })]);

    expect([await listIds(), await listIds({ state: "delivered" })]).toEqual([[], [1]]);
  });

  it("shows nothing whose time is over, and deletes it within a day; what waits has no end", async () => {
    await list.tell([
      createEntry(1, { expiresAt: Date.now() + 1 }),
      createEntry(2, { state: "waiting", expiresAt: null }),
    ]);
    pass(1);
    expect([await listIds(), await listIds({ state: "waiting" })]).toEqual([[], [2]]);

    pass(DAY_MS);
    await runDurableObjectAlarm(list);
    const left = await runInDurableObject(list as unknown as DurableObjectStub, (_, { storage }) =>
      storage.sql.exec("SELECT id FROM notifications").toArray(),
    );
    expect(left).toEqual([{ id: toId(2) }]);
    expect(await readAlarm(list)).toBe(DAY_MS);
  });

  it("begins anew with a notification that comes again after its time", async () => {
    await list.tell([createEntry(1, { revision: 7, expiresAt: Date.now() + 1 })]);
    pass(1);
    await list.tell([createEntry(1, { revision: 2 })]);

    expect(await listIds()).toEqual([1]);
  });

  it("takes over what an earlier version has listed as failed", async () => {
    const { resentAt: _, revision: __, expiresAt: ___, ...earlier } = createEntry(1);
    const { createdAt, id } = earlier;
    await runInDurableObject(list as unknown as DurableObjectStub, (_, { storage }) => {
      for (let number = 1; number <= 1_001; number += 1) {
        const each = { ...earlier, id: toId(number) };
        storage.kv.put(`${new Date(createdAt).toISOString()} ${each.id}`, each);
      }
    });
    await runInDurableObject(list as unknown as DurableObjectStub, (_, state) => state.abort("killed")).catch(() => {});
    list = env.NOTIFICATIONS.getByName(`list ${lists}`);

    const { matched } = await list.selectToResend(ALL, { resentBefore: 0, limit: 0 });
    expect(matched).toBe(1_001);
    expect((await list.page(ALL, { createdAt, id: toId(2) }, 1))[0]).toEqual({ ...earlier, id, resentAt: null });
    const kept = await runInDurableObject(list as unknown as DurableObjectStub, (_, { storage }) => [
      ...storage.kv.list(),
    ]);
    expect(kept).toEqual([]);
  });

  it("selects the oldest to be sent again, and none that was a moment ago or could not be reached", async () => {
    await list.tell([3, 1, 2, 4].map((number) => createEntry(number)));
    await list.tell([createEntry(1, { resentAt: Date.now(), revision: 2 })]);
    await list.postpone([toId(2)]);
    await list.remove([toId(3)]);

    const soon = { resentBefore: Date.now() - 1, limit: 10 };
    expect(await list.selectToResend(ALL, soon)).toEqual({ ids: [toId(4)], matched: 1 });
    const later = { resentBefore: Date.now(), limit: 2 };
    expect(await list.selectToResend(ALL, later)).toEqual({ ids: [toId(1), toId(2)], matched: 3 });
  });
});
