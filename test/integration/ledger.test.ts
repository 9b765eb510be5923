import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getIsolate } from "../../src/isolate.ts";
import { type Budget, toAccountName } from "../../src/money/budget.ts";
import { hasUntold, listUntold, readUse } from "../../src/money/ledger/budget-table.ts";
import type { Charge } from "../../src/money/ledger/charge.ts";
import { Ledger } from "../../src/money/ledger/ledger.ts";
import { readSums } from "../../src/money/ledger/sum-table.ts";
import { toDay, toMonth, toPeriod } from "../../src/money/period.ts";
import { createWorld, DAY_MS, pass, readAlarm } from "./world.ts";

let end: () => void;
let told: { holder: string; percent: number; used: number }[];

beforeEach(() => {
  ({ end } = createWorld());
  told = [];
  const isolate = getIsolate(env) as { tellReached: (reached: Reached) => Promise<void> };
  vi.spyOn(isolate, "tellReached").mockImplementation(async ({ of, name, percent, used }) => {
    told.push({ holder: `${of}:${name}`, percent, used });
  });
});

afterEach(() => end());

type Reached = Parameters<ReturnType<typeof getIsolate>["tellReached"]>[0];

const ledger = (at = Date.now()) => env.LEDGER.getByName(toMonth(at));
const day = () => toDay(Date.now());
const CLIENT = { of: "client", name: "web" } as const;
const TAG = { of: "tag", name: "customer-17" } as const;
const ALL = { of: "all", name: "" } as const;

const credits = (limit: number, holder: Pick<Budget, "of" | "name"> = CLIENT, per: Budget["per"] = "day"): Budget => {
  return { ...holder, unit: "credits", per, limit };
};
const calls = (limit: number, holder: Pick<Budget, "of" | "name"> = CLIENT): Budget => {
  return { ...holder, unit: "calls", per: "day", limit };
};

let ids = 0;

function createCharge(change: Partial<Charge> = {}): Charge {
  ids += 1;
  return {
    callId: `call${ids}`,
    epoch: 0,
    at: Date.now(),
    clientId: "web",
    account: "default",
    tag: null,
    agentId: "42",
    pipeline: null,
    runId: null,
    operation: "cells.generate",
    type: "text",
    calls: 1,
    estimate: 100,
    ...change,
  };
}

async function reserve(budgets: readonly Budget[], change: Partial<Charge> = {}) {
  const charge = createCharge(change);
  return { charge, reserved: await ledger(charge.at).reserve(charge, budgets) };
}

const spend = (charge: Charge, ...jobs: string[]) => {
  return ledger(charge.at).close({ charge, state: "spent", jobs: jobs.map(toJob) });
};
const release = (charge: Charge) => ledger(charge.at).close({ charge, state: "released", jobs: [] });
const complete = (charge: Charge, id: string, cost: number | null) => {
  return ledger(charge.at).settle(charge, toJob(id), { status: "completed", cost });
};
const toJob = (id: string) => ({ kind: "generation", id });

async function readCredits(holder: Pick<Budget, "of" | "name"> = CLIENT, period = day()) {
  const { reserved, spent, givenBack, failed } = await ledger().sums(holder, period);
  return { reserved, spent, givenBack, failed };
}

