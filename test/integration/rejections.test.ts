import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Rejected } from "../../src/webhooks/incoming/delivery.ts";
import { createWorld, DAY_MS, pass } from "./world.ts";

let end: () => void;
let count = 0;

beforeEach(() => {
  ({ end } = createWorld());
  count += 1;
});
afterEach(() => end());

const incoming = () => env.INCOMING.getByName(`incoming-${count}`);
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
    const accepted = { id: "d", source: "github", deliveryId: "run-id", at: Date.now(), size: 2 };
    await incoming().note({ accepted: [{ ...accepted, runs: [{ pipeline: "one", id: "run-id" }] }], refused: [] });

    expect(await list({ outcome: "rejected" })).toEqual([]);
    expect(await incoming().rejected("run-id")).toBeNull();
    expect((await list({ outcome: "accepted" })).map(({ id }) => id)).toEqual(["d", "run-id"]);
  });
});
