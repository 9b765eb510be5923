import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Rejected } from "../../src/webhooks/incoming/delivery.ts";
import { DeliveriesStore } from "../../src/webhooks/incoming/store.ts";
import { createWorld, DAY_MS, pass } from "./world.ts";

let end: () => void;
let tests = 0;

beforeEach(() => {
  ({ end } = createWorld());
  tests += 1;
});
afterEach(() => end());

const incoming = () => env.INCOMING.getByName(`incoming-${tests}`);
const rejected = (id: string, more: Partial<Rejected> = {}): Rejected => ({
  id,
  source: "github",
  deliveryId: id,
  eventType: null,
  pipeline: "one",
  at: Date.now(),
  issues: ["no"],
  body: new TextEncoder().encode("{}"),
  headers: {},
  ...more,
});
const accepted = (id: string, source = "github") => ({
  ...{ id, source, deliveryId: id, at: Date.now(), size: 2 },
  runs: [],
});
const count = (source: string) =>
  runInDurableObject(incoming(), (_, { storage }) =>
    Number(
      storage.sql.exec("SELECT COUNT(*) AS n FROM deliveries WHERE outcome = 'accepted' AND source = ?", source).one()
        .n,
    ),
  );
const list = (more: object = {}) => incoming().list({ before: null, limit: 100, outcome: null, source: null, ...more });

describe("the list of deliveries", () => {
  it("keeps the newest thousand that did not fit, each once, of each source and pipeline", async () => {
    for (let n = 1; n <= 1_002; n += 1) await incoming().reject(rejected(`a${n}`));
    await incoming().reject(rejected("a1002"));
    await incoming().reject(rejected("other pipeline", { pipeline: "two" }));
    await incoming().reject(rejected("other source", { source: "stripe" }));

    const { matched, ids } = await incoming().waiting({
      since: 0,
      source: "github",
      pipeline: "one",
      after: 0,
      limit: 1,
    });
    expect([matched, ids.map(({ id }) => id)]).toEqual([1_000, ["a3"]]);
    expect(await incoming().rejected("a2")).toBeNull();
    expect(await incoming().rejected("other pipeline")).not.toBeNull();
    expect(await incoming().rejected("other source")).not.toBeNull();
  });

  it("keeps 128 MiB of them, the newest", async () => {
    const body = new Uint8Array(1_024 * 1_024);
    for (let n = 1; n <= 129; n += 1) await incoming().reject(rejected(`b${n}`, { body }));

    expect(await incoming().rejected("b1")).toBeNull();
    expect((await incoming().rejected("b2"))?.body).toEqual(body);
  }, 60_000);

  it("forgets a delivery after three days, its body, and how many were refused", async () => {
    await incoming().reject(rejected("c1"));
    const refused = { source: "github", why: "stale", at: Date.now(), size: 2 } as const;
    await incoming().note({ accepted: [], refused: [{ ...refused, count: 7, latest: [refused] }] });
    expect(await incoming().count()).toEqual({ refused: 7, rejected: 1 });

    for (let hour = 0; hour < 75; hour += 1) {
      pass(DAY_MS / 24);
      await runDurableObjectAlarm(incoming());
      if (hour === 70) expect(await list()).toHaveLength(2);
    }
    expect(await list()).toEqual([]);
    const rows = await runInDurableObject(incoming(), (_, { storage }) =>
      ["deliveries", "bodies", "refusals"].flatMap((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
    );
    expect(rows).toEqual([]);
    expect(await runInDurableObject(incoming(), (_, { storage }) => storage.getAlarm())).toBeNull();
  });

  it("hides no source's refused deliveries, and no reason's, behind a flood of others", async () => {
    const group = (source: string | null, why: "bad_signature" | "stale", times: number) => {
      const one = { source, why, at: Date.now(), size: 2 };
      return { source, why, count: times, latest: Array.from({ length: Math.min(times, 5) }, () => one) };
    };
    await incoming().note({
      accepted: [],
      refused: [group("stripe", "bad_signature", 1), group("github", "stale", 1)],
    });
    for (let n = 0; n < 100; n += 1)
      await incoming().note({ accepted: [], refused: [group("github", "bad_signature", 10_000)] });

    expect(await list({ source: "stripe" })).toHaveLength(1);
    expect((await list()).filter(({ reasons }) => reasons[0] === "stale")).toHaveLength(1);
    expect(await list({ outcome: "refused" })).toHaveLength(22);
    expect(await incoming().count()).toEqual({ refused: 1_000_002, rejected: 0 });
  });

  it("says of a rejected delivery that its sender repeats, once it fits, that it was accepted", async () => {
    await incoming().reject(rejected("run-id"));
    await incoming().note({ accepted: [{ ...accepted("d"), runs: [{ pipeline: "one", id: "run-id" }] }], refused: [] });

    expect(await list({ outcome: "rejected" })).toEqual([]);
    expect(await incoming().rejected("run-id")).toBeNull();
    expect((await list({ outcome: "accepted" })).map(({ id }) => id)).toEqual(["d", "run-id"]);
  });

  it("keeps about the newest thousand accepted ones of a source, those that were delivered again included", async () => {
    const settled = { kind: "accepted", run: "run" } as const;
    for (let n = 1; n <= 40; n += 1) {
      await incoming().reject(rejected(`e${n}`));
      await incoming().settle(`e${n}`, settled);
    }
    await incoming().note({ accepted: [accepted("other", "stripe")], refused: [] });
    const batch = Array.from({ length: 1_070 }, (_, n) => accepted(`f${n}`));
    await incoming().note({ accepted: batch, refused: [] });
    expect(await count("github")).toBeLessThan(1_100);

    pass(DAY_MS / 24);
    await runDurableObjectAlarm(incoming());
    expect(await count("github")).toBe(1_000);
    expect([await incoming().row("e40"), await incoming().row("f69")]).toEqual([null, null]);
    expect(await incoming().row("f70")).not.toBeNull();
    expect(await count("stripe")).toBe(1);
  });

  it("reads few rows for each accepted delivery, however many are kept", async () => {
    await incoming().note({ accepted: Array.from({ length: 1_100 }, (_, n) => accepted(`g${n}`)), refused: [] });
    const rowsRead = await runInDurableObject(incoming(), (_, { storage }) => {
      const cursors: { readonly rowsRead: number }[] = [];
      const exec: SqlStorage["exec"] = (query, ...values) => {
        const cursor = storage.sql.exec(query, ...values);
        cursors.push(cursor);
        return cursor as never;
      };
      const store = new DeliveriesStore({ exec } as SqlStorage);
      for (let n = 0; n < 200; n += 1) store.accept(accepted(`h${n}`));
      return cursors.reduce((sum, cursor) => sum + cursor.rowsRead, 0);
    });
    expect(rowsRead / 200).toBeLessThan(50);
  });
});
