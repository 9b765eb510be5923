import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually, VIDEO } from "../support/durable-calls.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { CANARY_KEY, json, type Stack, startStack } from "../support/stack.ts";

const CRON = "*/5 * * * *";
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let receiver: Receiver;
let stack: Stack;
let ticksAt: number;

beforeEach(async () => {
  receiver = await startReceiver();
  stack = await startStack({ NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret });
  ticksAt = Date.now();
  await tick();
});
afterEach(async () => {
  const seen = [stack.worker.output(), JSON.stringify(receiver.got)].join();
  await stack.close();
  await receiver.close();
  expect(seen).not.toContain(CANARY_KEY);
});

const calls = durableCalls(() => stack);
const tick = () => stack.worker.fire(CRON, ticksAt);

/** A day and an hour pass at GEN, and the Worker's schedule knows. */
async function nextDay(): Promise<void> {
  ticksAt += DAY_MS + HOUR_MS;
  stack.gen.control.advanceTime(DAY_MS + HOUR_MS);
  await tick();
}

/** A generation that is not made through the Worker. */
async function generateOutside(body: unknown = VIDEO): Promise<void> {
  const { api } = stack.gen.urls;
  const init = json("POST", body, { "x-api-key": stack.gen.apiKey });
  const response = await fetch(`${api}/vidsheet/101/cells/10121/generate?agent_id=42`, init);
  expect(response.status).toBe(201);
  stack.madeElsewhere(((await response.json()) as { generation_id: number }).generation_id);
}

interface Unknown {
  readonly id: string;
  readonly amount: number;
  readonly acknowledged_at: string | null;
}

interface Reconciliation {
  readonly month: string;
  readonly accounts: readonly { readonly account: string; readonly failed: string | null; readonly matched: number }[];
  readonly unknown: readonly Unknown[];
  readonly cursor: string | null;
}

const read = async (query = "") =>
  (await (await stack.call(`/v1/usage/reconciliation${query}`)).json()) as Reconciliation;
const mismatches = () => receiver.got.filter(({ type }) => type === "ledger.mismatch");
const waiting = async () =>
  ((await (await stack.call("/health")).json()) as { transactions_unknown: number }).transactions_unknown;

describe("what GEN took and nobody here knows", () => {
  it("is listed, told once, and known once an operator says so", async () => {
    await calls.generate(cell(10111).url);
    await generateOutside();
    await eventually(
      () => receiver.got,
      (got) => got.some(({ type }) => type === "generation.settled"),
    );
    await nextDay();

    const { accounts, month, unknown } = await read();
    expect(accounts).toMatchObject([{ account: "default", matched: 1, failed: null }]);
    expect(unknown).toMatchObject([{ amount: 600, acknowledged_at: null, purpose: "video_from_text" }]);
    expect(await waiting()).toBe(1);
    await eventually(mismatches, ({ length }) => length === 1);
    expect(mismatches()[0]?.data).toMatchObject({ account: "default", month, count: 1, credits: 600 });

    const path = `/v1/usage/reconciliation/${unknown[0]?.id}/acknowledge`;
    const first = await (await stack.call(path, { method: "POST" })).json();
    expect(first).toMatchObject({ id: unknown[0]?.id, amount: 600, acknowledged_at: expect.any(String) });
    expect(await (await stack.call(path, { method: "POST" })).json()).toEqual(first);
    expect((await read()).unknown).toEqual([]);
    expect(await waiting()).toBe(0);
    const audit = (await (await stack.call("/v1/audit")).json()) as { entries: readonly object[] };
    expect(audit.entries).toMatchObject([{ what: "transaction.acknowledge", target: unknown[0]?.id }]);

    await nextDay();
    await generateOutside();
    await nextDay();
    expect((await read()).unknown).toHaveLength(1);
    await eventually(mismatches, ({ length }) => length === 2);
  });

  it("is listed in pages", async () => {
    for (let n = 0; n < 5; n += 1) await generateOutside({ generation_type: "text", data: { prompt: `Line ${n}` } });
    await nextDay();

    const first = await read("?limit=3");
    const second = await read(`?limit=3&cursor=${first.cursor}&month=${first.month}`);
    expect([first.unknown.length, second.unknown.length, second.cursor]).toEqual([3, 2, null]);
    expect(new Set([...first.unknown, ...second.unknown].map(({ id }) => id)).size).toBe(5);
  });

  it("has nothing of a call whose answer was lost and that was found again", async () => {
    const { url } = cell(10111);
    stack.script("done_but_lost");
    expect((await calls.generate(url, { prefer: "wait=20" })).status).toBe(201);
    await nextDay();

    expect(await read()).toMatchObject({ accounts: [{ matched: 1, failed: null }], unknown: [] });
    expect(mismatches()).toEqual([]);
  });

  it("has a call that was lost until an operator has found out", async () => {
    stack.script("done_but_lost");
    const body = { agent_id: 42, message: "Three ideas" };
    const location = (await calls.generate("/v1/agent/run", { body })).headers.get("location");
    await eventually(
      () => receiver.got,
      (got) => got.some(({ type }) => type === "call.unknown"),
    );
    await nextDay();
    expect((await read()).unknown).toHaveLength(1);

    await stack.call(`${location}/resolve`, json("POST", { charged: true }));
    await eventually(read, ({ unknown }) => unknown.length === 0);
  });
});

describe("the ledger", () => {
  it("has what a generation really cost, though GEN's answer did not say it", async () => {
    const client = await stack.worker.addClient({ name: "bounded", creditsPerDay: 5_000 });
    stack.gen.control.changeSettings({ settlementPercent: 130 });
    const silent = { status: 200, body: { id: 9000, status: "completed", user_job_type: "video_from_text" } };
    stack.gen.control.addFaults({
      rules: [{ match: { method: "GET", path: "/v1/generations/" }, outcomes: [silent], repeat: true }],
    });
    await calls.generate(cell(10111).url, { body: VIDEO, as: client });
    const spent = async () => {
      const response = await stack.call("/v1/usage", { headers: { "x-api-key": client } });
      return ((await response.json()) as { credits: { spent: number } }).credits.spent;
    };
    await eventually(
      () => receiver.got,
      (got) => got.some(({ type }) => type === "generation.settled"),
    );
    expect(await eventually(spent, (credits) => credits > 0)).toBe(600);
    await eventually(calls.totals, ({ charges }) => charges === 2);
    await nextDay();

    expect(await spent()).toBe(780);
    await stack.worker.waitForLine(({ message, corrected }) => message === "ledger_check" && corrected === 1);
    expect((await read()).unknown).toEqual([]);
  });

  it("is not judged by an answer of GEN's that breaks off", async () => {
    await generateOutside();
    const broken = { match: { path: "/v1/credit_transactions" }, outcomes: [{ cutBodyAfterBytes: 20 }] };
    stack.gen.control.addFaults({ rules: [broken] });
    await nextDay();
    expect(await read()).toMatchObject({ accounts: [{ failed: "GEN's answer breaks off." }], unknown: [] });

    await nextDay();
    expect(await read()).toMatchObject({ accounts: [{ failed: null }], unknown: [{ amount: 600 }] });
  });

  it("is held against a list in pages", async () => {
    stack.gen.control.changeSettings({ transactions: { perPage: 2 } });
    for (let n = 0; n < 5; n += 1) await generateOutside({ generation_type: "text", data: { prompt: `Line ${n}` } });
    await nextDay();

    expect((await read()).unknown).toHaveLength(5);
  });
});
