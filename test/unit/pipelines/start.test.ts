import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { checkInput } from "../../../src/pipelines/check-input.ts";
import { definePipeline } from "../../../src/pipelines/define.ts";
import { startRun } from "../../../src/pipelines/start.ts";

const create = (input: v.GenericSchema) =>
  definePipeline({ name: "a", description: "A.", input, run: async () => null });

describe("an input", () => {
  it("is what the pipeline's schema makes of it", () => {
    const pipeline = create(v.object({ n: v.pipe(v.string(), v.transform(Number)), m: v.optional(v.number(), 3) }));
    expect(checkInput(pipeline, { n: "2" })).toEqual({ kind: "fits", input: { n: 2, m: 3 } });
  });

  it("is refused with the place where it does not fit", () => {
    const pipeline = create(v.object({ rows: v.array(v.object({ n: v.number() })) }));
    expect(checkInput(pipeline, { rows: [{ n: 1 }, { n: "2" }] })).toEqual({
      kind: "unfit",
      issues: [{ path: "rows.1.n", message: expect.stringContaining("number") }],
    });
    expect(checkInput(pipeline, null)).toMatchObject({ kind: "unfit", issues: [{ path: "" }] });
  });

  it("is refused with twenty of its faults at most", () => {
    const checked = checkInput(create(v.array(v.number())), Array(30).fill("x"));
    expect(checked.kind === "unfit" && checked.issues).toHaveLength(20);
  });

  it.each([
    ["a".repeat(512 * 1_024 - 2), "fits"],
    ["a".repeat(512 * 1_024 - 1), "unfit"],
    ["é".repeat(256 * 1_024), "unfit"],
  ])("has 512 KiB at most, in bytes", (raw, kind) => {
    expect(checkInput(create(v.string()), raw).kind).toBe(kind);
  });

  it("is handed to the run as it came: the schema is asked again there", async () => {
    const orders: unknown[] = [];
    const start = async (order: unknown) => {
      orders.push(order);
      return { kind: "started", run: {} };
    };
    const env = { PIPELINES: { getByName: (name: string) => ({ start, name }) } } as never;
    const trigger = { kind: "manual", clientId: "c" } as const;
    const started = await startRun(create(v.any()), { raw: undefined, trigger, origin: ["manual", "c", "k"] }, env);

    expect(started.id).toMatch(/^[0-9a-f]{64}$/);
    expect(orders).toEqual([
      { pipeline: "a", id: started.id, trigger, terms: { client: null, tag: null }, input: "null" },
    ]);
  });
});
