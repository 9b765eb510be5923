import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkLedger } from "../../src/cron/reconciliation/check-ledger.ts";
import { GenAccount } from "../../src/gen/account.ts";
import { getIsolate } from "../../src/isolate.ts";
import type { Charge, ChargedJob, JobEnd } from "../../src/money/ledger/charge.ts";
import type { LedgerIsolate } from "../../src/money/ledger/ledger.ts";
import { toDay, toMonth } from "../../src/money/period.ts";
import type { Mismatch } from "../../src/money/reconciliation/reconciliation.ts";
import {
  answers,
  type Behaviour,
  createGate,
  createWorld,
  DAY_MS,
  type Gen,
  HOUR_MS,
  heal,
  lost,
  pass,
} from "./world.ts";

const MINUTE_MS = 60_000;
const GEN_KEY = "gen_pat_integration_key";

interface Line {
  readonly id: unknown;
  readonly amount: unknown;
  readonly purpose: unknown;
  readonly is_incoming: unknown;
  readonly source: unknown;
  readonly created_at: unknown;
}

let gen: Gen;
let end: () => void;
/** GEN's list, the newest first. */
let lines: Line[];
let told: Mismatch[];
let calls = 0;
let ids = 0;
/** In the middle of a month, long after all ledgers of the test before. */
let month = 0;

beforeEach(() => {
  ({ gen, end } = createWorld());
  month += 15;
  vi.setSystemTime(Date.UTC(2102, month, 10, 6));
  heal();
  lines = [];
  told = [];
  gen.reads = whole;
  const isolate = getIsolate(env) as { -readonly [Name in keyof LedgerIsolate]: LedgerIsolate[Name] };
  vi.spyOn(isolate, "tellMismatch").mockImplementation(async (mismatch) => {
    told.push(mismatch);
  });
});

afterEach(() => end());

const whole: Behaviour = () => Response.json(lines);
const inPages =
  (size: number): Behaviour =>
  ({ search }) => {
    const page = Number(new URLSearchParams(search).get("page") ?? 1);
    return Response.json(lines.slice((page - 1) * size, page * size));
  };

/** GEN takes credits for a job, or for nothing that it names. */
function take(amount: number, job: string | null = null, change: Partial<Line> = {}): void {
  ids += 1;
  const source = job === null ? null : { type: "UserJob", id: job };
  const at = new Date().toISOString();
  const line = { id: ids, amount, purpose: "text", is_incoming: false, source, created_at: at };
  lines = [{ ...line, ...change }, ...lines];
}

const giveBack = (amount: number, job: string | null) =>
  take(amount, job, { is_incoming: true, purpose: "refund: failed" });

/** A charge of the ledger, booked now. */
function book(change: Partial<Charge> = {}): Charge {
  calls += 1;
  return {
    ...{ callId: `call${calls}`, epoch: 0, at: Date.now(), clientId: `client${calls}`, account: "default", tag: null },
    ...{ agentId: "42", pipeline: null, runId: null, operation: "cells.generate", type: "text", calls: 1 },
    estimate: null,
    ...change,
  };
}

const ledgerOf = (at: number) => env.LEDGER.getByName(toMonth(at));
const ledger = () => ledgerOf(Date.now());

async function spend(jobs: readonly string[], change: Partial<Charge> = {}): Promise<Charge> {
  const charge = book(change);
  await ledgerOf(charge.at).close({ charge, state: "spent", jobs: jobs.map(toJob) });
  return charge;
}

const toJob = (id: string): ChargedJob => ({ kind: "generation", id });
const settle = (charge: Charge, job: string, ended: JobEnd) => ledgerOf(charge.at).settle(charge, toJob(job), ended);
const tick = (at = Date.now()) => checkLedger({ scheduledAt: at }, getIsolate(env));

async function nextDay(): Promise<void> {
  pass(DAY_MS);
  await tick();
}

const listed = async (at = Date.now()) => {
  const unknown = await ledgerOf(at).unknownTransactions(null, 100);
  return unknown.map(({ amount }) => amount);
};
const stands = async () => (await ledger().checkedAccounts())[0];
const spent = async ({ clientId, at }: Charge) =>
  (await ledgerOf(at).sums({ of: "client", name: clientId }, toDay(at))).spent;
