import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { hashSecret, parseClientKey } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import type { Policy } from "../../src/access/policy.ts";
import { type Changed, ClientChanges } from "../../src/clients/client-changes.ts";
import type { FirstClients } from "../../src/clients/first-keys.ts";
import { BINDINGS } from "../../src/http/routes/clients/setup-checks.ts";
import { getIsolate } from "../../src/isolate.ts";
import { FakeClock } from "../support/fake-clock.ts";

const POLICY: Policy = { name: "web", scopes: ["read"], agents: "*", origins: [], expiresAt: null };
const OPERATOR: Policy = { ...POLICY, name: "operator", scopes: ["operator"] };
const FIRST = { operator: OPERATOR, client: POLICY };
const DAY_MS = 24 * 3_600_000;

/** A KV namespace that can lag behind, and fail before or after it has stored a value. */
class LaggingKv {
  readonly now = new Map<string, { value: string; metadata: unknown }>();
  #seen: Map<string, { value: string; metadata: unknown }> | null = null;
  failing: "before" | "after" | null = null;
  puts = 0;

  /** From now on reads and lists give what is stored now. */
  lag(): void {
    this.#seen = new Map(this.now);
  }

  catchUp(): void {
    this.#seen = null;
  }

  async getWithMetadata(name: string) {
    const { value = null, metadata = null } = this.#read.get(name) ?? {};
    return { value, metadata };
  }

  async put(name: string, value: string, { metadata }: { metadata: unknown }): Promise<void> {
    this.puts += 1;
    if (this.failing === "before") throw new Error("KV PUT failed: 500");
    this.now.set(name, { value, metadata });
    if (this.failing === "after") throw new Error("KV PUT failed: 500");
  }

  async delete(name: string): Promise<void> {
    this.now.delete(name);
  }

  async list({ limit = 1_000 }: { limit?: number } = {}) {
    const all = [...this.#read].map(([name, { metadata }]) => ({ name, metadata }));
    const keys = all.sort((one, other) => (one.name < other.name ? -1 : 1)).slice(0, limit);
    return { keys, list_complete: keys.length === all.length };
  }

  get #read() {
    return this.#seen ?? this.now;
  }

  record(id: string): ClientRecord {
    return JSON.parse(this.now.get(id)?.value ?? "null");
  }
}

interface World {
  readonly kv: LaggingKv;
  readonly clock: FakeClock;
  readonly changes: ClientChanges;
  /** As after a machine's end: another object on the same storage. */
  readonly restart: () => ClientChanges;
  readonly storage: DurableObjectStorage;
}

async function inWorld(work: (world: World) => Promise<void>): Promise<void> {
  const stub = env.CLIENT_CHANGES.getByName(crypto.randomUUID());
  await runInDurableObject(stub, async (_, state) => {
    const kv = new LaggingKv();
    const clock = new FakeClock();
    const bindings = { ...env, CLIENTS: kv as unknown as KVNamespace };
    const restart = () => new ClientChanges(state, bindings, { ...getIsolate(env), clock });
    await work({ kv, clock, changes: restart(), restart, storage: state.storage });
    await state.storage.deleteAll();
  });
}

const order = (word: string) => ({ by: "operator01", word, fingerprint: "f" });

function expectDone(changed: Changed): Changed & { kind: "done" } {
  if (changed.kind !== "done") throw new Error(`It is ${changed.kind}.`);
  return changed;
}

const secretOf = (key: string | undefined) => parseClientKey(key ?? "")?.secret ?? "";
const keysOf = (made: FirstClients | { kind: "unavailable" }) => {
  if (made.kind !== "made") throw new Error(`It is ${made.kind}.`);
  return made.clients;
};

describe("while KV gives what was before", () => {
  it("a pause right after a rotation keeps the new key", () =>
    inWorld(async ({ kv, changes }) => {
      const { entry } = expectDone(await changes.create(order("1"), POLICY));
      kv.lag();
      const { key } = expectDone(await changes.rotate(order("2"), entry.id, DAY_MS));
      await changes.setPaused(entry.id, true);
      expect(kv.record(entry.id)).toMatchObject({ secretHash: await hashSecret(secretOf(key)), paused: true });
    }));

  it("a pause right after a revocation brings nobody back", () =>
    inWorld(async ({ kv, changes }) => {
      const { entry } = expectDone(await changes.create(order("1"), POLICY));
      kv.lag();
      expect((await changes.revoke(entry.id)).kind).toBe("revoked");
      expect((await changes.setPaused(entry.id, true)).kind).toBe("not-found");
      expect([...kv.now.keys()]).toEqual([]);
    }));

  it("a name that was just given is taken, and one that was just given up is free", () =>
    inWorld(async ({ kv, changes }) => {
      kv.lag();
      const { entry } = expectDone(await changes.create(order("1"), POLICY));
      expect(await changes.create(order("2"), POLICY)).toMatchObject({ kind: "taken", by: { id: entry.id } });
      kv.catchUp();
      kv.lag();
      await changes.revoke(entry.id);
      expectDone(await changes.create(order("3"), POLICY));
    }));

  it("only for a minute: then what `npm run clients` has done counts", () =>
    inWorld(async ({ kv, clock, changes }) => {
      const { entry } = expectDone(await changes.create(order("1"), POLICY));
      await kv.delete(entry.id);
      await clock.advance(60_000);
      expect((await changes.setPaused(entry.id, true)).kind).toBe("not-found");
    }));
});

