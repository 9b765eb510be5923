import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import { eventually } from "../support/durable-calls.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { CANARY_KEY, type Stack, startStack } from "../support/stack.ts";

const WATCH = "*/5 * * * *";
const FIVE_MINUTES_MS = 5 * 60_000;
const LOW_CREDITS = 500;
const ENOUGH = 1_250;

let receiver: Receiver;
let stack: Stack;
let ticks: number;
beforeEach(async () => {
  receiver = await startReceiver();
  stack = await startStack({
    NOTIFY_URL: receiver.url,
    NOTIFY_SECRET: receiver.secret,
    LOW_CREDITS: String(LOW_CREDITS),
  });
  setCredits(ENOUGH);
  ticks = 0;
});
afterEach(async () => {
  const seen = [stack.worker.output(), JSON.stringify(receiver.got)].join();
  await stack.close();
  await receiver.close();
  expect(seen).not.toContain(CANARY_KEY);
});

interface HealthBody {
  readonly status: string;
  readonly version: string;
  readonly gen: {
    readonly reachable: boolean;
    readonly key_accepted: boolean | null;
    readonly credits: { readonly available: number | null; readonly low: boolean | null };
    readonly problems: readonly string[];
    readonly unhealthy_since: string | null;
    readonly checked_at: string;
  };
  readonly calls_unknown: number;
  readonly calls_open: number;
  readonly notifications_waiting: number;
  readonly notifications_failed: number;
}

const setCredits = (generic: number) => stack.gen.control.setOrganization(7, { generic });
const spoil = (path: string, status: number, body: unknown) =>
  stack.gen.control.addFaults({ rules: [{ match: { path }, outcomes: [{ status, body }], repeat: true }] });
const rejectKey = () => spoil("/v1/", 401, { error: `${CANARY_KEY} is no key`, error_code: "unauthorized" });

/** The watch's next turn. */
function tick(): Promise<void> {
  ticks += 1;
  return again();
}

/** Repeats the last tick. */
const again = () => stack.worker.fire(WATCH, Date.UTC(2027, 0, 2) + ticks * FIVE_MINUTES_MS);

const received = (count: number) =>
  eventually(
    () => receiver.got,
    (got) => got.length >= count,
  );

const askHealth = (headers: Record<string, string> = { "x-api-key": stack.key }) =>
  fetch(`${stack.worker.url}/health`, { headers });
const readHealth = async () => (await (await askHealth()).json()) as HealthBody;
const countAsked = () => stack.gen.control.ledger().requests.length;

describe("the health watch", () => {
  it("notifies once that GEN is down and once that it is back, signed by Standard Webhooks", async () => {
    await tick();
    await stack.gen.control.refuse("api");
    await tick();
    await tick();
    const [unhealthy] = await received(1);
    await again();
    await tick();
    await stack.gen.control.acceptAgain();
    await tick();
    await again();
    await received(2);

    expect(receiver.got.map(({ type, genuine }) => [type, genuine])).toEqual([
      ["gen.unhealthy", true],
      ["gen.healthy", true],
    ]);
    expect(unhealthy?.data).toEqual({
      checks: [
        { name: "reachable", healthy: false, detail: "No connection to GEN." },
        { name: "key", healthy: null, detail: "Not judged: GEN is not reachable." },
        { name: "credits", healthy: null, detail: "Not judged: GEN does not tell the balance." },
      ],
    });
  });

  it("notifies nobody of one bad check", async () => {
    spoil("/v1/me", 503, "<html>busy</html>");
    await tick();
    await again();
    stack.gen.control.clearFaults();
    await tick();
    setCredits(1);
    await tick();
    await tick();
    await received(1);

    expect(receiver.got).toMatchObject([{ type: "gen.unhealthy", data: { checks: [{ healthy: true }, {}, {}] } }]);
  });

  it("notifies that GEN refuses the key, and writes the line that an alert is set on", async () => {
    rejectKey();
    await tick();
    await tick();
    const [unhealthy] = await received(1);

    expect(unhealthy?.data.checks).toContainEqual({
      name: "key",
      healthy: false,
      detail: "GEN refuses the Worker's key.",
    });
    expect(await stack.worker.waitForLine(({ message }) => message === "gen_key_rejected")).toMatchObject({
      level: "error",
    });
  });

  it("notifies that credits are low, and that there are enough again", async () => {
    setCredits(LOW_CREDITS);
    await tick();
    await tick();
    await received(1);
    setCredits(LOW_CREDITS + 1);
    await tick();
    await received(2);

    expect(receiver.got).toMatchObject([
      {
        type: "gen.unhealthy",
        data: { checks: [{}, {}, { healthy: false, detail: "500 credits are left; LOW_CREDITS is 500." }] },
      },
      {
        type: "gen.healthy",
        data: { checks: [{}, {}, { healthy: true, detail: "501 credits are left; LOW_CREDITS is 500." }] },
      },
    ]);
  });

  it("spends no credits", async () => {
    await tick();
    await readHealth();

    expect(stack.gen.control.ledger().charges).toEqual([]);
    const asked = stack.gen.control.ledger().requests.map(({ method, path }) => `${method} ${path}`);
    expect(asked.sort()).toEqual(["GET /v1/credit_balance", "GET /v1/credit_transactions", "GET /v1/me"]);
  });
});