const asked = () => gen.asked.filter(({ path }) => path === "/v1/credit_transactions").length;

describe("the ledger held against GEN", () => {
  it("lists what GEN took and nobody here knows, by time and amount, and tells of it once", async () => {
    await tick();
    await spend(["j1"]);
    take(50, "j1");
    pass(MINUTE_MS);
    const at = Date.now();
    take(600, "outside", { purpose: "video_from_text" });
    take("7.5" as never, null, { source: null });
    await nextDay();

    const unknown = await ledger().unknownTransactions(null, 10);
    expect(unknown).toMatchObject([
      { amount: 7.5, at, source: null },
      { amount: 600, at, purpose: "video_from_text", source: { type: "UserJob", id: "outside" }, account: "default" },
    ]);
    expect(await stands()).toMatchObject({ matched: 1, unknown: 2, failed: null, checkedTo: Date.now() - HOUR_MS });
    await runDurableObjectAlarm(ledger());
    await nextDay();
    await runDurableObjectAlarm(ledger());
    expect(told).toMatchObject([{ account: "default", month: toMonth(at), count: 2, credits: 607.5, oldestAt: at }]);
  });

  it("begins at the account's first tick: what GEN took before is not looked at", async () => {
    take(50, "before");
    pass(MINUTE_MS);
    await tick();
    expect(await stands()).toMatchObject({ checkedTo: Date.now(), failed: null });
    take(60, "after");
    await nextDay();

    expect(await listed()).toEqual([60]);
  });

  it("judges nothing that is younger than an hour: a call may be on its way into the ledger", async () => {
    await tick();
    pass(DAY_MS - HOUR_MS + 1);
    take(50, "j2");
    pass(HOUR_MS - 1);
    await tick();
    expect(await listed()).toEqual([]);
    await spend(["j2"], { at: Date.now() - HOUR_MS });
    take(60, "outside2");
    await nextDay();

    expect(await listed()).toEqual([60]);
  });

  it("is done once a day, however often a tick comes", async () => {
    await tick();
    const first = asked();
    for (const ms of [5 * MINUTE_MS, 12 * HOUR_MS, 11 * HOUR_MS]) {
      pass(ms);
      await tick();
    }
    expect(asked()).toBe(first);

    pass(HOUR_MS);
    const gate = createGate();
    take(1, "before2", { created_at: new Date(Date.now() - 3 * DAY_MS).toISOString() });
    gen.reads = gate.passes(whole);
    const both = [tick(), tick()];
    gate.open();
    await Promise.all(both);
    await tick();
    await tick(Date.now() - 5 * MINUTE_MS);
    expect(asked()).toBe(first + 1);
  });

  it("is held for each account, and what two of them show counts once", async () => {
    const accounts = getIsolate(env).gen.accounts as Map<string, GenAccount>;
    accounts.set("acme", new GenAccount("acme", ["gen_pat_acme"], () => {}));
    try {
      await tick();
      await spend(["j3"], { account: "acme" });
      take(50, "j3");
      take(60, "outside3");
      await nextDay();

      expect(await listed()).toEqual([60]);
      expect((await ledger().checkedAccounts()).map(({ account }) => account).sort()).toEqual(["acme", "default"]);
    } finally {
      accounts.delete("acme");
    }
  });

  it("misses nothing when a clock goes ahead and comes back", async () => {
    await tick();
    const now = Date.now();
    await tick(now + 400 * DAY_MS);
    take(50, "outside4");
    vi.setSystemTime(now);
    await nextDay();
    expect(await listed()).toEqual([50]);

    await tick(Date.now() + 3 * DAY_MS);
    take(55, "outside12");
    await nextDay();
    expect(await listed()).toEqual([55, 50]);

    gen.reads = () => Response.json(lines, { headers: { date: new Date().toUTCString() } });
    await tick(Date.now() + 3 * DAY_MS);
    take(60, "outside5");
    pass(2 * DAY_MS);
    await tick();
    await nextDay();
    expect(await listed()).toContain(60);
  });

  it("goes on where it was after days without a tick", async () => {
    await tick();
    take(50, "outside6");
    pass(5 * DAY_MS);
    take(60, "outside7");
    pass(5 * DAY_MS);
    await tick();

    expect(await listed()).toEqual([60, 50]);
  });
});

