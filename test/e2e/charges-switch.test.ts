import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CallBody, cell, durableCalls, eventually, TEXT } from "../support/durable-calls.ts";
import { FILL, pipelineRuns, startQuickStack } from "../support/pipelines.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startQuickStack();
});
afterAll(() => stack.close());
beforeEach(async () => {
  await post("/v1/charges/resume");
  stack.gen.control.clearLedger();
});

const calls = durableCalls(() => stack);
const runs = pipelineRuns(() => stack);
const post = (path: string) => stack.call(path, { method: "POST" });
const { url } = cell(10111);

interface ChargesBody {
  readonly paused: boolean;
  readonly by: string | null;
  readonly since: string | null;
}

const show = async () => (await (await stack.call("/v1/charges")).json()) as ChargesBody;

describe("charges that an operator has paused", () => {
  it("refuse each call that costs credits, at once or later, and all else goes on, until they are resumed", async () => {
    expect((await calls.generate(url)).status).toBe(201);
    expect(await (await post("/v1/charges/pause")).json()).toMatchObject({ paused: true, by: "switch" });
    const refused = [
      await calls.generate(url),
      await calls.generate(url, { prefer: "respond-async" }),
      await stack.call("/v1/agents/42/recurring-jobs", json("POST", { name: "x" })),
      await stack.call("/v1/agent/run", json("POST", { agent_id: 42, message: "Three ideas" })),
    ];
    for (const response of refused)
      expect(await readProblem(response)).toMatchObject({ status: 503, error_code: "charges_paused", charged: "no" });
    expect((await stack.call("/v1/vidsheet/101?agent_id=42")).status).toBe(200);
    expect(stack.gen.control.ledger().totals.charges).toBe(1);

    expect(await (await post("/v1/charges/resume")).json()).toEqual({ paused: false, by: null, since: null });
    expect((await calls.generate(url)).status).toBe(201);
    expect(stack.gen.control.ledger().totals.charges).toBe(2);
  });

  it("stay paused since then, however often they are paused, and resuming what is not paused does nothing", async () => {
    await post("/v1/charges/pause");
    const { since } = await show();
    await post("/v1/charges/pause");
    expect(await show()).toEqual({ paused: true, by: "switch", since });

    await post("/v1/charges/resume");
    expect(await (await post("/v1/charges/resume")).json()).toEqual({ paused: false, by: null, since: null });
  });

  it("give back the caller's key: the same call under it is made once they are resumed", async () => {
    await post("/v1/charges/pause");
    expect((await calls.generate(url, { key: "held" })).status).toBe(503);
    await post("/v1/charges/resume");
    expect((await calls.generate(url, { key: "held" })).status).toBe(201);
    expect(stack.gen.control.ledger().totals.charges).toBe(1);
  });

  it("hold the calls of a pipeline, whose runs wait and do not fail", async () => {
    await post("/v1/charges/pause");
    const location = await runs.begin("fill-empty-cells", FILL);
    type Step = { readonly kind: string; readonly call?: string };
    const { steps } = await runs.reaches(location, (run) =>
      (run.steps as readonly Step[]).some(({ kind, call }) => kind === "generate" && call !== undefined),
    );
    const { call = "" } = (steps as readonly Step[]).find(({ kind }) => kind === "generate") ?? {};
    const held = await eventually(
      async () => (await (await stack.call(call)).json()) as CallBody,
      ({ state }) => state === "reserved",
    );
    expect(held).toMatchObject({ charged: "no" });
    expect(await runs.read(location)).toMatchObject({ state: "running" });
    expect(stack.gen.control.ledger().totals.charges).toBe(0);
    await runs.stop(location);
  });
});

it("the variable comes first: the switch can't undo it, and says so", async () => {
  const paused = await startStack({ CHARGES_PAUSED: "true" });
  const resumed = await paused.call("/v1/charges/resume", { method: "POST" });
  expect(await resumed.json()).toEqual({ paused: true, by: "variable", since: null });
  const response = await paused.call(url, json("POST", TEXT, { "idempotency-key": "k" }));
  expect(await readProblem(response)).toMatchObject({ error_code: "charges_paused" });
  await paused.close();
});
