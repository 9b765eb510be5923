import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import type { Policy } from "../../src/access/policy.ts";
import { createTicket } from "../../src/access/ticket.ts";
import { createGenToken } from "../../src/webhooks/gen-token.ts";
import { type IdentityProvider, startIdentityProvider } from "../support/identity-provider.ts";
import { type ProblemBody, type Stack, startStack } from "../support/stack.ts";
import { post, SECRETS, webhooks } from "../support/webhooks.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";
const TICKET_SECRET = "a secret of the tests";
const GEN_WEBHOOK_SECRET = "a-secret-of-some-length";
const LIMITS = { RATE_LOW: 2, RATE_STANDARD: 4, RATE_HIGH: 6, RATE_FAILED: 3 };

/** Tickets for the same time are identical. */
const NOW = Date.now();

let idp: IdentityProvider;
let stack: Stack;
beforeAll(async () => {
  idp = await startIdentityProvider();
  const secrets = { ...SECRETS, TICKET_SECRET, GEN_WEBHOOK_SECRET };
  stack = await startStack({ ...idp.vars, ...secrets }, { rateLimits: LIMITS });
  await stack.worker.putPolicy("web-users", { tier: "low" });
});
afterAll(async () => {
  await stack.close();
  idp.close();
});

const hooks = webhooks(() => stack);
const ask = (headers: Record<string, string>, path = SHEET) => fetch(`${stack.worker.url}${path}`, { headers });
const addClient = async (tier?: NonNullable<Policy["tier"]>) => ({
  "x-api-key": await stack.worker.addClient(tier === undefined ? {} : { tier }),
});
/** A new address for each test, so that earlier failures do not count. */
let hosts = 0;
const createAddress = () => ({ "cf-connecting-ip": `192.0.2.${++hosts}` });

/**
 * Asks more often than two windows allow, so that one window is full even if the minute turns over meanwhile. Returns
 * the different statuses in their order.
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

  it("may hold a ticket: its endless returning is counted, too", async () => {
    const path = await createEventsPath("circle", 0);
    expect((await exhaust(LIMITS.RATE_STANDARD, () => ask({}, path))).statuses).toEqual([404, 429]);
  });

  it("is counted by the ticket alone when it shows one: its client and its other tickets are served", async () => {
    const headers = await addClient();
    const clientId = headers["x-api-key"].split("_")[1] ?? "";
    await exhaust(LIMITS.RATE_STANDARD, async () => ask({}, await createEventsPath(clientId, 0)));
    expect((await ask(headers)).status).toBe(200);
    expect((await ask({}, await createEventsPath(clientId, 1))).status).toBe(404);
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
  ])("are refused by 429 once they are too many, when they show %s", async (_, toHeaders) => {
    const headers = { ...(await toHeaders()), ...createAddress() } as Record<string, string>;
    expect((await exhaust(LIMITS.RATE_FAILED, () => ask(headers))).statuses).toEqual([401, 429]);
  });

  it("are counted when they show tickets, too", async () => {
    const address = createAddress();
    const path = "/v1/generations/4711/events?ticket=guessed";
    expect((await exhaust(LIMITS.RATE_FAILED, () => ask(address, path))).statuses).toEqual([401, 429]);
  });

  it.each([
    ["of other services", (address: Record<string, string>) => forge("github", address)],
    ["of services that nobody has", (address: Record<string, string>) => forge("unheard-of", address)],
    ["of GEN", (address: Record<string, string>) => forge("gen/42/guessed", address)],
  ])("are counted when they are webhooks %s, too", async (_, send) => {
    const address = createAddress();
    expect((await exhaust(LIMITS.RATE_FAILED, () => send(address))).statuses).toEqual([401, 429]);
  });

  it("never lock out what is right from there: a key that was good before, a token, a ticket, a webhook", async () => {
    const address = createAddress();
    const [known, token] = [await addClient(), await idp.sign({ sub: "clara" })];
    await ask(known);
    await refuse(address);

    expect((await ask({ ...address, ...known })).status).toBe(200);
    expect((await ask({ ...address, authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await ask(address, await createEventsPath("right", 0))).status).toBe(404);
    const { headers, ...delivery } = hooks.toPost("github");
    expect((await post({ ...delivery, headers: { ...headers, ...address } })).ok).toBe(true);
    const gen = `gen/42/${await createGenToken(GEN_WEBHOOK_SECRET, "42", 1)}`;
    expect((await forge(gen, address)).ok).toBe(true);
  });

  it("keep keys that were not good before from being looked up, even good ones, once refused", async () => {
    const address = createAddress();
    await refuse(address);
    expect((await ask({ ...address, ...(await addClient()) })).status).toBe(429);
    expect((await ask({ ...address, "x-api-key": formatClientKey(createClientKey()) })).status).toBe(429);
  });

  it("are counted for an address alone, and for a whole /64 in IPv6", async () => {
    const guess = (address: string) => ask({ "cf-connecting-ip": address, "x-api-key": "junk" });
    const addresses = ["2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:0db8:0001:0001::3"];
    let turn = 0;
    const { statuses } = await exhaust(LIMITS.RATE_FAILED, () => guess(addresses[turn++ % 3] ?? ""));
    expect(statuses).toEqual([401, 429]);
    expect((await guess("2001:db8:1:2::1")).status).toBe(401);
  });

  it("are not counted where no key was shown", async () => {
    const address = createAddress();
    const statuses = [];
    for (let n = 0; n < 3 * LIMITS.RATE_FAILED; n += 1) statuses.push((await ask(address)).status);
    expect(new Set(statuses)).toEqual(new Set([401]));
  });
});

/** Shows wrong keys from that address until it is refused. */
const refuse = (address: Record<string, string>) =>
  exhaust(LIMITS.RATE_FAILED, () => ask({ ...address, "x-api-key": "junk" }));

const forge = (to: string, address: Record<string, string>) =>
  fetch(`${stack.worker.url}/webhooks/${to}`, { method: "POST", headers: address, body: "{}" });

/** The events of a generation that does not exist, with a ticket; another ticket for each minute. */
async function createEventsPath(clientId: string, minute: number): Promise<string> {
  const expiresAt = NOW + 3_600_000 + 60_000 * minute;
  const ticket = await createTicket(TICKET_SECRET, { subject: "generation:4711", clientId, expiresAt });
  return `/v1/generations/4711/events?ticket=${ticket}`;
}

async function removed(): Promise<Record<string, string>> {
  const headers = await addClient();
  await stack.worker.removeClient(headers["x-api-key"]);
  return headers;
}