describe("an answer of GEN's that proves nothing", () => {
  const CASES: readonly [string, Behaviour, string][] = [
    ["is lost", lost, "No connection to GEN."],
    ["is an error", answers(503, { error: "busy" }), "GEN answers with 503."],
    ["refuses the key", answers(401, { error: "No.", error_code: "unauthorized" }), "GEN refuses the Worker's key."],
    [
      "is a page",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      "What answers is not GEN.",
    ],
    [
      "is no JSON",
      () => new Response('[{"id":1,"amo'),
      "GEN's list of credit transactions is not as GEN documents it.",
    ],
    ["is no list", answers(200, { transactions: [] }), "GEN's list of credit transactions is not as GEN documents it."],
    [
      "has one line of another form",
      () => Response.json([...lines, { ...lines[0], id: "x", is_incoming: "no" }]),
      "GEN's list of credit transactions is not as GEN documents it.",
    ],
    [
      "breaks off",
      () => {
        const parts = [JSON.stringify(lines).slice(0, 40)];
        const pull = (controller: ReadableStreamDefaultController) => {
          const part = parts.shift();
          if (part === undefined) controller.error(new Error("Network connection lost."));
          else controller.enqueue(new TextEncoder().encode(part));
        };
        return new Response(new ReadableStream({ pull }), { headers: { "content-type": "application/json" } });
      },
      "GEN's answer breaks off.",
    ],
  ];

  it.each(CASES)("changes nothing when it %s, and is asked for again in an hour", async (_, behave, failed) => {
    await tick();
    const since = (await stands())?.checkedTo;
    take(50, "outside");
    gen.reads = behave;
    await nextDay();
    expect(await stands()).toMatchObject({ checkedTo: since, failed });
    expect(await listed()).toEqual([]);

    gen.reads = whole;
    pass(30 * MINUTE_MS);
    await tick();
    expect(await listed()).toEqual([]);
    pass(30 * MINUTE_MS);
    heal();
    await tick();
    expect(await listed()).toEqual([50]);
    expect(await stands()).toMatchObject({ failed: null, checkedTo: Date.now() - HOUR_MS });
  });

  it("is the one of a check whose machine died: it is made again in an hour", async () => {
    await tick();
    take(50, "outside8");
    gen.reads = () => new Promise(() => {});
    pass(DAY_MS);
    void tick();
    await expect.poll(async () => (await stands())?.failed).not.toBeNull();
    gen.reads = whole;
    pass(HOUR_MS);
    await tick();

    expect(await listed()).toEqual([50]);
  });
});

