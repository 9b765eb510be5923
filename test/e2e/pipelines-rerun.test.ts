import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { durableCalls, eventually } from "../support/durable-calls.ts";
import { ENDLESS, IDEA, pipelineRuns, type RunBody, startQuickStack } from "../support/pipelines.ts";
import { json, readProblem, type Stack } from "../support/stack.ts";
import { readTestBundle } from "../support/test-bundle.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startQuickStack();
});
afterEach(() => stack.close());

const calls = durableCalls(() => stack);
const runs = pipelineRuns(() => stack);
const stepOf = ({ steps }: RunBody, name: string) => steps.find((each) => each.name === name);
const rerun = (location: string, as?: string) =>
  stack.call(`${location}/rerun`, { method: "POST", headers: as ? { "x-api-key": as } : {} });
const rerunAll = (body: unknown, as?: string) =>
  stack.call("/pipelines/idea-to-video/rerun", json("POST", body, as ? { "x-api-key": as } : {}));
const list = async (query: string) => {
  const answer = await (await stack.call(`/pipelines/idea-to-video/runs?${query}`)).json();
  return (answer as { runs: RunBody[] }).runs;
};
const posts = (end: string) =>
  stack.gen.control.ledger().requests.filter(({ method, path }) => method === "POST" && path.endsWith(end));
const LONG_AGO = "2026-01-01T00:00:00Z";

/** A run whose render has failed. */
async function fail(): Promise<string> {
  stack.gen.control.changeSettings({ generationMs: { render: { pendingMs: 300_000 } } });
  const location = await runs.begin("idea-to-video", IDEA);
  const { steps } = await runs.reaches(location, (run) => stepOf(run, "render")?.waits_for === "generation");
  stack.gen.control.setGeneration(Number(steps.at(-1)?.generation), { status: "failed" });
  expect(await runs.ends(location)).toMatchObject({ state: "failed", error: { error_code: "generation_failed" } });
  stack.gen.control.changeSettings({ generationMs: { render: { pendingMs: 1, processingMs: 1 } } });
  return location;
}

describe("a failed run", () => {
  it("goes on from the step that failed when it is run again: the same run, no second row, no second video", async () => {
    const location = await fail();
    const before = await runs.read(location);
    expect(calls.totals()).toMatchObject({ charges: 2, refunds: 1 });

    const response = await rerun(location);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ id: before.id, reruns: 1 });
    const run = await runs.ends(location);
    expect(run).toMatchObject({ state: "finished", output: { url: expect.any(String) } });
    expect(calls.totals()).toMatchObject({ charges: 3, refunds: 1 });
    expect(runs.charges().map(({ operation }) => operation)).toEqual([
      "cells.generate",
      "cells.render",
      "cells.render",
    ]);
    expect([posts("/rows").length, posts("/generate").length, posts("/render").length]).toEqual([1, 1, 2]);
    expect(stepOf(run, "generate Video")).toEqual(stepOf(before, "generate Video"));
  });

  it("is started once when it is asked for five times, three times at once", async () => {
    const location = await fail();
    const statuses = (await Promise.all([rerun(location), rerun(location), rerun(location)])).map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([202, 202, 202]);
    expect(await runs.ends(location)).toMatchObject({ state: "finished", reruns: 1 });
    const again = await rerun(location);
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ state: "finished", reruns: 1 });
    expect(calls.totals()).toMatchObject({ charges: 3, refunds: 1 });
  });

  it("is counted for an operator at /health until it is run again", async () => {
    const location = await fail();
    const health = async () => (await (await stack.call("/health")).json()) as Record<string, unknown>;
    expect(await health()).toMatchObject({ runs_failed: 1, deliveries_rejected: 0, deliveries_refused: 0 });
    await rerun(location);
    await runs.ends(location);
    expect(await health()).toMatchObject({ runs_failed: 0 });
  });
});

it("a stopped run makes anew what was stopped, because GEN gave the credits back", async () => {
  stack.gen.control.changeSettings(ENDLESS);
  const location = await runs.begin("idea-to-video", IDEA);
  await runs.reaches(location, (run) => stepOf(run, "generate Video")?.waits_for === "generation");
  await runs.stop(location);
  const early = await rerun(location);
  expect(early.status).toBe(409);
  expect(await readProblem(early)).toMatchObject({ error_code: "idempotency_in_flight", retry_after: 10 });
  await runs.reaches(location, ({ state }) => state === "stopped");
  await eventually(calls.totals, ({ refunds }) => refunds === 1);
  stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 1 }, render: { pendingMs: 1 } } });

  await eventually(
    () => rerun(location),
    ({ status }) => status === 202,
  );
  expect(await runs.ends(location)).toMatchObject({ state: "finished" });
  expect(calls.totals()).toMatchObject({ charges: 3, refunds: 1 });
  expect(posts("/rows")).toHaveLength(1);
});

