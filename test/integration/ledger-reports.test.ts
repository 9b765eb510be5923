/** Reports over months, by a clock that a test moves, and how many rows they read. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { getIsolate } from "../../src/isolate.ts";
import type { Charge, JobEnd, Standing } from "../../src/money/ledger/charge.ts";
import { readCharges, readReport } from "../../src/money/ledger/months.ts";
import type { ChargeQuery, Grouping } from "../../src/money/ledger/query.ts";
import { toMonth } from "../../src/money/period.ts";
import { createWorld, DAY_MS, pass } from "./world.ts";

let end: () => void;
/** Each test has years of its own: ledgers outlive tests. */
let year = 2200;

beforeEach(() => {
  ({ end } = createWorld());
  year += 3;
  pass(Date.UTC(year, 5, 1, 12) - Date.now());
});

afterEach(() => end());

let calls = 0;

function createCharge(change: Partial<Charge> = {}): Charge {
  calls += 1;
  return {
    callId: String(calls).padStart(64, "0"),
    epoch: 0,
    at: Date.now(),
    clientId: "one",
    account: "default",
    tag: null,
    agentId: "42",
    pipeline: null,
    runId: null,
    operation: "cells.generate",
    type: "text",
    calls: 1,
    estimate: 10,
    ...change,
  };
}

const ledgerOf = (at: number) => env.LEDGER.getByName(toMonth(at));

async function close(charge: Charge, state: Standing["state"] = "spent", jobs: string[] = []): Promise<Charge> {
  const standing = { charge, state, jobs: jobs.map((id) => ({ kind: "generation", id })) };
  await ledgerOf(charge.at).close(standing);
  return charge;
}

const settle = ({ callId, epoch, at }: Charge, id: string, jobEnd: JobEnd) =>
  ledgerOf(at).settle({ callId, epoch, at }, { kind: "generation", id }, jobEnd);

const toDay = (at: number) => new Date(at).toISOString().slice(0, 10);

function report(by: Grouping, { from = Date.now(), to = Date.now(), ...filters } = {}) {
  return readReport(getIsolate(env).objects, { by, from: toDay(from), to: toDay(to), filters });
}

function list(change: Partial<ChargeQuery> = {}) {
  const days = { from: Date.now() - 400 * DAY_MS, before: Date.now() + DAY_MS };
  const query = { order: "time", filters: {}, state: null, ended: null, after: null, limit: 10, ...days } as const;
  return readCharges(getIsolate(env).objects, { ...query, ...change });
}

/** Follows a list to its end. */
async function listAll(change: Partial<ChargeQuery> = {}) {
  const ids: string[] = [];
  let after: ChargeQuery["after"] = null;
  do {
    const page = await list({ ...change, after });
    ids.push(...page.rows.map(({ callId }) => callId));
    after = page.next;
  } while (after !== null);
  return ids;
}

describe("a report", () => {
  it("adds up months, and nothing of a day outside", async () => {
    const today = Date.now();
    for (const [ago, estimate] of [
      [0, 1],
      [1, 2],
      [2, 4],
      [40, 8],
    ] as const)
      await close(createCharge({ at: today - ago * DAY_MS, tag: "a", estimate }));

    const all = await report("tag", { from: today - 40 * DAY_MS });
    expect(all?.groups).toMatchObject([{ key: "a", spent: 15, spentCalls: 4 }]);
    expect((await report("tag", { from: today - DAY_MS }))?.total).toMatchObject({ spent: 3 });
    const byDay = await report("day", { from: today - 2 * DAY_MS });
    expect(byDay?.groups.map(({ key, spent }) => [key, spent])).toEqual([
      [toDay(today - 2 * DAY_MS), 4],
      [toDay(today - DAY_MS), 2],
      [toDay(today), 1],
    ]);
  });

  it("counts a call for the day on which it was booked, though it settles in the next month", async () => {
    pass(30 * DAY_MS);
    const now = new Date();
    pass(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - 1_000 - now.getTime());
    const booked = createCharge({ tag: "turn", estimate: 10 });
    await ledgerOf(booked.at).reserve(booked, []);
    pass(2_000);
    await close(booked, "spent", ["7"]);
    await settle(booked, "7", { status: "completed", cost: 12 });

    expect(toMonth(Date.now())).not.toBe(toMonth(booked.at));
    expect((await report("tag"))?.groups).toEqual([]);
    expect((await report("day", { from: booked.at }))?.groups).toMatchObject([{ key: toDay(booked.at), spent: 12 }]);
    expect((await list()).rows).toMatchObject([{ callId: booked.callId, state: "spent", cost: 12, credits: 12 }]);
  });

  it("puts first what has spent the most, and holds only what all of the filters fit", async () => {
    await close(createCharge({ clientId: "one", tag: "a", type: "text", estimate: 5 }));
    await close(createCharge({ clientId: "two", tag: "a", type: "video_from_text", estimate: 50 }));
    await close(createCharge({ clientId: "two", tag: null, type: "text", estimate: 20 }));
    const keys = async (by: Grouping, filters = {}) =>
      (await report(by, filters))?.groups.map(({ key, spent }) => [key, spent]);

    expect(await keys("client")).toEqual([
      ["two", 70],
      ["one", 5],
    ]);
    expect(await keys("tag", { client: "two" })).toEqual([
      ["a", 50],
      ["", 20],
    ]);
    expect(await keys("type", { client: "two", tag: "a" })).toEqual([["video_from_text", 50]]);
    expect(await keys("operation", { account: "other" })).toEqual([]);
  });

  it("says what is under way, was given back, has failed, or has no price", async () => {
    const [reserved, failed, unpriced] = [
      createCharge({ estimate: 10, calls: 2 }),
      createCharge({ estimate: 30 }),
      createCharge({ estimate: null }),
    ];
    await ledgerOf(reserved.at).reserve(reserved, []);
    await close(failed, "spent", ["8"]);
    await settle(failed, "8", { status: "failed", cost: 0 });
    await close(unpriced);

    expect((await report("day"))?.total).toEqual({
      reservedCalls: 2,
      spentCalls: 2,
      reserved: 10,
      spent: 0,
      givenBack: 30,
      failed: 1,
      unpriced: 1,
    });
  });

  it("leaves out groups of which all was released", async () => {
    const charge = createCharge({ tag: "gone", estimate: 0.1 });
    for (const tag of ["gone", "gone", "here"]) {
      const each = createCharge({ tag, estimate: 0.7 });
      await ledgerOf(each.at).reserve(each, []);
      await close(each, tag === "here" ? "spent" : "released");
    }
    await ledgerOf(charge.at).reserve(charge, []);
    await close(charge, "released");
    expect((await report("tag"))?.groups.map(({ key }) => key)).toEqual(["here"]);
  });

  it("of months without charges is empty, and makes no ledger", async () => {
    expect(await report("day", { from: Date.now() - 300 * DAY_MS })).toMatchObject({ groups: [], total: { spent: 0 } });
    const tables = await runInDurableObject(ledgerOf(Date.now() - 200 * DAY_MS) as never, (_, { storage }) =>
      storage.sql.exec("SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'charges'").one(),
    );
    expect(tables).toEqual({ n: 0 });
  });
});

