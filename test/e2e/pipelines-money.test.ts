import { afterEach, describe, expect, it } from "vitest";
import { FILL, IDEA, pipelineRuns, type RunBody, startQuickStack } from "../support/pipelines.ts";
import { json, readProblem, type Stack } from "../support/stack.ts";
import { readTestBundle } from "../support/test-bundle.ts";

let stack: Stack;
afterEach(() => stack.close());

const runs = pipelineRuns(() => stack);
const startTestStack = (vars: Record<string, string> = {}) => startQuickStack(vars, { bundle: readTestBundle() });
const addClient = (policy: Parameters<Stack["worker"]["addClient"]>[0]) =>
  stack.worker.addClient({ scopes: ["pipelines"], ...policy });
const write = async (count: number, as: string): Promise<RunBody> =>
  runs.ends(await runs.begin("thrifty", { count }, { as }));
const failedIn = (step: string, error_code: string, detail: string) => ({
  state: "failed",
  error: { step, error_code, detail: expect.stringContaining(detail) },
});
const paidBy = async (client: string) => {
  const usage = await stack.call("/v1/usage", { headers: { "x-api-key": client } });
  return ((await usage.json()) as { charged_calls: { spent: number } }).charged_calls.spent;
};

describe("a run that a client with bounds has started", () => {
  it("fails at a call that is beyond them, before it is sent, and is not charged", async () => {
    stack = await startQuickStack();
    const client = await addClient({
      sheets: ["101"],
      generationTypes: ["video_from_text", "render"],
      maxDurationSeconds: 10,
    });
    const video = (duration: number) => {
      const data = { prompt: "A film", duration };
      return { ...IDEA, generate: { Video: { generation_type: "video_from_text", data } } };
    };
    const long = await runs.ends(await runs.begin("idea-to-video", video(11), { as: client }));

    expect(long).toMatchObject(failedIn("generate Video", "generation_not_allowed", "at most 10 seconds"));
    expect(long.steps.at(-1)).toMatchObject({ name: "generate Video", state: "failed", charged: "no" });
    expect(runs.charges()).toEqual([]);
    expect(stack.gen.control.ledger().requests.filter(({ path }) => path.endsWith("/generate"))).toEqual([]);

    const short = await runs.ends(await runs.begin("idea-to-video", video(10), { as: client }));
    expect([short.state, runs.charges().length]).toEqual(["finished", 2]);
    const foreign = await runs.begin("idea-to-video", { ...video(10), sheet: 102, agent_id: 43 }, { as: client });
    expect(await runs.ends(foreign)).toMatchObject(failedIn("read the sheet", "sheet_not_allowed", "no sheet"));
  });

  it("is in the client's budget and in the pipeline's, and each of them can end it", async () => {
    stack = await startTestStack();
    const client = await addClient({ chargesPerDay: 1 });
    const own = await write(2, client);
    expect(own).toMatchObject(failedIn("text 2", "quota_exhausted", "the client that started the run: 0 of 1 calls"));
    expect(own.steps.map(({ state, charged }) => [state, charged])).toEqual([
      ["done", "yes"],
      ["failed", "no"],
    ]);
    await expect.poll(() => paidBy(client)).toBe(1);

    const other = await write(3, await addClient({ chargesPerDay: 9 }));
    expect(other).toMatchObject(
      failedIn("text 3", "budget_exhausted", "the pipeline thrifty: 0 of 3 calls for this day"),
    );
    expect(runs.charges()).toHaveLength(3);
  });

  it("never exceeds a budget, however many runs there are at once", async () => {
    stack = await startTestStack();
    const clients = await Promise.all([1, 2, 3, 4, 5, 6].map(() => addClient({ chargesPerDay: 2 })));
    const ended = await Promise.all(clients.map((client) => write(2, client)));

    expect(runs.charges()).toHaveLength(3);
    const written = ended.flatMap(({ steps }) => steps).filter(({ state }) => state === "done");
    expect(written).toHaveLength(3);
    expect(ended.filter(({ state }) => state === "finished").length).toBeLessThanOrEqual(1);
  });
});