describe("GEN's list", () => {
  it("is read in pages, back to what was checked", async () => {
    for (let n = 0; n < 30; n += 1) take(1, `old${n}`);
    gen.reads = inPages(10);
    pass(2 * HOUR_MS);
    await tick();
    for (let n = 0; n < 25; n += 1) take(2, `page${n}`);
    const before = asked();
    await nextDay();

    expect(await listed()).toHaveLength(25);
    expect(asked() - before).toBe(3);
  });

  it("is read further at the next ticks when it is long", async () => {
    gen.reads = inPages(5);
    take(1, "older");
    pass(2 * HOUR_MS);
    await tick();
    for (let n = 0; n < 120; n += 1) take(2, `long${n}`);
    await nextDay();
    expect(await stands()).toMatchObject({ unknown: 50, failed: null, checkedTo: Date.now() - DAY_MS });
    expect(told).toEqual([]);

    for (let n = 0; n < 2; n += 1) {
      pass(5 * MINUTE_MS);
      take(3, `meanwhile${n}`);
      await tick();
    }
    await runDurableObjectAlarm(ledger());
    expect(await stands()).toMatchObject({ unknown: 120, checkedTo: Date.now() - HOUR_MS - 10 * MINUTE_MS });
    expect(told).toMatchObject([{ count: 120, credits: 240 }]);
    await nextDay();
    expect(await stands()).toMatchObject({ unknown: 122 });
  });

  it("may end where its second page is refused, or comes again", async () => {
    gen.reads = ({ search }) =>
      search === ""
        ? Response.json(lines)
        : Response.json({ error: "No.", error_code: "validation_error" }, { status: 422 });
    await tick();
    take(50, "outside9");
    await nextDay();
    expect(await stands()).toMatchObject({ unknown: 1, failed: null });
  });

  it("is not trusted to be whole when it ends before what GEN has shown earlier", async () => {
    take(1, "older2");
    pass(MINUTE_MS);
    await tick();
    for (let n = 0; n < 5; n += 1) take(2, `newest${n}`);
    gen.reads = () => Response.json(lines.slice(0, 3));
    const since = Date.now();
    await nextDay();

    expect(await stands()).toMatchObject({ unknown: 3, checkedTo: since });
    expect((await stands())?.failed).toContain("does not reach back");
    gen.reads = whole;
    pass(HOUR_MS);
    await tick();
    expect(await stands()).toMatchObject({ unknown: 5, failed: null });
  });

  it("begins anew with another key, which may be of another workspace", async () => {
    const accounts = getIsolate(env).gen.accounts as Map<string, GenAccount>;
    const account = accounts.get("default") as GenAccount;
    take(1, "older3");
    pass(MINUTE_MS);
    await tick();
    lines = [];
    take(2, "of-the-new-workspace");
    accounts.set("default", new GenAccount("default", ["gen_pat_other"], () => {}));
    try {
      await nextDay();
      expect(await stands()).toMatchObject({ unknown: 1, failed: null });
      for (let n = 0; n < 5; n += 1) take(2, `cut${n}`);
      gen.reads = () => Response.json(lines.slice(0, 3));
      await nextDay();
      expect((await stands())?.failed).toContain("does not reach back");
    } finally {
      accounts.set("default", account);
    }
  });

  it("may have the oldest first", async () => {
    await tick();
    for (let n = 0; n < 12; n += 1) take(2, `first${n}`);
    lines.reverse();
    gen.reads = inPages(5);
    await nextDay();

    expect(await stands()).toMatchObject({ unknown: 12, failed: null });
  });

  it("may be one answer of many thousand lines", async () => {
    await tick();
    await spend(["huge7"]);
    for (let n = 0; n < 2_000; n += 1) take(2, `huge${n}`);
    const at = new Date(Date.now() - 30 * DAY_MS).toISOString();
    const older = Array.from({ length: 10_000 }, (_, n) => ({ ...lines[0], id: `o${n}`, created_at: at }));
    gen.reads = () => Response.json([...lines, ...older]);
    await nextDay();

    expect(await stands()).toMatchObject({ unknown: 1_999, matched: 1, failed: null });
    expect(await ledger().countUnknown()).toBe(1_000);
  });

  it("may be too large: then it proves nothing", async () => {
    await tick();
    gen.reads = () => new Response("[".padEnd(17 * 1_024 * 1_024), { headers: { "content-type": "application/json" } });
    await nextDay();

    expect((await stands())?.failed).toBe("What answers is not GEN.");
  });

  it("may hold hostile texts: they are bounded, and hold no secret", async () => {
    await tick();
    const purpose = `${GEN_KEY} <script>alert(1)</script> =HYPERLINK("x") ${"x".repeat(10_000)}`;
    take(1, "h1", { id: "a'; DROP TABLE charges; --", purpose, source: { type: purpose, id: purpose.slice(0, 100) } });
    take(2, "h2", { id: 12345678901234567890n.toString(), source: { service: "\ud800", tool: 5, request_id: 9e15 } });
    take(3, "h3", { source: { __proto__: null, deep: { deep: {} } }, purpose: null });
    await nextDay();

    const unknown = await ledger().unknownTransactions(null, 10);
    expect(unknown.map(({ amount }) => amount).sort()).toEqual([1, 2, 3]);
    const text = JSON.stringify(unknown);
    expect(text).not.toContain(GEN_KEY);
    expect(text.length).toBeLessThan(2_500);
    expect(unknown.find(({ amount }) => amount === 2)?.source).toEqual({
      ...{ service: "\ufffd", tool: null, request_id: "9000000000000000" },
    });
  });

  it("may have times that are nowhere near: they move no check", async () => {
    await tick();
    take(50, "far1", { created_at: "9999-12-31T23:59:59Z" });
    take(60, "far2", { created_at: "1970-01-01T00:00:00Z" });
    take(70, "near");
    await nextDay();
    await nextDay();

    expect(await listed()).toEqual([70]);
    expect(await stands()).toMatchObject({ checkedTo: Date.now() - HOUR_MS });
  });
});

