import { describe, expect, it, vi } from "vitest";
import { TtlCache } from "../../../src/access/ttl-cache.ts";

/** A store of one record, and the cache in front of it. */
function createRemembered() {
  const store = new Map([["web", "first"]]);
  const load = vi.fn(async (name: string) => store.get(name) ?? null);
  return { store, load, remembered: new TtlCache(load) };
}

describe("what is remembered of a store", () => {
  it("is good for 60 s, and then looked up again", async () => {
    const { store, remembered } = createRemembered();
    await remembered.get("web", 0);
    store.set("web", "second");
    expect(await remembered.get("web", 59_999)).toBe("first");
    expect(await remembered.get("web", 60_000)).toBe("second");
  });

  it("is good for 10 s when nothing was there", async () => {
    const { store, load, remembered } = createRemembered();
    await remembered.get("new", 0);
    store.set("new", "made");
    expect([await remembered.get("new", 9_999), load.mock.calls.length]).toEqual([null, 1]);
    expect(await remembered.get("new", 10_000)).toBe("made");
  });

  it("is never a failure: the next caller asks the store again", async () => {
    const { load, remembered } = createRemembered();
    load.mockRejectedValueOnce(new Error("The store is down."));
    await expect(remembered.get("web", 0)).rejects.toThrow();
    expect(await remembered.get("web", 0)).toBe("first");
  });

  it("is read again when it does not fit, every five seconds at most", async () => {
    const { store, load, remembered } = createRemembered();
    await remembered.get("web", 0);
    store.set("web", "second");
    expect([await remembered.renew("web", 4_999), load.mock.calls.length]).toEqual(["first", 1]);
    expect([await remembered.renew("web", 5_000), await remembered.get("web", 5_001)]).toEqual(["second", "second"]);
    store.set("web", "third");
    expect([await remembered.renew("web", 9_999), load.mock.calls.length]).toEqual(["second", 2]);
  });

  it("is limited to the newest thousand records", async () => {
    const { load, remembered } = createRemembered();
    for (let n = 0; n <= 1_000; n += 1) await remembered.get(`name-${n}`, 0);
    load.mockClear();
    await remembered.get("name-1", 0);
    expect(load).not.toHaveBeenCalled();
    await remembered.get("name-0", 0);
    expect(load).toHaveBeenCalledTimes(1);
  });
});
