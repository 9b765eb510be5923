import { describe, expect, it, vi } from "vitest";
import { ClientDirectory, StoreUnavailable } from "../../src/access/client-directory.ts";
import { type ClientKey, createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import { FakeClock } from "../support/fake-clock.ts";

const POLICY = { name: "shop", scopes: ["read"], agents: "*", origins: [], expiresAt: null } as const;

/** A directory of the policies that tokens name. */
function createPolicies(stored: Readonly<Record<string, unknown>>) {
  const clock = new FakeClock();
  const get = vi.fn(async (name: string) => JSON.stringify(stored[name]) ?? null);
  const directory = new ClientDirectory({ get } as unknown as Pick<KVNamespace, "get">, clock);
  return { clock, get, find: (name: string) => directory.findPolicy(name) };
}

/** A directory of clients, the store behind it, and the clock that its cache uses. */
async function createDirectory(policy: object = {}) {
  const clock = new FakeClock();
  const key = createClientKey();
  const records = new Map<string, ClientRecord>();
  const add = async () => {
    records.set(key.id, {
      ...POLICY,
      scopes: ["read"],
      origins: [],
      ...policy,
      secretHash: await hashSecret(key.secret),
    });
  };
  const get = vi.fn(async (id: string) => JSON.stringify(records.get(id)) ?? null);
  const directory = new ClientDirectory({ get } as unknown as Pick<KVNamespace, "get">, clock);
  const authenticate = async (shown: ClientKey = key) => (await directory.authenticate(formatClientKey(shown))).kind;
  await add();
  return { clock, key, get, add, revoke: () => records.delete(key.id), directory, authenticate };
}

describe("the stored state of a key", () => {
  it("lets its holder in at once, and nobody else, and no longer than the store's record is good for", async () => {
    const { clock, key, directory, authenticate } = await createDirectory();
    const recall = (shown: ClientKey) => directory.recall(formatClientKey(shown));
    const wrong = { id: key.id, secret: createClientKey().secret };
    expect(recall(key)).toBeNull();
    await authenticate();
    expect(recall(key)).toMatchObject({ id: key.id });
    expect([recall(wrong), recall(createClientKey()), directory.recall("junk")]).toEqual([null, null, null]);

    await clock.advance(60_000);
    expect(recall(key)).toBeNull();
  });

  it("tells who has been here before, however long ago, from a caller who only knows an id", async () => {
    const { clock, key, directory, authenticate } = await createDirectory();
    const hasSeen = (shown: ClientKey) => directory.hasSeen(formatClientKey(shown));
    expect(hasSeen(key)).toBe(false);
    await authenticate();
    await clock.advance(3_600_000);
    expect(hasSeen(key)).toBe(true);
    expect([hasSeen({ ...key, secret: createClientKey().secret }), directory.hasSeen("junk")]).toEqual([false, false]);
  });

  it("does not open anything once the key has expired", async () => {
    const { clock, key, directory, authenticate } = await createDirectory({ expiresAt: 1_030_000 });
    await authenticate();
    await clock.advance(29_999);
    expect(directory.recall(formatClientKey(key))).not.toBeNull();
    await clock.advance(1);
    expect(directory.recall(formatClientKey(key))).toBeNull();
  });
});

describe("the directory of clients", () => {
  it("can't tell who asks while the store does not answer, and remembers nothing of it", async () => {
    const { authenticate, directory, get } = await createDirectory();
    get.mockRejectedValueOnce(new Error("KV GET failed: 500"));
    await expect(authenticate()).rejects.toThrow(StoreUnavailable);
    expect(await authenticate()).toBe("client");

    get.mockRejectedValueOnce(new Error("KV GET failed: 500"));
    await expect(directory.findPolicy("web-users")).rejects.toThrow(StoreUnavailable);
  });

  it("knows the holder of a key, and gives the policy without the secret's hash", async () => {
    const { directory, key } = await createDirectory();
    const found = await directory.authenticate(formatClientKey(key));
    expect(found).toEqual({ kind: "client", client: { kind: "key", id: key.id, policy: POLICY } });
  });

  it("accepts a changed secret within five seconds, though it remembers the one before", async () => {
    const { authenticate, clock, key, get } = await createDirectory();
    await authenticate();
    const next = { ...key, secret: createClientKey().secret };
    const record = { ...POLICY, secretHash: await hashSecret(next.secret) };
    get.mockImplementation(async () => JSON.stringify(record));
    await clock.advance(5_000);
    expect([await authenticate(next), await authenticate(key)]).toEqual(["client", "unknown"]);
  });

  it("asks the store once in 60 s for a key that is there", async () => {
    const { authenticate, clock, get } = await createDirectory();
    await authenticate();
    await clock.advance(59_999);
    await authenticate();
    expect(get).toHaveBeenCalledTimes(1);

    await clock.advance(1);
    await authenticate();
    expect(get).toHaveBeenCalledTimes(2);
  });

  it("stops a revoked key within 60 s", async () => {
    const { authenticate, clock, revoke } = await createDirectory();
    expect(await authenticate()).toBe("client");

    revoke();
    await clock.advance(60_000);
    expect(await authenticate()).toBe("unknown");
  });

  it("asks the store once in 5 s for an id that is not there, and then finds a new one", async () => {
    const { authenticate, clock, get, add, revoke } = await createDirectory();
    revoke();
    await authenticate();
    await add();
    await clock.advance(4_999);
    expect([await authenticate(), get.mock.calls.length]).toEqual(["unknown", 1]);

    await clock.advance(1);
    expect([await authenticate(), get.mock.calls.length]).toEqual(["client", 2]);
  });

  it("does the same work for a wrong secret, an unknown id and a right secret that is new", async () => {
    const former = { secretHash: await hashSecret("f".repeat(32)), until: 2_000_000 };
    const [plain, changing] = [await createDirectory(), await createDirectory({ former })];
    const hash = vi.spyOn(crypto.subtle, "digest");
    const compare = vi.spyOn(crypto.subtle, "timingSafeEqual");
    const measure = async (answer: Promise<string>) => {
      hash.mockClear();
      compare.mockClear();
      return [await answer, hash.mock.calls.length, compare.mock.calls.length];
    };
    const wrong = ({ key }: { key: ClientKey }) => ({ id: key.id, secret: createClientKey().secret });
    expect(await measure(plain.authenticate(wrong(plain)))).toEqual(["unknown", 1, 3]);
    expect(await measure(plain.authenticate(createClientKey()))).toEqual(["unknown", 1, 3]);
    expect(await measure(changing.authenticate(wrong(changing)))).toEqual(["unknown", 1, 3]);
    expect(await measure(plain.authenticate())).toEqual(["client", 1, 3]);
    expect(await measure(plain.authenticate(wrong(plain)))).toEqual(["unknown", 1, 3]);
    hash.mockRestore();
    compare.mockRestore();
  });

  it("takes the secret before this one as long as it is kept, and refuses it from then on", async () => {
    const former = { secretHash: await hashSecret("f".repeat(32)), until: 1_005_000 };
    const { authenticate, clock, key } = await createDirectory({ former });
    const old = { id: key.id, secret: "f".repeat(32) };
    await clock.advance(4_999);
    expect([await authenticate(old), await authenticate()]).toEqual(["client", "client"]);
    await clock.advance(1);
    expect([await authenticate(old), await authenticate()]).toEqual(["unknown", "client"]);
  });

  it("asks the store nothing about junk", async () => {
    const { directory, get, key } = await createDirectory();
    const shown = formatClientKey(key);
    for (const junk of ["", "ge_", "gen_pat_x", `${shown}x`, shown.slice(0, -1), shown.replace("ge_", "xe_")]) {
      expect((await directory.authenticate(junk)).kind).toBe("malformed");
    }
    expect(get).not.toHaveBeenCalled();
  });

  it("refuses a key at the moment it expires, though it remembers it", async () => {
    const { authenticate, clock } = await createDirectory({ expiresAt: 1_005_000 });
    await clock.advance(4_999);
    expect(await authenticate()).toBe("client");
    await clock.advance(1);
    expect(await authenticate()).toBe("expired");
  });

  it("remembers a thousand ids, the newest: guessing can't fill its memory", async () => {
    const { authenticate, get } = await createDirectory();
    await authenticate();
    for (let n = 0; n < 1_000; n += 1) await authenticate(createClientKey());
    get.mockClear();

    await authenticate();
    expect(get).toHaveBeenCalledTimes(1);
  });
});

describe("the directory of policies", () => {
  const stored = { ...POLICY, name: "web-users" };

  it("finds the one that is named, and remembers it for 60 s", async () => {
    const { find, clock, get } = createPolicies({ "policy:web-users": stored });
    expect(await find("web-users")).toEqual(stored);
    await clock.advance(59_999);
    await find("web-users");
    expect(get).toHaveBeenCalledTimes(1);
  });

  it("finds none that has expired, though it remembers it", async () => {
    const { find, clock } = createPolicies({ "policy:web-users": { ...stored, expiresAt: 1_005_000 } });
    await clock.advance(4_999);
    expect(await find("web-users")).not.toBeNull();
    await clock.advance(1);
    expect(await find("web-users")).toBeNull();
  });

  it.each(["", "__proto__", "policy:web-users", "Web-Users", "web-users\n", "../web-users", "a".repeat(600)])(
    "asks the store nothing about a name that no policy can have: %.20j",
    async (name) => {
      const { find, get } = createPolicies({});
      expect(await find(name)).toBeNull();
      expect(get).not.toHaveBeenCalled();
    },
  );

  it.each([
    ["is a client's, with its secret", { ...stored, secretHash: "0".repeat(64) }],
    ["holds a bound that nobody knows", { ...stored, maxDuration: 5 }],
    ["has another one's name", { ...stored, name: "staff" }],
    ["is no policy", "web-users"],
  ])("lets nobody in by a record that %s", async (_, record) => {
    await expect(createPolicies({ "policy:web-users": record }).find("web-users")).rejects.toThrow();
  });
});
