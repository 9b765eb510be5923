import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import { createTicket } from "../../src/access/ticket.ts";
import { type IdentityProvider, startIdentityProvider } from "../support/identity-provider.ts";
import { type ProblemBody, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";
const TICKET_SECRET = "a secret of the tests";
const LIMITS = { RATE_LOW: 2, RATE_STANDARD: 4, RATE_HIGH: 6, RATE_FAILED: 3 };

let idp: IdentityProvider;
let stack: Stack;
beforeAll(async () => {
  idp = await startIdentityProvider();
  stack = await startStack({ ...idp.vars, TICKET_SECRET }, { rateLimits: LIMITS });
  await stack.worker.putPolicy("web-users", { tier: "low" });
});
afterAll(async () => {
  await stack.close();
  idp.close();
});

const ask = (headers: Record<string, string>, path = SHEET) => fetch(`${stack.worker.url}${path}`, { headers });
const addClient = async (tier?: NonNullable<Policy["tier"]>) => ({
  "x-api-key": await stack.worker.addClient(tier === undefined ? {} : { tier }),
});
/** A new address for each test: what another one has done there does not count. */
let hosts = 0;
const createAddress = () => ({ "cf-connecting-ip": `192.0.2.${++hosts}` });

/**
 * Asks once more than two windows hold: wherever the minute turns over meanwhile, one of them is full. The statuses in
 * order, each once.
 */
async function exhaust(
  limit: number,
  request: () => Promise<Response>,
): Promise<{ statuses: number[]; last: Response }> {
  const statuses = new Set<number>();
  let last = await request();
  for (let n = 0; n < 2 * limit && last.status !== 429; n += 1) {
    statuses.add(last.status);
    await last.body?.cancel();
    last = await request();
  }
  return { statuses: [...statuses, last.status], last };
}

describe("a client that asks too often", () => {
  it("is told when to come back, in words and for programs", async () => {
    const headers = await addClient("low");
    const { statuses, last } = await exhaust(LIMITS.RATE_LOW, () => ask(headers));
    expect(statuses).toEqual([200, 429]);
    expect(last.headers.get("retry-after")).toBe("60");
    expect(last.headers.get("ratelimit")).toBe('"requests";r=0;t=60');
    expect(last.headers.get("x-should-retry")).toBe("true");
    const body = (await last.json()) as ProblemBody;
    expect(body).toMatchObject({ error_code: "rate_limited", retryable: true, retry_after: 60, charged: "no" });
  });

  it("is counted by itself: another one is served", async () => {
    const [busy, calm] = [await addClient("low"), await addClient("low")];
    await exhaust(LIMITS.RATE_LOW, () => ask(busy));
    expect((await ask(calm)).status).toBe(200);
  });

  it.each(["low", "standard", "high"] as const)("may ask as often as its tier says: %s", async (tier) => {
    const headers = await addClient(tier);
    const limit = LIMITS[`RATE_${tier.toUpperCase()}` as keyof typeof LIMITS];
    const responses = [];
    for (let n = 0; n < limit; n += 1) responses.push((await ask(headers)).status);
    expect(new Set(responses)).toEqual(new Set([200]));
    expect((await exhaust(limit, () => ask(headers))).statuses.at(-1)).toBe(429);
  });

  it("may be a user: each of them is counted, by the tier of the policy", async () => {
    const bearer = async (sub: string) => ({ authorization: `Bearer ${await idp.sign({ sub })}` });
    const [anna, berta] = [await bearer("anna"), await bearer("berta")];
    expect((await exhaust(LIMITS.RATE_LOW, () => ask(anna))).statuses).toEqual([200, 429]);
    expect((await ask(berta)).status).toBe(200);
  });

  it("may hold a ticket: coming back in a circle is counted, too", async () => {
    const expiresAt = Date.now() + 3_600_000;
    const ticket = await createTicket(TICKET_SECRET, { subject: "generation:4711", clientId: "circle", expiresAt });
    const path = `/v1/generations/4711/events?ticket=${ticket}`;
    expect((await exhaust(LIMITS.RATE_STANDARD, () => ask({}, path))).statuses).toEqual([404, 429]);
  });

  it("can read the field in a browser", async () => {
    const response = await ask({ origin: "https://app.example.com" });
    expect(response.headers.get("access-control-expose-headers")).toContain("RateLimit");
  });
});

describe("failed attempts from one address", () => {
  it.each([
    ["junk", async () => ({ "x-api-key": "junk" })],
    ["unknown keys", async () => removed()],
    ["tokens", async () => ({ authorization: `Bearer ${await idp.sign({ aud: "another" })}` })],
  ])("with %s are refused by 429 once they are too many", async (_, toHeaders) => {
    const headers = { ...(await toHeaders()), ...createAddress() } as Record<string, string>;
    expect((await exhaust(LIMITS.RATE_FAILED, () => ask(headers))).statuses).toEqual([401, 429]);
  });

  it("with tickets, too", async () => {
    const address = createAddress();
    const path = "/v1/generations/4711/events?ticket=guessed";
    expect((await exhaust(LIMITS.RATE_FAILED, () => ask(address, path))).statuses).toEqual([401, 429]);
  });

  it("never lock out a good key from there", async () => {
    const address = createAddress();
    await exhaust(LIMITS.RATE_FAILED, () => ask({ ...address, "x-api-key": "junk" }));
    expect((await ask({ ...address, ...(await addClient()) })).status).toBe(200);
  });

  it("are those of an address alone, and of a whole /64 in IPv6", async () => {
    const guess = (address: string) => ask({ "cf-connecting-ip": address, "x-api-key": "junk" });
    const neighbours = ["2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:0db8:0001:0001::3"];
    let turn = 0;
    const { statuses } = await exhaust(LIMITS.RATE_FAILED, () => guess(neighbours[turn++ % 3] ?? ""));
    expect(statuses).toEqual([401, 429]);
    expect((await guess("2001:db8:1:2::1")).status).toBe(401);
  });

  it("are none where no key was shown", async () => {
    const address = createAddress();
    const statuses = [];
    for (let n = 0; n < 3 * LIMITS.RATE_FAILED; n += 1) statuses.push((await ask(address)).status);
    expect(new Set(statuses)).toEqual(new Set([401]));
  });
});

async function removed(): Promise<Record<string, string>> {
  const headers = await addClient();
  await stack.worker.removeClient(headers["x-api-key"]);
  return headers;
}