describe("a reservation", () => {
  it("is in all of its budgets, or, when one of them has too little left, in none", async () => {
    const budgets = [credits(1_000), credits(150, TAG), calls(10, ALL)];
    expect((await reserve(budgets, { tag: TAG.name })).reserved).toEqual({
      kind: "reserved",
      left: { client: 900, tag: 50 },
    });
    expect((await reserve(budgets, { tag: TAG.name })).reserved).toEqual({
      kind: "denied",
      left: { client: 900, tag: 50 },
      shortage: { ...credits(150, TAG), left: 50, renewsAt: Math.ceil(Date.now() / DAY_MS + 1e-9) * DAY_MS },
    });
    expect(await readCredits()).toMatchObject({ reserved: 100 });
    expect(await ledger().sums(ALL, day())).toMatchObject({ reservedCalls: 1 });
  });

  it("leaves nothing behind when it is denied", async () => {
    await reserve([credits(99)]);
    const rows = await runInDurableObject(ledger(), (_, { storage: { sql } }) => {
      return ["charges", "jobs", "sums", "budgets"].map((table) => sql.exec(`SELECT * FROM ${table}`).toArray());
    });
    expect(rows).toEqual([[], [], [], []]);
  });

  it("counts once, however often it is repeated", async () => {
    const { charge } = await reserve([credits(150)]);
    expect(await ledger().reserve(charge, [credits(150)])).toMatchObject({ kind: "reserved" });
    await spend(charge, "1");
    await spend(charge, "1");
    expect(await ledger().reserve(charge, [credits(150)])).toMatchObject({ kind: "reserved" });
    expect(await readCredits()).toMatchObject({ reserved: 0, spent: 100 });
  });

  it("is given back when nothing was charged, and can be made again under the same epoch", async () => {
    const { charge } = await reserve([credits(100)]);
    await release(charge);
    expect(await readCredits()).toMatchObject({ reserved: 0, spent: 0 });
    expect(await ledger().reserve({ ...charge, at: charge.at + 1 }, [credits(100)])).toMatchObject({
      kind: "reserved",
    });
  });

  it("is not given back by a late word on an earlier reservation of the same epoch", async () => {
    const { charge } = await reserve([credits(100)]);
    const again = { ...charge, at: charge.at + 1 };
    await ledger().reserve(again, [credits(100)]);
    await release(charge);
    expect(await readCredits()).toMatchObject({ reserved: 100 });
  });

  it("is not given back by a late word on an earlier one that a faster clock has booked", async () => {
    pass(1_000);
    const { charge } = await reserve([credits(100)]);
    await ledger().reserve({ ...charge, at: charge.at - 1 }, [credits(100)]);
    await release(charge);
    expect(await readCredits()).toMatchObject({ reserved: 100 });
  });

  it("that several budgets have no room for is denied by the one that begins anew the latest", async () => {
    const budgets = [credits(50), credits(50, TAG, "month"), calls(0, ALL)];
    expect((await reserve(budgets, { tag: TAG.name })).reserved).toMatchObject({
      kind: "denied",
      shortage: { of: "tag", per: "month" },
    });
  });

  it("moves to the day on which it was made again", async () => {
    const { charge } = await reserve([credits(100)]);
    pass(DAY_MS);
    await ledger().reserve({ ...charge, at: Date.now() }, [credits(100)]);
    expect(await readCredits()).toMatchObject({ reserved: 100 });
    expect(await readCredits(CLIENT, toDay(charge.at))).toMatchObject({ reserved: 0 });
  });

  it("that is made again under the same epoch must find room anew: on another day, for another tag, or dearer", async () => {
    const [{ charge }, { charge: retagged }, { charge: dearer }] = [
      await reserve([credits(100, ALL)]),
      await reserve([credits(100, TAG)], { tag: "customer-18" }),
      await reserve([credits(200)]),
    ];
    pass(DAY_MS);
    const again = (of: Charge, change: Partial<Charge>, budget: Budget) =>
      ledger().reserve({ ...of, at: Date.now(), ...change }, [budget]);
    await reserve([credits(100, ALL)]);
    expect((await again(charge, {}, credits(100, ALL))).kind).toBe("denied");
    await reserve([credits(100, TAG)], { tag: TAG.name });
    expect((await again(retagged, { tag: TAG.name }, credits(100, TAG))).kind).toBe("denied");
    expect((await again(dearer, { estimate: 900 }, credits(1_000))).kind).toBe("denied");
    expect(await ledger().sums(ALL, toMonth(Date.now()))).toMatchObject({ reservedCalls: 2, reserved: 200 });
  });

  it("of fractions of credits fits to the millionth", async () => {
    for (let n = 0; n < 10; n += 1)
      expect((await reserve([credits(1)], { estimate: 0.1 })).reserved.kind).toBe("reserved");
    expect((await reserve([credits(1)], { estimate: 0.000_001 })).reserved.kind).toBe("denied");
    expect((await reserve([credits(1)], { estimate: 0 })).reserved.kind).toBe("reserved");
  });

  const BUDGETS = [credits(1_000), credits(1_000, ALL, "month"), calls(400, ALL)];
  const createCharges = (length: number) => Array.from({ length }, (_, n) => createCharge({ estimate: (n % 7) + 1 }));

  async function expectExact(charges: readonly Charge[], kinds: readonly string[]): Promise<void> {
    const made = charges.filter((_, index) => kinds[index] === "reserved");
    const reserved = made.reduce((sum, { estimate }) => sum + (estimate ?? 0), 0);
    expect(reserved).toBeLessThanOrEqual(1_000);
    expect(reserved).toBeGreaterThan(990);
    expect(await readCredits()).toMatchObject({ reserved });
    expect(await ledger().sums(ALL, toMonth(Date.now()))).toMatchObject({ reservedCalls: made.length, reserved });
  }

  it("is one of at most 1,000 credits together when 10,000 come at once", async () => {
    const charges = createCharges(10_000);
    const results = await Promise.all(charges.map((charge) => ledger().reserve(charge, BUDGETS)));
    await expectExact(
      charges,
      results.map(({ kind }) => kind),
    );
  });

  it("is lost or kept, and asked again counts once, when the machine dies while many come at once", async () => {
    const { reserve: original } = Ledger.prototype;
    let asked = 0;
    let cut = 0;
    vi.spyOn(Ledger.prototype, "reserve").mockImplementation(async function (this: Ledger, ...given) {
      const reserved = await original.apply(this, given);
      asked += 1;
      if (DEATHS.includes(asked)) (this as unknown as { ctx: DurableObjectState }).ctx.abort("The machine died.");
      return reserved;
    });
    // What is cut off is asked again, as a call's object does.
    const ask = async (charge: Charge): Promise<string> => {
      const reserved = await ledger()
        .reserve(charge, BUDGETS)
        .catch(() => null);
      if (reserved !== null) return reserved.kind;
      cut += 1;
      return ask(charge);
    };
    const charges = createCharges(400);
    await expectExact(charges, await Promise.all(charges.map(ask)));
    expect(cut).toBeGreaterThan(DEATHS.length);
  });

  /** The numbers of the reservations after which the machine dies. */
  const DEATHS = [60, 500, 700];
});

