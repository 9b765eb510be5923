import { describe, expect, it, vi } from "vitest";
import { ClientDirectory } from "../../src/access/client-directory.ts";
import { type ClientKey, createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import { FakeClock } from "../support/fake-clock.ts";

const POLICY = { name: "shop", scopes: ["read"], agents: "*", origins: [], expiresAt: null } as const;

/** A directory, the store behind it, and the clock that decides what it still remembers. */
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
  const get = vi.fn(async (id: string) => records.get(id) ?? null);
  const directory = new ClientDirectory({ get } as unknown as Pick<KVNamespace, "get">, clock);
  const authenticate = async (shown: ClientKey = key) => (await directory.authenticate(formatClientKey(shown))).kind;
  await add();
  return { clock, key, get, add, revoke: () => records.delete(key.id), directory, authenticate };
}

describe("the directory of clients", () => {
  it("knows the holder of a key, and gives the policy without the secret's hash", async () => {
    const { directory, key } = await createDirectory();
    const found = await directory.authenticate(formatClientKey(key));
    expect(found).toEqual({ kind: "client", client: { id: key.id, policy: POLICY } });
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

  it("asks the store once in 10 s for an id that is not there, and then finds a new one", async () => {
    const { authenticate, clock, get, add, revoke } = await createDirectory();
    revoke();
    await authenticate();
    await add();
    await clock.advance(9_999);
    expect([await authenticate(), get.mock.calls.length]).toEqual(["unknown", 1]);

    await clock.advance(1);
    expect([await authenticate(), get.mock.calls.length]).toEqual(["client", 2]);
  });

  it("answers a wrong secret as it answers an unknown id, comparing in constant time", async () => {
    const { authenticate, key, revoke } = await createDirectory();
    const compare = vi.spyOn(crypto.subtle, "timingSafeEqual");
    const wrong = await authenticate({ id: key.id, secret: createClientKey().secret });
    expect(compare).toHaveBeenCalledTimes(1);
    compare.mockRestore();

    revoke();
    expect(wrong).toBe(await authenticate(createClientKey()));
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
