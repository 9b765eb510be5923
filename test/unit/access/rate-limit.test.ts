import { describe, expect, it } from "vitest";
import { allowsClient, allowsTicket, type RateBindings } from "../../../src/access/rate-limit.ts";

/** Bindings that refuse everything, and the names that they were asked about. */
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
  ] as const)("is counted by its id; in the tier %s the binding is %s", async (tier, name) => {
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
    expect(await allowsClient("abc", {}, NONE)).toBe(true);
  });
});

describe("a ticket", () => {
  it("is counted by itself: its signature is like no other's", async () => {
    const { asked, env } = createBindings();
    const mac = "0123456789abcdef".repeat(4);
    expect(await allowsTicket(`WyJnZW5lcmF0aW9uOjEiXQ.${mac}`, env)).toBe(false);
    expect(asked).toEqual([`RATE_STANDARD ticket:${mac}`]);
  });
});
