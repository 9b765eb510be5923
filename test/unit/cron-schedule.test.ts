import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { PIPELINES } from "../../src/app/pipelines.ts";
import { CRONS, selectTasks } from "../../src/cron/schedule.ts";
import { toTick } from "../../src/cron/tick.ts";

/** Cron triggers of an account on the free plan. */
const FREE_TRIGGERS = 5;

const config = fileURLToPath(new URL("../../wrangler.toml", import.meta.url));
const triggers: readonly string[] = readConfig({ config }, { hideWarnings: true }).triggers.crons ?? [];
const expressions = Object.keys(CRONS);

describe("the schedule", () => {
  it("has the expressions that wrangler.toml has, and no others", () => {
    expect(expressions.toSorted()).toEqual(triggers.toSorted());
    expect(new Set(triggers).size).toBe(triggers.length);
  });

  it("fits the free plan", () => {
    expect(triggers.length).toBeLessThanOrEqual(FREE_TRIGGERS);
  });

  it("starts pipelines at every expression that a pipeline has", () => {
    const wanted = PIPELINES.flatMap(({ name, triggers }) =>
      triggers.flatMap((trigger) => (trigger.kind === "cron" ? [{ name, cron: trigger.cron }] : [])),
    );

    expect(wanted.filter(({ cron }) => !selectTasks(cron).includes("pipelines"))).toEqual([]);
  });

  it("watches GEN's health each five minutes", () => {
    expect(selectTasks("*/5 * * * *")).toContain("health-watch");
  });

  it.each(["* * * * *", "toString", ""])("has nothing for %j", (cron) => {
    expect(selectTasks(cron)).toEqual([]);
  });
});

describe("a tick", () => {
  it("is the minute it was due, though it comes some seconds off", () => {
    const noon = Date.UTC(2027, 0, 2, 12);

    expect(toTick("0 * * * *", noon + 3_456)).toEqual({ cron: "0 * * * *", scheduledAt: noon });
    expect(toTick("0 * * * *", noon)).toEqual({ cron: "0 * * * *", scheduledAt: noon });
  });
});