describe("a charge", () => {
  it("counts for its estimate until all of its jobs have ended, and then for what they have cost", async () => {
    const { charge } = await reserve([credits(200)], { calls: 2 });
    await spend(charge, "1", "2");
    await complete(charge, "1", 30);
    expect(await readCredits()).toMatchObject({ spent: 100 });
    await complete(charge, "2", 120);
    expect(await readCredits()).toMatchObject({ spent: 150, givenBack: 0 });
    // What turned out dearer is seen at the next call.
    expect((await reserve([credits(200)])).reserved).toMatchObject({ kind: "denied", shortage: { left: 50 } });
  });

  it("counts for its share of the estimate where GEN does not say what a job has cost", async () => {
    const { charge } = await reserve([credits(200)], { calls: 2 });
    await spend(charge, "1", "2");
    await complete(charge, "1", 30);
    await complete(charge, "2", null);
    expect(await readCredits()).toMatchObject({ spent: 80 });
  });

  it.each(["failed", "stopped"] as const)("is given back when its job has %s", async (status) => {
    const { charge } = await reserve([credits(100)]);
    await spend(charge, "1");
    await ledger().settle(charge, toJob("1"), { status, cost: 0 });
    expect(await readCredits()).toEqual({ reserved: 0, spent: 0, givenBack: 100, failed: 1 });
    expect((await reserve([credits(100)])).reserved.kind).toBe("reserved");
  });

  it("is the same whatever comes first: the word on the call, or the ends of its jobs, each once or twice", async () => {
    const { charge } = await reserve([credits(1_000)]);
    await complete(charge, "1", 30);
    await complete(charge, "1", 30);
    expect(await readCredits()).toMatchObject({ reserved: 100, spent: 0 });
    await spend(charge, "1", "2");
    await complete(charge, "2", 5);
    await spend(charge, "1", "2");
    expect(await readCredits()).toMatchObject({ reserved: 0, spent: 35 });

    const unasked = createCharge({ estimate: null });
    await complete(unasked, "3", 40);
    await spend(unasked, "3");
    expect(await readCredits()).toMatchObject({ spent: 75 });
  });

  it("of unknown outcome counts as spent until a person says that it was not", async () => {
    const { charge } = await reserve([credits(100)]);
    await ledger().close({ charge, state: "unknown", jobs: [] });
    expect(await readCredits()).toMatchObject({ spent: 100 });
    await release(charge);
    expect(await readCredits()).toMatchObject({ spent: 0 });
  });

  it("that was never reserved and was not made leaves no row", async () => {
    await release(createCharge());
    expect(await readAlarm(ledger())).toBeNull();
  });
});