describe("a cron trigger", () => {
  it("has a line for each of its tasks", async () => {
    const lineOf = (name: string) =>
      stack.worker.waitForLine(({ message, task }) => message === "cron" && task === name);
    await tick();
    expect(await lineOf("health-watch")).toEqual({
      level: "info",
      message: "cron",
      cron: WATCH,
      scheduled_at: "2027-01-02T00:05:00.000Z",
      task: "health-watch",
      outcome: "ok",
      ms: expect.any(Number),
    });

    await stack.worker.fire("0 * * * *", Date.UTC(2027, 0, 2));
    expect(await lineOf("pipelines")).toMatchObject({ level: "info", cron: "0 * * * *", outcome: "ok" });
  });
});

describe("/health", () => {
  it("shows an operator how GEN is, and what waits for a person", async () => {
    const response = await askHealth();

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: "ok",
      version: expect.any(String),
      gen: {
        reachable: true,
        key_accepted: true,
        credits: { available: ENOUGH, low: false },
        problems: [],
        unhealthy_since: null,
        checked_at: expect.any(String),
      },
      calls_unknown: 0,
      calls_open: 0,
      notifications_waiting: 0,
      notifications_failed: 0,
      deliveries_rejected: 0,
      deliveries_refused: 0,
      runs_failed: 0,
      transactions_unknown: 0,
    });
  });

  it("asks GEN once a minute at most, however many operators ask at once", async () => {
    await Promise.all([readHealth(), readHealth(), readHealth()]);
    await readHealth();
    expect(countAsked()).toBe(2);
  });

  it("shows what the watch has just found", async () => {
    await tick();
    const asked = countAsked();
    expect((await readHealth()).gen.reachable).toBe(true);
    expect(countAsked()).toBe(asked);
  });

  it.each([
    [
      "down",
      () => stack.gen.control.refuse("api"),
      { reachable: false, key_accepted: null, credits: { available: null, low: null } },
    ],
    ["refusing the key", () => rejectKey(), { reachable: true, key_accepted: false, credits: { low: null } }],
    ["out of credits", () => setCredits(0), { reachable: true, credits: { available: 0, low: true } }],
    [
      "silent about the balance",
      () => spoil("/v1/credit_balance", 404, { error: "No", error_code: "not_found" }),
      { reachable: true, key_accepted: true, credits: { available: null, low: null } },
    ],
  ])("stays 200 while GEN is %s, and says so", async (_, happen, expected) => {
    await happen();
    const response = await askHealth();
    const body = (await response.json()) as HealthBody;

    expect(response.status).toBe(200);
    expect(body).toMatchObject({ status: "ok", gen: expected });
    expect(body.gen.problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toContain(CANARY_KEY);
  });

  it("answers in some seconds while GEN hangs", async () => {
    stack.gen.control.addFaults({ rules: [{ outcomes: ["hang"], repeat: true }] });
    const startedAt = Date.now();
    const { gen } = await readHealth();

    expect(gen).toMatchObject({ reachable: false, problems: expect.arrayContaining(["GEN does not answer in time."]) });
    expect(Date.now() - startedAt).toBeLessThan(8_000);
  });

  it("shows since when GEN has been unhealthy", async () => {
    setCredits(0);
    await tick();
    expect((await readHealth()).gen.unhealthy_since).toBeNull();
    await tick();

    const { gen } = await readHealth();
    expect(gen.unhealthy_since).toBe(gen.checked_at);
  });

  it("counts notifications that have failed", async () => {
    receiver.script(410);
    setCredits(0);
    await tick();
    await tick();

    await eventually(readHealth, ({ notifications_failed }) => notifications_failed === 1);
  });

  it("shows any other caller that the Worker runs, no more, and asks GEN nothing", async () => {
    const everythingElse: Partial<Policy> = {
      scopes: ["read", "edit", "generate", "publish", "ideas", "admin", "pipelines"],
    };
    const other = await stack.worker.addClient({ name: "other", ...everythingElse });
    const expired = await stack.worker.addClient({ name: "expired", expiresAt: 1 });
    const headers: Record<string, string>[] = [
      {},
      { "x-api-key": other },
      { "x-api-key": expired },
      { "x-api-key": "nonsense" },
      { authorization: "Bearer nonsense" },
      { "x-api-key": stack.key.replace(/.$/, (last) => (last === "0" ? "1" : "0")) },
      { "x-api-key": stack.key, origin: "https://page.example" },
    ];
    const answers = await Promise.all(headers.map(askHealth));

    expect(answers.map(({ status }) => status)).toEqual(headers.map(() => 200));
    for (const answer of answers) expect(await answer.json()).toEqual({ status: "ok", version: expect.any(String) });
    expect(countAsked()).toBe(0);
  });
});
