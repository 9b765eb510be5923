import { describe, expect, it } from "vitest";
import { chaos } from "../chaos/chaos.ts";
import { describeViolations, describeWalk } from "../chaos/report.ts";

/** `npm run chaos` walks for longer, with a new seed each time, and waits until nothing is open. */
describe("the Worker, while GEN fails and workerd is killed again and again,", () => {
  it("charges each intent and step once, loses nothing that was paid, and ends or lists all that it has accepted", {
    timeout: 480_000,
  }, async () => {
    const walk = await chaos({ seed: 20_261_136, walkMs: 60_000, settleMs: 20_000 });
    expect(describeViolations(walk), describeWalk(walk)).toEqual([]);
    expect(walk.evidence.outages.length).toBeGreaterThanOrEqual(2);
    expect(walk.evidence.charges.length).toBeGreaterThan(20);
    expect(walk.evidence.runs.length).toBeGreaterThan(0);
  });
});
