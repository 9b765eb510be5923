import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { PIPELINES } from "../../../src/app/pipelines.ts";

/** The number of cron triggers that an account on the free plan may have. */
const FREE_TRIGGERS = 5;

const config = fileURLToPath(new URL("../../../wrangler.toml", import.meta.url));
const triggers: readonly string[] = readConfig({ config }, { hideWarnings: true }).triggers.crons ?? [];

describe("the triggers in wrangler.toml", () => {
  it("hold the expression of every pipeline that has a schedule", () => {
    const wanted = PIPELINES.flatMap(({ name, triggers }) =>
      triggers.flatMap((trigger) => (trigger.kind === "cron" ? [{ name, cron: trigger.cron }] : [])),
    );

    expect(wanted.filter(({ cron }) => !triggers.includes(cron))).toEqual([]);
  });

  it("fit the free plan, each once", () => {
    expect(triggers.length).toBeLessThanOrEqual(FREE_TRIGGERS);
    expect(new Set(triggers).size).toBe(triggers.length);
  });

  it("wake the watch over GEN every five minutes", () => {
    expect(triggers).toContain("*/5 * * * *");
  });
});
