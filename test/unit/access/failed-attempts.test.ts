import { describe, expect, it } from "vitest";
import { FailedAttempts, toNetwork } from "../../../src/access/failed-attempts.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** A binding that allows `allowed` attempts in all, and the names that it was asked about. */
function createAttempts(allowed: number) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const limiter = {
    limit: async ({ key }: { key: string }) => {
      asked.push(key);
      return { success: asked.length <= allowed };
    },
  };
  return { clock, asked, attempts: new FailedAttempts(limiter, clock) };
}

describe("a failed attempt", () => {
  it("is counted by its network", async () => {
    const { asked, attempts } = createAttempts(2);
    await attempts.allow("2001:db8::1");
    await attempts.allow(null);
    expect(asked).toEqual(["2001:db8:0:0::/64", "unknown"]);
  });

  it("has no limit where there is no binding", async () => {
    expect(await new FailedAttempts(undefined, new FakeClock()).allow("192.0.2.1")).toBe(true);
  });

  it("refuses its network alone for a minute once there are too many, without asking the binding", async () => {
    const { clock, asked, attempts } = createAttempts(1);
    expect(await attempts.allow("192.0.2.1")).toBe(true);
    expect(attempts.isRefused("192.0.2.1")).toBe(false);
    expect(await attempts.allow("192.0.2.1")).toBe(false);

    await clock.advance(59_999);
    expect([attempts.isRefused("192.0.2.1"), attempts.isRefused("192.0.2.2")]).toEqual([true, false]);
    expect([await attempts.allow("192.0.2.1"), asked.length]).toEqual([false, 2]);
    await clock.advance(1);
    expect(attempts.isRefused("192.0.2.1")).toBe(false);
  });

  it("is remembered for the ten thousand networks that were refused last", async () => {
    const { attempts } = createAttempts(0);
    for (let n = 0; n <= 10_000; n += 1) await attempts.allow(`10.0.${n >> 8}.${n & 255}`);
    expect(["10.0.0.0", "10.0.0.1", "10.0.39.16"].map((each) => attempts.isRefused(each))).toEqual([false, true, true]);
  });
});

describe("the network of a failed attempt", () => {
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
  ])("is, for the address %s, %s", (address, network) => {
    expect(toNetwork(address)).toBe(network);
  });
});