describe("a transaction of GEN's", () => {
  it("belongs to a charge without a job by amount and time, each to one", async () => {
    await tick();
    await spend([], { estimate: 35 });
    await spend([], { estimate: 35, account: "acme" });
    await spend([], { operation: "voice.samples" });
    const request = { service: "agent", tool: "research", request_id: "r1" };
    take(35, null, { source: request });
    take(35, null, { source: { ...request, request_id: "r2" } });
    take(35);
    take(90);
    pass(HOUR_MS);
    take(35);
    await nextDay();

    expect((await listed()).sort()).toEqual([35, 35, 90]);
    expect(await stands()).toMatchObject({ matched: 2 });
  });

  it("is never missed when it gives back, and what was bought is nobody's loss", async () => {
    await tick();
    take(50, "failed1");
    take(80, "settled1");
    pass(MINUTE_MS);
    giveBack(50, "failed1");
    giveBack(20, "settled1");
    lines.push(...lines.splice(1, 1));
    giveBack(1_200, null);
    take(1_200, null, { is_incoming: true, purpose: "purchase", source: { type: "CreditPurchase", id: 5 } });
    await nextDay();

    expect(await listed()).toEqual([60]);
  });

  it("of a lost call is off the list once its job is found", async () => {
    await tick();
    const charge = book();
    await ledger().close({ charge, state: "unknown", jobs: [] });
    take(50, "lost1");
    await nextDay();
    expect(await listed()).toEqual([50]);

    await ledger().close({ charge, state: "spent", jobs: [toJob("lost1")] });
    expect(await listed()).toEqual([]);
    await nextDay();
    expect(await stands()).toMatchObject({ matched: 1, unknown: 0 });
  });

  it("of a lost call is off the list once an operator says that it was charged", async () => {
    await tick();
    const charge = book({ operation: "agent.run" });
    await ledger().close({ charge, state: "unknown", jobs: [] });
    take(90, null, { source: { service: "agent", tool: "run", request_id: "lost2" } });
    pass(MINUTE_MS);
    take(60, "outside11");
    await nextDay();
    expect(await listed()).toEqual([60, 90]);

    await ledger().close({ charge, state: "spent", jobs: [] });
    expect(await listed()).toEqual([60]);
  });

  it("that was held for a call under way is listed when the call is found to be another", async () => {
    await tick();
    const charge = book({ estimate: 50 });
    await ledger().reserve(charge, []);
    take(50, "other1");
    await nextDay();
    expect(await listed()).toEqual([]);

    take(50, "own1");
    await ledger().close({ charge, state: "spent", jobs: [toJob("own1")] });
    expect(await listed()).toEqual([50]);
    await nextDay();
    expect(await stands()).toMatchObject({ matched: 1, unknown: 1 });
  });

  it("at the month's turn belongs to a charge of the month before, or to its own month", async () => {
    const now = new Date();
    const turn = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
    vi.setSystemTime(turn - 12 * HOUR_MS);
    await tick();
    vi.setSystemTime(turn - 1_000);
    const charge = await spend(["turn1"], { estimate: 100 });
    await spend([], { estimate: 35 });
    take(100, "turn1");
    vi.setSystemTime(turn + 1_000);
    take(35);
    take(20, "turn1", { purpose: "settlement" });
    take(600, "outside10");
    await settle(charge, "turn1", { status: "completed", cost: 100 });
    vi.setSystemTime(turn + 12 * HOUR_MS);
    await tick();

    expect(await listed(turn - 1)).toEqual([]);
    expect(await listed(turn)).toEqual([600]);
    expect(await spent(charge)).toBe(120);
    expect((await ledgerOf(turn - 1).checkedAccounts())[0]).toMatchObject({
      checkedTo: turn + 11 * HOUR_MS,
      matched: 3,
    });
  });
});