describe("a budget", () => {
  it("that is set in the middle of its period counts what was spent before", async () => {
    for (let n = 0; n < 3; n += 1) await spend(createCharge({ tag: TAG.name }), `${n}`);
    const budget = credits(350, TAG, "month");
    expect((await reserve([budget], { tag: TAG.name })).reserved).toMatchObject({ shortage: { left: 50 } });
  });

  it("reads a few rows, however many tags have spent: at its first reservation, and while none of them was told", async () => {
    await reserve([credits(1_000)]);
    const rowsRead = (work: (sql: SqlStorage) => void) =>
      runInDurableObject(ledger(), (_, { storage: { sql } }) => {
        let read = 0;
        const counted = {
          exec: (...given: Parameters<SqlStorage["exec"]>) => {
            const cursor = sql.exec(...given);
            const rows = cursor.toArray();
            read += cursor.rowsRead;
            return { toArray: () => rows, one: () => rows[0] };
          },
        };
        work(counted as unknown as SqlStorage);
        return read;
      });
    await runInDurableObject(ledger(), (_, { storage: { sql } }) => {
      const numbers = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)";
      const row = "?, 'web', 'default', 'tag-' || n, '42', '', 'cells.generate', 'text', 0, 1, 0, 20, 0, 0, 0";
      sql.exec(`${numbers} INSERT INTO sums SELECT ${row} FROM n`, day());
      sql.exec(`${numbers} INSERT INTO budgets SELECT ?, 'tag:tag-' || n, 'credits', 20, 20, 100, 0 FROM n`, day());
    });
    for (const per of ["day", "month"] as const) {
      const holder = { of: "tag", name: "tag-77777" } as const;
      const budget = credits(100, holder, per);
      expect(await rowsRead((sql) => readSums(sql, holder, toPeriod(per, Date.now())))).toBeLessThan(10);
      expect(await rowsRead((sql) => readUse(sql, budget, Date.now()))).toBeLessThan(10);
    }
    expect(await rowsRead((sql) => hasUntold(sql))).toBeLessThan(10);
    expect(await rowsRead((sql) => listUntold(sql))).toBeLessThan(1_000);
    const { charge } = await reserve([credits(100, { of: "tag", name: "new" }, "month")], { tag: "new" });
    await spend(charge, "1");
  });

  it("begins anew with the day, and one of a month with the month", async () => {
    vi.setSystemTime(Date.UTC(2200, 0, 30, 23));
    const budgets = [credits(100), credits(250, CLIENT, "month")];
    const kinds: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      kinds.push((await reserve(budgets)).reserved.kind, (await reserve(budgets)).reserved.kind);
      pass(DAY_MS);
    }
    // 30 January, 31 January, 1 February.
    expect(kinds).toEqual(["reserved", "denied", "reserved", "denied", "reserved", "denied"]);
    expect((await reserve([credits(250, CLIENT, "month")])).reserved).toMatchObject({ left: { client: 50 } });
  });

  it("says when a month begins anew", async () => {
    vi.setSystemTime(Date.UTC(2200, 11, 31, 23, 59));
    const { reserved } = await reserve([credits(50, CLIENT, "month")]);
    expect(reserved).toMatchObject({ shortage: { renewsAt: Date.UTC(2201, 0, 1) } });
  });

  it("holds when the clock jumps back and forth: each charge stays in the day and month of its booking", async () => {
    vi.setSystemTime(Date.UTC(2210, 2, 31, 23, 59, 59));
    const { charge } = await reserve([credits(100, CLIENT, "month")]);
    pass(2_000);
    expect((await reserve([credits(100, CLIENT, "month")])).reserved.kind).toBe("reserved");
    pass(-2_000);
    await spend(charge, "1");
    expect((await reserve([credits(100, CLIENT, "month")])).reserved.kind).toBe("denied");
    expect(await readCredits()).toMatchObject({ reserved: 0, spent: 100 });
  });

  it("is told at 80 % and at 100 %, once each", async () => {
    const budgets = [credits(1_000)];
    for (let n = 0; n < 7; n += 1) await spend((await reserve(budgets)).charge, `${n}`);
    await alarm();
    expect(told).toEqual([]);
    const { charge } = await reserve(budgets);
    await alarm();
    await release(charge);
    await reserve(budgets);
    await alarm();
    expect(told).toEqual([{ holder: "client:web", percent: 80, used: 800 }]);
    for (let n = 0; n < 3; n += 1) await reserve(budgets);
    await alarm();
    expect(told.slice(1)).toEqual([{ holder: "client:web", percent: 100, used: 1_000 }]);
  });

  it("is told of at 100 % when a call is denied because too little is left", async () => {
    await reserve([credits(1_000)], { estimate: 900 });
    await reserve([credits(1_000)], { estimate: 101 });
    await alarm();
    expect(told.map(({ percent }) => percent)).toEqual([80, 100]);
  });

  it("is told of at both shares, though one charge reaches both, or the second before the first was told", async () => {
    await reserve([credits(100), calls(10)]);
    for (let n = 0; n < 9; n += 1) await reserve([calls(10)]);
    await alarm();
    expect(told.map(({ percent, used }) => [percent, used])).toEqual([
      [80, 10],
      [100, 10],
      [80, 1_000],
      [100, 1_000],
    ]);
  });

  it("is told at exactly its shares, though fractions of credits add up to a trace less", async () => {
    const seen: (readonly [number, number])[] = [];
    for (let n = 1; n <= 10; n += 1) {
      await reserve([credits(1)], { estimate: 0.1 });
      await alarm();
      seen.push(...told.splice(0).map(({ percent, used }) => [percent, used] as const));
    }
    expect(seen).toEqual([
      [80, 0.8],
      [100, 1],
    ]);
  });

  it("that is set, or lowered, below what is used is told of and listed with the first call that it denies", async () => {
    await reserve([credits(1_000)], { tag: TAG.name, estimate: 500 });
    for (let n = 0; n < 2; n += 1) await reserve([credits(400), credits(510, TAG, "month")], { tag: TAG.name });
    await alarm();
    expect(told.map(({ holder, percent }) => [holder, percent]).sort()).toEqual([
      ["client:web", 100],
      ["client:web", 80],
      ["tag:customer-17", 100],
      ["tag:customer-17", 80],
    ]);
    const listed = await ledger().budgets({ periods: [day(), toMonth(Date.now())], of: null, name: null, limit: 10 });
    expect(listed.map(({ of, used, limit }) => [of, used, limit])).toEqual([
      ["client", 500, 400],
      ["tag", 500, 510],
    ]);
  });

  it("is not told of when a call that is dearer than all of it is denied", async () => {
    await reserve([credits(1_000)]);
    await reserve([credits(1_000)], { estimate: 2_000 });
    await alarm();
    expect(told).toEqual([]);
  });

  it("is told anew when its limit was raised, and of what turned out dearer", async () => {
    const { charge } = await reserve([credits(100)]);
    await alarm();
    await reserve([credits(1_000)], { estimate: 1 });
    await spend(charge, "1");
    await complete(charge, "1", 900);
    await alarm();
    expect(told.map(({ percent }) => percent)).toEqual([80, 100, 80]);
  });

  it("is told of later when that could not be stored, and told once", async () => {
    vi.spyOn(getIsolate(env), "tellReached").mockRejectedValueOnce(new Error("overloaded"));
    await reserve([credits(100)]);
    await expect(alarm()).rejects.toThrow("overloaded");
    expect(await readAlarm(ledger())).toBe(30_000);
    await alarm();
    await alarm();
    expect(told.map(({ percent }) => percent)).toEqual([80, 100]);
  });

  it("is listed once something was booked in it, nearest to its end first, and by kind and name", async () => {
    const other = { ...TAG, name: "customer-18" };
    await reserve([credits(1_000), credits(200, TAG), calls(10, ALL)], { tag: TAG.name });
    await reserve([credits(1_000), credits(150, other), credits(150, ALL, "month")], { tag: other.name, estimate: 40 });
    const list = async (change: Partial<Parameters<ReturnType<typeof ledger>["budgets"]>[0]> = {}) => {
      const query = { periods: [day(), toMonth(Date.now())], of: null, name: null, limit: 10, ...change };
      const budgets = await ledger().budgets(query);
      return budgets.map(({ of, name, unit, period, used, limit }) => [of, name, unit, period.length, used, limit]);
    };
    expect(await list()).toEqual([
      ["all", "", "credits", 7, 140, 150],
      ["tag", "customer-17", "credits", 10, 100, 200],
      ["tag", "customer-18", "credits", 10, 40, 150],
      ["all", "", "calls", 10, 2, 10],
      ["client", "web", "credits", 10, 140, 1_000],
    ]);
    expect(await list({ of: "tag", limit: 1 })).toEqual([["tag", "customer-17", "credits", 10, 100, 200]]);
    expect(await list({ of: "tag", name: "customer-1" })).toEqual([]);
    expect(await list({ of: "tag", name: "customer-18" })).toHaveLength(1);
    expect(await list({ periods: [toDay(Date.now() - DAY_MS)] })).toEqual([]);
  });

  const alarm = () => runDurableObjectAlarm(ledger());
});