describe("all runs that failed since a time", () => {
  it("are counted by a dry run, started once, and not again when the request is repeated", async () => {
    const locations = [await fail(), await fail()];
    const good = await runs.begin("idea-to-video", IDEA);
    await runs.ends(good);
    const until = new Date().toISOString();
    const body = { state: "failed", since: LONG_AGO, until };
    expect((await list(`state=failed&since=${LONG_AGO}`)).map(({ id }: RunBody) => id)).toHaveLength(2);
    const chargesBefore = calls.totals().charges;

    const dry = await rerunAll({ ...body, dry_run: true });
    expect(await dry.json()).toEqual({ matched: 2, started: 0, dry_run: true });
    expect(await list("state=failed")).toHaveLength(2);
    expect(calls.totals().charges).toBe(chargesBefore);
    expect(await (await rerunAll({ ...body, since: until })).json()).toMatchObject({ matched: 0, started: 0 });

    expect(await (await rerunAll(body)).json()).toEqual({ matched: 2, started: 2, refused: [], dry_run: false });
    expect(await (await rerunAll(body)).json()).toMatchObject({ matched: 0, started: 0 });
    for (const location of locations) expect(await runs.ends(location)).toMatchObject({ state: "finished", reruns: 1 });
    expect(calls.totals().charges).toBe(chargesBefore + 2);
    expect(await list("state=failed")).toEqual([]);
    expect(await list("state=finished")).toHaveLength(3);
  });

  it("are asked for with a filter that says since when; anything else is refused", async () => {
    for (const body of [
      {},
      [],
      { state: "failed" },
      { state: "finished", since: LONG_AGO },
      { state: "failed", since: "yesterday" },
      { state: "failed", since: LONG_AGO, untill: LONG_AGO },
    ]) {
      const response = await rerunAll(body);
      expect(await readProblem(response)).toMatchObject({ status: 400, error_code: "bad_request" });
    }
    for (const query of ["state=done", "since=yesterday", "since=2026-13-01"])
      expect((await stack.call(`/pipelines/idea-to-video/runs?${query}`)).status).toBe(400);
  });
});

describe("a run of whose step nobody knows whether it happened", () => {
  let own: Stack;
  beforeEach(async () => {
    own = await startQuickStack({}, { bundle: readTestBundle() });
  });
  afterEach(() => own.close());
  const their = pipelineRuns(() => own);
  const made = () =>
    own.gen.control.ledger().requests.filter(({ method, path }) => method === "POST" && path.endsWith("/layers"));
  const ask = (path: string, body: unknown = {}) => own.call(path, json("POST", body));

  it("is not run again until an operator has found out; a filter names it and starts the others", async () => {
    own.gen.control.addFaults({ rules: [{ match: { method: "POST", path: "/layers$" }, outcomes: ["reset"] }] });
    const location = await their.begin("layers", {});
    const run = await their.ends(location);
    expect(run).toMatchObject({ state: "failed", error: { error_code: "outcome_unknown", step: "make a layer" } });

    const response = await ask(`${location}/rerun`);
    const problem = await readProblem(response);
    expect(problem).toMatchObject({ status: 409, error_code: "outcome_unknown", charged: "unknown", retryable: false });
    const [{ path, call } = { path: "", call: "" }] = problem.errors as { path: string; call: string }[];
    expect(path).toBe("make a layer");
    const all = await ask("/pipelines/layers/rerun", { state: "failed", since: LONG_AGO });
    const refused = [{ id: run.id, errors: [{ path, call, message: expect.any(String) }] }];
    expect(await all.json()).toEqual({ matched: 1, started: 0, refused, dry_run: false });
    expect(made()).toHaveLength(1);

    expect((await ask(`${call}/resolve`, { charged: false })).status).toBe(200);
    expect((await ask(`${location}/rerun`)).status).toBe(202);
    expect(await their.ends(location)).toMatchObject({ state: "finished", reruns: 1 });
    expect(made()).toHaveLength(2);
    expect(their.charges()).toHaveLength(1);
  });
});

it("who may not start a run may not run one again, and nobody sees another's", async () => {
  const location = await fail();
  const ask = async (policy: Parameters<Stack["worker"]["addClient"]>[0]) => {
    const key = await stack.worker.addClient(policy);
    const all = await rerunAll({ state: "failed", since: LONG_AGO, dry_run: true }, key);
    return [(await rerun(location, key)).status, all.status];
  };
  expect(await ask({ scopes: ["operator"] })).toEqual([403, 403]);
  expect(await ask({ scopes: ["pipelines"], agents: ["42"] })).toEqual([404, 403]);
  expect(await ask({ scopes: ["pipelines"], paused: true })).toEqual([503, 503]);
  expect(await runs.read(location)).toMatchObject({ state: "failed" });
  expect((await rerun("/pipelines/idea-to-video/runs/none")).status).toBe(404);
  expect((await rerun(`/pipelines/idea-to-video/runs/${"0".repeat(64)}`)).status).toBe(404);
});