describe("a job that has cost something else by GEN's transactions", () => {
  it("corrects its charge, and the budgets with it", async () => {
    await tick();
    const client = "corrected";
    const budget = { of: "client", name: client, unit: "credits", per: "month", limit: 1_000 } as const;
    const charge = book({ clientId: client, estimate: 100 });
    await ledger().reserve(charge, [budget]);
    await ledger().close({ charge, state: "spent", jobs: [toJob("dear1")] });
    take(100, "dear1");
    pass(MINUTE_MS);
    take(30, "dear1", { purpose: "settlement" });
    await settle(charge, "dear1", { status: "completed", cost: 100 });
    expect(await spent(charge)).toBe(100);
    await nextDay();

    expect(await spent(charge)).toBe(130);
    const next = book({ clientId: client, estimate: 871 });
    expect(await ledger().reserve(next, [budget])).toMatchObject({ kind: "denied", shortage: { left: 870 } });
  });

  it("has the cost that GEN did not say", async () => {
    await tick();
    const charge = await spend(["run1"]);
    take(90, null, { source: { service: "agent", tool: "agent.run", request_id: "run1" } });
    await settle(charge, "run1", { status: "completed", cost: null });
    await nextDay();

    expect(await spent(charge)).toBe(90);
  });

  it("is compared only when all that follows its end is certain to be there", async () => {
    await tick();
    const charge = await spend(["slow1"], { estimate: 100 });
    take(100, "slow1");
    pass(DAY_MS - MINUTE_MS);
    giveBack(100, "slow1");
    await settle(charge, "slow1", { status: "failed", cost: 0 });
    pass(MINUTE_MS);
    await tick();
    expect(await spent(charge)).toBe(0);

    await nextDay();
    expect(await spent(charge)).toBe(0);
    expect(await listed()).toEqual([]);
  });

  it("is charged anew when it goes on after a stop, each charge for itself", async () => {
    await tick();
    const first = await spend(["again1"], { estimate: 40 });
    take(40, "again1");
    pass(MINUTE_MS);
    giveBack(40, "again1");
    await settle(first, "again1", { status: "stopped", cost: 0 });
    pass(MINUTE_MS);
    const second = await spend(["again1"], { estimate: 40 });
    take(40, "again1");
    take(5, "again1", { purpose: "settlement" });
    await settle(second, "again1", { status: "completed", cost: 40 });
    await nextDay();

    expect([await spent(first), await spent(second)]).toEqual([0, 45]);
  });

  it("stays as it is while GEN's list is not known to be whole", async () => {
    take(1, "older3");
    pass(MINUTE_MS);
    await tick();
    const charge = await spend(["part1"], { estimate: 100 });
    take(100, "part1");
    take(30, "part1", { purpose: "settlement" });
    await settle(charge, "part1", { status: "completed", cost: 130 });
    gen.reads = () => Response.json(lines.slice(0, 1));
    await nextDay();
    expect(await spent(charge)).toBe(130);

    gen.reads = whole;
    pass(HOUR_MS);
    await tick();
    expect(await spent(charge)).toBe(130);
  });
});

describe("what is unknown", () => {
  it("is acknowledged with all that GEN takes for the same job, and stays so", async () => {
    await tick();
    take(50, "known1");
    take(60, "else1");
    await nextDay();
    const [, known] = await ledger().unknownTransactions(null, 10);
    const first = await ledger().acknowledge(known?.number ?? 0);
    expect(first).toMatchObject({ amount: 50, acknowledgedAt: Date.now() });
    pass(MINUTE_MS);
    expect(await ledger().acknowledge(known?.number ?? 0)).toEqual(first);
    expect(await ledger().acknowledge(999)).toBeNull();
    take(5, "known1", { purpose: "settlement" });
    await nextDay();

    expect(await listed()).toEqual([60]);
  });

  it("is told by the next machine when this one could not", async () => {
    await tick();
    take(50, "untold1");
    const tell = vi.spyOn(getIsolate(env), "tellMismatch" as never) as unknown as ReturnType<typeof vi.fn>;
    tell.mockRejectedValueOnce(new Error("overloaded"));
    await nextDay();
    await runDurableObjectAlarm(ledger());
    await evictDurableObject(ledger() as never);
    pass(30_000);
    await runDurableObjectAlarm(ledger());

    expect(told).toHaveLength(1);
  });
});