describe("the tag of a run", () => {
  it("is the one that its start gives it, and in that tag's budget; else the pipeline's own", async () => {
    stack = await startTestStack({ BUDGETS: "tag:customer-17 1 calls/day" });
    const start = (headers: Record<string, string>) =>
      stack.call("/pipelines/thrifty/runs", json("POST", { count: 2 }, headers));
    const tagged = await start({ "x-genedge-tag": "customer-17" });
    expect(await tagged.clone().json()).toMatchObject({ tag: "customer-17" });
    const run = await runs.ends(tagged.headers.get("location") ?? "");
    expect(run).toMatchObject(failedIn("text 2", "budget_exhausted", "the tag customer-17: 0 of 1 calls"));
    expect(await runs.ends((await start({})).headers.get("location") ?? "")).toMatchObject({ state: "finished" });

    const list = async (tag: string) => {
      const found = await stack.call(`/v1/calls?q=${tag}`);
      return ((await found.json()) as { calls: { pipeline: string; run_id: string }[] }).calls;
    };
    await expect
      .poll(() => list("customer-17"))
      .toMatchObject([
        { pipeline: "thrifty", run_id: run.id, state: "not_charged" },
        { pipeline: "thrifty", run_id: run.id, state: "settled" },
      ]);
    await expect.poll(() => list("own")).toHaveLength(2);
  });

  it("is demanded, or set, by the policy of its client", async () => {
    stack = await startTestStack();
    const start = async (as: string, tag?: string) => {
      const headers = { "x-api-key": as, ...(tag === undefined ? {} : { "x-genedge-tag": tag }) };
      return stack.call("/pipelines/thrifty/runs", json("POST", { count: 0 }, headers));
    };
    const demanding = await addClient({ tagRequired: true });
    const untagged = await start(demanding);
    expect([untagged.status, (await readProblem(untagged)).error_code]).toEqual([400, "bad_request"]);
    expect((await start(demanding, "a b")).status).toBe(400);
    expect((await start(demanding, "a")).status).toBe(202);

    const fixed = await addClient({ tag: "web" });
    expect((await start(fixed, "other")).status).toBe(400);
    expect(await (await start(fixed)).json()).toMatchObject({ tag: "web" });
  });
});

describe("a run by schedule", () => {
  it("is in its pipeline's own budget: what is beyond it is not generated, and the run says so", async () => {
    stack = await startQuickStack({
      PIPELINE_FILL_EMPTY_CELLS: JSON.stringify([FILL]),
      BUDGETS: "pipeline:fill-empty-cells 600 credits/day",
    });
    await stack.worker.fire("0 * * * *", Date.parse("2027-01-02T03:00:00Z"));
    const list = async () => {
      const answer = await stack.call("/pipelines/fill-empty-cells/runs");
      return ((await answer.json()) as { runs: { id: string }[] }).runs;
    };
    await expect.poll(list).toHaveLength(1);
    const run = await runs.ends(`/pipelines/fill-empty-cells/runs/${(await list())[0]?.id}`);

    expect(run).toMatchObject({ state: "finished", trigger: { kind: "cron" }, output: { filled: 1 } });
    expect(run.output).toMatchObject({
      failed: [{ error_code: "budget_exhausted", detail: expect.stringContaining(": 0 of 600 credits for this day") }],
    });
    expect(runs.charges()).toHaveLength(1);
  });
});

it("the list of pipelines says what each may spend, and its tag", async () => {
  stack = await startTestStack();
  const { pipelines } = (await (await stack.call("/pipelines")).json()) as { pipelines: { name: string }[] };
  expect(pipelines.find(({ name }) => name === "thrifty")).toMatchObject({
    budget: { charges_per_day: 3, credits_per_month: 5_000, prices: { render: 50 } },
    tag: "own",
  });
  expect(pipelines.find(({ name }) => name === "echo")).toMatchObject({ budget: {} });
});