describe("the day of the update", () => {
  const TABLE = `CREATE TABLE charges (call TEXT NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL,
    credits REAL NOT NULL, calls INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (call, epoch));`;
  const account = () => env.ACCOUNTS.getByName(toAccountName("web", day()));

  const open = () =>
    runInDurableObject(account(), (_, { storage: { sql } }) => {
      sql.exec(TABLE);
      sql.exec("INSERT INTO charges VALUES ('a', 0, 'spent', 60, 2), ('b', 0, 'reserved', 30, 1)");
    });

  it("counts what the account of an earlier version holds, and what ends there is free again", async () => {
    await open();
    expect((await reserve([credits(150)])).reserved).toMatchObject({ kind: "denied", shortage: { left: 60 } });
    expect((await reserve([calls(3)])).reserved.kind).toBe("denied");
    await account().release({ callId: "b", epoch: 0 });
    expect((await reserve([credits(160), calls(3)])).reserved).toEqual({ kind: "reserved", left: { client: 0 } });
  });

  it("counts it for a client's day alone, and the next day has a new budget", async () => {
    await open();
    const budgets = [credits(100, ALL), credits(100, CLIENT, "month")];
    expect((await reserve(budgets)).reserved.kind).toBe("reserved");
    pass(DAY_MS);
    await open();
    expect((await reserve([credits(100)])).reserved.kind).toBe("reserved");
  });

  it("counts the calls of an account that was made when each counted as one", async () => {
    await runInDurableObject(account(), (_, { storage: { sql } }) => {
      sql.exec(TABLE.replace("calls INTEGER NOT NULL DEFAULT 1, ", ""));
      sql.exec("INSERT INTO charges VALUES ('a', 0, 'spent', 0)");
    });
    expect((await reserve([calls(1)])).reserved.kind).toBe("denied");
  });
});

it("a month is kept for 13 months, and late words on it change nothing then", async () => {
  vi.setSystemTime(Date.UTC(2220, 4, 5));
  const { charge } = await reserve([credits(100)]);
  expect((await readAlarm(ledger())) ?? 0).toBe(0);
  await runDurableObjectAlarm(ledger());
  const month = ledger();
  expect(await readAlarm(month)).toBe(Date.UTC(2221, 6, 1) - Date.now());
  vi.setSystemTime(Date.UTC(2221, 6, 1));
  await runDurableObjectAlarm(month);
  await spend(charge, "1");
  expect(await month.sums(CLIENT, toDay(charge.at))).toMatchObject({ spent: 0, reserved: 0 });
  expect(await readAlarm(month)).toBeNull();
});
