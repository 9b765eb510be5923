import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually, VIDEO } from "../support/durable-calls.ts";
import { ENDLESS, FILL, pipelineRuns, startQuickStack } from "../support/pipelines.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import type { Stack } from "../support/stack.ts";

let receiver: Receiver;
let stack: Stack;
beforeEach(async () => {
  receiver = await startReceiver();
  stack = await startQuickStack({ NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret });
  stack.gen.control.setOrganization(7, { generic: 1_000_000 });
});
afterEach(async () => {
  await stack.close();
  await receiver.close();
});

const calls = durableCalls(() => stack);
const runs = pipelineRuns(() => stack);
const fill = async (input: unknown = FILL) => runs.ends(await runs.begin("fill-empty-cells", input));
const charged = (count: number) => eventually(runs.charges, ({ length }) => length === count);
const end = (index: number, status: "completed" | "failed") => {
  stack.gen.control.setGeneration(runs.charges()[index]?.generation_id ?? 0, { status });
};

describe("fill-empty-cells", () => {
  it("generates the empty cells of the rows that are ready, each with its row's values, and then none", async () => {
    expect(await fill()).toMatchObject({
      state: "finished",
      output: { filled: 2, skipped: 0, failed: [], left: 0 },
    });
    const prompts = stack.gen.control
      .ledger()
      .requests.filter(({ path }) => path.endsWith("/generate"))
      .map(({ body }) => JSON.parse(body).data.prompt);
    expect(prompts.sort()).toEqual(["A film of: Script 1", "A film of: Script 2"]);

    expect(await fill()).toMatchObject({ output: { filled: 0, skipped: 0, failed: [], left: 0 } });
    expect(runs.charges()).toHaveLength(2);
  });

  it("has at most 4 generations at work at once for 50 rows", async () => {
    const workMs = 150;
    await runs.addRows(48);
    stack.gen.control.changeSettings({ workMs });
    const location = await runs.begin("fill-empty-cells", FILL);
    await charged(50);
    expect(await runs.ends(location)).toMatchObject({ output: { filled: 50, failed: [] } });

    const sent = stack.gen.control.ledger().requests.filter(({ path }) => path.endsWith("/generate"));
    const atOnce = sent.map(({ at }) => sent.filter((other) => other.at <= at && at < other.at + workMs).length);
    expect(Math.max(...atOnce)).toBe(4);
    expect(sent).toHaveLength(50);
  }, 60_000);

  it("skips a cell that is in work already", async () => {
    const { path, url } = cell(10112);
    stack.gen.control.changeSettings(ENDLESS);
    await calls.generate(url, { body: VIDEO });
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 1 } } });

    expect(await fill()).toMatchObject({ output: { filled: 1, skipped: 1, failed: [] } });
    expect(calls.chargesTo(path)).toHaveLength(1);
  });

  it("skips a cell that somebody has filled while the run was at work", async () => {
    await runs.addRows(3);
    stack.gen.control.changeSettings(ENDLESS);
    const location = await runs.begin("fill-empty-cells", FILL);
    await charged(4);
    const [last] = (await runs.emptyCells("Video")).slice(-1);
    await runs.setCell(last ?? "", "By hand");
    for (const index of [0, 1, 2, 3]) end(index, "completed");

    expect(await runs.ends(location)).toMatchObject({ output: { filled: 4, skipped: 1 } });
    expect(runs.charges()).toHaveLength(4);
  });

  it("reports what has failed, and fills the rest", async () => {
    stack.gen.control.changeSettings(ENDLESS);
    const location = await runs.begin("fill-empty-cells", FILL);
    await charged(2);
    end(0, "failed");
    end(1, "completed");
    const run = await runs.ends(location);

    const failed = [
      {
        cell: expect.stringMatching(/^101[12]2$/),
        error_code: "generation_failed",
        detail: "The model refused the input",
      },
    ];
    expect(run).toMatchObject({ state: "finished", output: { filled: 1, failed } });
    const message = await eventually(
      () => receiver.got.find(({ type }) => type === "pipeline.message"),
      (found) => found !== undefined,
    );
    expect(message).toMatchObject({
      genuine: true,
      data: { name: "failed", data: { sheet: "101", filled: 1, failed } },
    });
    expect(stack.gen.control.ledger().totals).toMatchObject({ charges: 2, refunds: 1 });
  });
});

describe("two runs at once", () => {
  it("go one after the other over one sheet: no cell is generated twice", async () => {
    stack.gen.control.changeSettings(ENDLESS);
    const [first, second] = [await runs.begin("fill-empty-cells", FILL), await runs.begin("fill-empty-cells", FILL)];
    await charged(2);
    expect(await runs.read(second)).toMatchObject({ state: "queued", steps: [] });
    end(0, "completed");
    end(1, "completed");

    expect(await runs.ends(first)).toMatchObject({ output: { filled: 2 } });
    expect(await runs.ends(second)).toMatchObject({ output: { filled: 0, skipped: 0 } });
    expect(runs.charges()).toHaveLength(2);
  });

  it("share the four places of their pipeline over two sheets", async () => {
    const other = { ...FILL, agent_id: "agent_456", sheet: "sheet_123" };
    await runs.addRows(1);
    await runs.addRows(1, { agent: "agent_456", sheet: "sheet_123" });
    stack.gen.control.changeSettings(ENDLESS);
    const locations = [await runs.begin("fill-empty-cells", FILL), await runs.begin("fill-empty-cells", other)];
    const waiting = async () => {
      const all = await Promise.all(locations.map((location) => runs.read(location)));
      return all.flatMap(({ steps }) => steps).filter(({ waits_for }) => waits_for === "slot").length;
    };
    await eventually(waiting, (count) => count === 2);
    expect(runs.charges()).toHaveLength(4);

    end(0, "completed");
    await charged(5);
    expect(await waiting()).toBe(1);
    for (const index of [1, 2, 3, 4]) end(index, "completed");
    await charged(6);
    end(5, "completed");
    for (const location of locations) expect(await runs.ends(location)).toMatchObject({ output: { filled: 3 } });
  });
});