describe("a request that was cut short", () => {
  it.each(["before", "after"] as const)("makes its client when it is repeated, once: cut %s KV had it", (when) =>
    inWorld(async ({ kv, changes, restart }) => {
      kv.failing = when;
      expect((await changes.create(order("1"), POLICY)).kind).toBe("unavailable");
      kv.failing = null;
      const { entry, key } = expectDone(await restart().create(order("1"), POLICY));
      expect([...kv.now.keys()]).toEqual([entry.id]);
      expect(kv.record(entry.id).secretHash).toBe(await hashSecret(secretOf(key)));
    }),
  );

  it.each(["before", "after"] as const)(
    "rotates once when it is repeated, and keeps the key in use: cut %s KV had it",
    (when) =>
      inWorld(async ({ kv, clock, changes, restart }) => {
        const made = expectDone(await changes.create(order("1"), POLICY));
        kv.failing = when;
        expect((await changes.rotate(order("2"), made.entry.id, DAY_MS)).kind).toBe("unavailable");
        kv.failing = null;
        await clock.advance(60_000);
        const rotated = expectDone(await restart().rotate(order("2"), made.entry.id, DAY_MS));
        expect(kv.record(made.entry.id)).toMatchObject({
          secretHash: await hashSecret(secretOf(rotated.key)),
          former: { secretHash: await hashSecret(secretOf(made.key)) },
        });
      }),
  );

  it("of the set-up page goes on for the same page, and gives both keys", () =>
    inWorld(async ({ kv, changes, restart }) => {
      kv.failing = "after";
      expect((await changes.begin({ word: "page", policies: FIRST })).kind).toBe("unavailable");
      kv.failing = null;
      const { operator, client } = keysOf(await restart().begin({ word: "page", policies: FIRST }));
      for (const { id, key } of [operator, client]) {
        expect(kv.record(id).secretHash).toBe(await hashSecret(secretOf(key)));
      }
      expect(kv.now.size).toBe(2);
    }));

  it("of the set-up page can be taken over by another page, and leaves two clients all the same", () =>
    inWorld(async ({ kv, changes, restart }) => {
      kv.failing = "after";
      await changes.begin({ word: "closed", policies: FIRST });
      kv.failing = null;
      expect(await restart().mayBegin()).toEqual({ kind: "open" });
      const { operator, client } = keysOf(await restart().begin({ word: "opened", policies: FIRST }));
      expect([...kv.now.keys()].sort()).toEqual([operator.id, client.id].sort());
      expect((await restart().begin({ word: "closed", policies: FIRST })).kind).toBe("over");
      expect(kv.record(client.id).secretHash).toBe(await hashSecret(secretOf(client.key)));
    }));
});