describe("the list of charges", () => {
  it("goes through months by time, each charge once, whatever the pages are", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      const charge = await close(createCharge({ at: Date.now() - Math.floor(n / 2) * 9 * DAY_MS }));
      ids.push(charge.callId);
    }
    const all = await listAll({ limit: 4 });
    expect([...all].sort()).toEqual([...ids].sort());
    const times = (await list({ limit: 1_000 })).rows.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it("goes through months by credits, the dearest first, also where many cost the same", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 24; n += 1) {
      const charge = await close(createCharge({ at: Date.now() - (n % 3) * 31 * DAY_MS, estimate: n % 4 }));
      ids.push(charge.callId);
    }
    expect([...(await listAll({ order: "credits", limit: 5 }))].sort()).toEqual([...ids].sort());
    const credits = (await list({ order: "credits", limit: 1_000 })).rows.map((row) => row.credits);
    expect(credits).toEqual([...credits].sort((a, b) => b - a));
  });

  it("holds the charges that the filters fit, with what they have started", async () => {
    const wanted = await close(createCharge({ clientId: "two", tag: "a", pipeline: "p", runId: "r" }), "spent", ["9"]);
    await settle(wanted, "9", { status: "stopped", cost: 0 });
    await close(createCharge({ clientId: "two" }));
    await close(createCharge(), "unknown");
    const ids = async (change: Partial<ChargeQuery>) => (await list(change)).rows.map(({ callId }) => callId);

    expect(await ids({ filters: { client: "two", tag: "a" } })).toEqual([wanted.callId]);
    expect(await ids({ filters: { pipeline: "p" } })).toEqual([wanted.callId]);
    expect(await ids({ ended: "stopped" })).toEqual([wanted.callId]);
    expect(await ids({ state: "unknown" })).toHaveLength(1);
    expect((await list({ ended: "stopped" })).rows).toMatchObject([
      { givenBack: 10, cost: 0, credits: 0, jobs: [{ kind: "generation", id: "9" }] },
    ]);
  });

  it("comes to its end when hardly a charge fits the filters", async () => {
    const { callId } = await close(createCharge({ tag: "rare" }));
    pass(1_000);
    const ledger = ledgerOf(Date.now());
    await runInDurableObject(ledger as never, (_, { storage }) => {
      for (let n = 0; n < 4_500; n += 1)
        storage.sql.exec(
          `INSERT INTO charges SELECT 'copy' || ?, epoch, at + ?, client, account, 'common', agent, pipeline, run,
            operation, type, calls, estimate, state, cost, given_back, ended, credits FROM charges WHERE call = ?`,
          n,
          1 + n,
          callId,
        );
    });
    const first = await list({ filters: { tag: "rare" } });
    expect(first.rows).toEqual([]);
    expect(first.next).not.toBeNull();
    expect(await listAll({ filters: { tag: "rare" } })).toEqual([callId]);
    expect(await listAll({ filters: { tag: "rare" }, order: "credits" })).toEqual([callId]);
  });

  it.each(["time", "credits"] as const)("by %s reads as few rows of a client as of all", async (order) => {
    for (let n = 0; n < 30; n += 1) await close(createCharge({ estimate: 100 + n }));
    await close(createCharge({ clientId: "few", at: Date.now() - 1, estimate: 1 }));
    const column = order === "time" ? "at" : "credits";
    const plan = await runInDurableObject(ledgerOf(Date.now()) as never, (_, { storage }) =>
      ["", "AND client = 'few'"].map((filter) =>
        storage.sql
          .exec(
            `EXPLAIN QUERY PLAN SELECT * FROM charges WHERE (${column}, call, epoch) < (9e15, '', 0) AND ${column} >= 0
              ${filter} ORDER BY ${column} DESC, call DESC, epoch DESC`,
          )
          .toArray()
          .map(({ detail }) => String(detail))
          .join("; "),
      ),
    );
    const names = {
      time: ["charges_by_time", "charges_by_client"],
      credits: ["charges_by_credits", "charges_by_client_credits"],
    };
    expect(plan).toEqual(names[order].map((name) => expect.stringMatching(new RegExp(`INDEX ${name} [^;]*$`))));
  });
});
