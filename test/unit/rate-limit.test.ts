import { describe, expect, it } from "vitest";
import { allowsClient, allowsFailure, type RateBindings, toNetwork } from "../../src/access/rate-limit.ts";

/** Bindings that refuse, and what they were asked. */
function createBindings(success = false) {
  const asked: string[] = [];
  const limiter = (name: string) => ({
    limit: async ({ key }: { key: string }) => {
      asked.push(`${name} ${key}`);
      return { success };
    },
  });
  const names = ["RATE_LOW", "RATE_STANDARD", "RATE_HIGH", "RATE_FAILED"] as const;
  const env = Object.fromEntries(names.map((name) => [name, limiter(name)])) as unknown as RateBindings;
  return { asked, env };
}

const NONE = {} as RateBindings;

describe("a client", () => {
  it.each([
    ["low", "RATE_LOW"],
    ["standard", "RATE_STANDARD"],
    ["high", "RATE_HIGH"],
  ] as const)("of the tier %s is counted by %s, by its id", async (tier, name) => {
    const { asked, env } = createBindings();
    expect(await allowsClient("abc", { tier }, env)).toBe(false);
    expect(asked).toEqual([`${name} abc`]);
  });

  it("is of the standard tier unless its policy says another", async () => {
    const { asked, env } = createBindings(true);
    expect(await allowsClient("abc", {}, env)).toBe(true);
    expect(asked).toEqual(["RATE_STANDARD abc"]);
  });

  it("has no limit where there is no binding", async () => {
    expect([await allowsClient("abc", {}, NONE), await allowsFailure("192.0.2.1", NONE)]).toEqual([true, true]);
  });
});

describe("a failed attempt", () => {
  it("is counted by its network", async () => {
    const { asked, env } = createBindings();
    await allowsFailure("2001:db8::1", env);
    await allowsFailure(null, env);
    expect(asked).toEqual(["RATE_FAILED 2001:db8:0:0::/64", "RATE_FAILED unknown"]);
  });
});

describe("the network of an address", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:0:0:0:1", "2001:db8:0:0::/64"],
    ["2001:db8::1:2:3:4:5", "2001:db8:0:1::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["", ""],
  ])("of %s is %s", (address, network) => {
    expect(toNetwork(address)).toBe(network);
  });
});