describe("a set-up that was cut short", () => {
  it("is over for good once a client was made in another way, for the same page too", () =>
    inWorld(async ({ kv, changes, restart }) => {
      kv.failing = "after";
      await changes.begin({ word: "page", policies: FIRST });
      kv.failing = null;
      // Behind all others in KV's lists.
      kv.now.set("zzzzzzzzzz", { value: "{}", metadata: null });
      expect(await restart().mayBegin()).toEqual({ kind: "over" });
      await kv.delete("zzzzzzzzzz");
      expect(await restart().mayBegin()).toEqual({ kind: "over" });
      expect((await restart().begin({ word: "page", policies: FIRST })).kind).toBe("over");
    }));

  it("makes no keys once a client was made in another way, though nobody has looked since", () =>
    inWorld(async ({ kv, changes, restart }) => {
      kv.failing = "before";
      await changes.begin({ word: "page", policies: FIRST });
      kv.failing = null;
      kv.now.set("zzzzzzzzzz", { value: "{}", metadata: null });
      expect((await restart().begin({ word: "page", policies: FIRST })).kind).toBe("over");
      expect([...kv.now.keys()]).toEqual(["zzzzzzzzzz"]);
    }));

  it("may ask for another client when it is tried again, which then counts", () =>
    inWorld(async ({ kv, changes, restart }) => {
      kv.failing = "after";
      await changes.begin({ word: "page", policies: FIRST });
      kv.failing = null;
      const corrected = { ...FIRST, client: { ...POLICY, agents: ["42"] } };
      const { client } = keysOf(await restart().begin({ word: "page", policies: corrected }));
      expect(kv.record(client.id).agents).toEqual(["42"]);
      expect((await restart().begin({ word: "page", policies: FIRST })).kind).toBe("reused");
      expect(await restart().begin({ word: "page", policies: corrected })).toMatchObject({ replayed: true });
    }));

  it("keeps after a day its two ids alone, and can still be taken over", () =>
    inWorld(async ({ kv, clock, changes, storage }) => {
      kv.failing = "after";
      await changes.begin({ word: "page", policies: FIRST });
      kv.failing = null;
      await clock.advance(DAY_MS);
      await storage.deleteAlarm();
      await changes.alarm();
      expect(storage.kv.get("first")).toEqual({
        kind: "cut",
        ids: { operator: expect.any(String), client: expect.any(String) },
      });
      expect(await changes.mayBegin()).toEqual({ kind: "open" });
      const { operator, client } = keysOf(await changes.begin({ word: "page", policies: FIRST }));
      expect([...kv.now.keys()].sort()).toEqual([operator.id, client.id].sort());
    }));
});

describe("what is stored of a request", () => {
  it("is neither its key nor its Idempotency-Key, and is forgotten after a day", () =>
    inWorld(async ({ clock, changes, storage }) => {
      const { entry, key } = expectDone(await changes.create(order("a word of its own"), POLICY));
      const stored = JSON.stringify([...storage.kv.list()].map(([name, row]) => [name, row]));
      for (const secret of [secretOf(key), "a word of its own"]) expect(stored).not.toContain(secret);
      await clock.advance(DAY_MS);
      await changes.alarm();
      expect([...storage.kv.list({ prefix: "order:" })]).toEqual([]);
      expect(await changes.create(order("a word of its own"), POLICY)).toMatchObject({
        kind: "taken",
        by: { id: entry.id },
      });
    }));

  it("of the set-up page is forgotten after a day, though another client was changed since", () =>
    inWorld(async ({ clock, changes, storage }) => {
      await changes.begin({ word: "page", policies: FIRST });
      await clock.advance(DAY_MS - 1);
      const { entry } = expectDone(await changes.create(order("1"), { ...POLICY, name: "later" }));
      await clock.advance(1);
      // The clock of the tests lies in the past: workerd itself would call the alarm at once.
      await storage.deleteAlarm();
      await changes.alarm();
      expect(storage.kv.get("first")).toEqual({ kind: "over" });
      expect(storage.kv.get(`change:${entry.id}`)).toBeDefined();
      expect(await storage.getAlarm()).not.toBeNull();
    }));

  it("of the set-up page gives its keys for a day, also if nobody has cleared it away", () =>
    inWorld(async ({ clock, changes, storage }) => {
      const made = await changes.begin({ word: "page", policies: FIRST });
      await storage.deleteAlarm();
      await clock.advance(DAY_MS - 1);
      expect(keysOf(await changes.begin({ word: "page", policies: FIRST }))).toEqual(keysOf(made));
      await storage.deleteAlarm();
      await clock.advance(1);
      expect((await changes.begin({ word: "page", policies: FIRST })).kind).toBe("over");
    }));

  it("of the set-up page is forgotten after a day, and the page stays gone", () =>
    inWorld(async ({ kv, clock, changes, storage }) => {
      await changes.begin({ word: "page", policies: FIRST });
      kv.now.clear();
      await clock.advance(DAY_MS);
      await changes.alarm();
      expect(storage.kv.get("first")).toEqual({ kind: "over" });
      expect(await changes.mayBegin()).toEqual({ kind: "over" });
      expect((await changes.begin({ word: "page", policies: FIRST })).kind).toBe("over");
    }));
});

it("the set-up page checks every binding of wrangler.toml", () => {
  const bound = Object.entries(env).filter(
    ([name, binding]) => !name.startsWith("__") && typeof binding === "object" && binding !== null,
  );
  expect(bound.map(([name]) => name).sort()).toEqual([...BINDINGS].sort());
});
