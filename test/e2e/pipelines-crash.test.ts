import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type CrashableWorker, startCrashableWorker } from "../support/crashable-worker.ts";
import { eventually } from "../support/durable-calls.ts";
import { ENDLESS, IDEA, pipelineRuns } from "../support/pipelines.ts";
import { CANARY_KEY } from "../support/stack.ts";

let gen: Simulator;
let worker: CrashableWorker;
beforeAll(async () => {
  gen = await startSimulator({ apiKey: CANARY_KEY });
  worker = await startCrashableWorker({
    GEN_API_KEY: CANARY_KEY,
    GEN_BASE_URL: gen.urls.api,
    GEN_AGENT_BASE_URL: gen.urls.agent,
    GEN_AGENT_CORE_BASE_URL: gen.urls.agentCore,
    CALL_QUIET_MS: "500",
  });
}, 60_000);
afterAll(async () => {
  await worker.close();
  await gen.close();
});
beforeEach(() => gen.control.clearLedger());

const call = (path: string, init: RequestInit = {}) => {
  const headers = new Headers(init.headers);
  headers.set("x-api-key", worker.key);
  return fetch(`${worker.url}${path}`, { ...init, headers });
};
const runs = pipelineRuns(() => ({ gen, call }));
const SHORT = { video: { pendingMs: 1, processingMs: 1 }, render: { pendingMs: 1, processingMs: 1 } };
const posts = () => gen.control.ledger().requests.filter(({ method }) => method === "POST");

/** The run has finished once: a row, a video, a render, each charged once. */
async function expectOneVideo(location: string): Promise<void> {
  expect(await runs.ends(location)).toMatchObject({ state: "finished", output: { url: expect.any(String) } });
  expect(runs.charges().map(({ operation }) => operation)).toEqual(["cells.generate", "cells.render"]);
  expect(new Set(posts().map(({ headers }) => headers["idempotency-key"])).size).toBe(3);
}

describe("idea-to-video, killed with kill -9 in the middle,", () => {
  it("goes on when its generation has ended, if it was killed while that was at work", async () => {
    gen.control.changeSettings(ENDLESS);
    const location = await runs.begin("idea-to-video", IDEA);
    await runs.reaches(location, ({ steps }) => steps.some(({ waits_for }) => waits_for === "generation"));
    await worker.kill();
    gen.control.changeSettings({ generationMs: SHORT });
    gen.control.setGeneration(runs.charges()[0]?.generation_id ?? 0, { status: "completed" });
    await worker.restart();

    await expectOneVideo(location);
  }, 60_000);

  it("finds its charged call again under the same key, if it was killed while that was on its way", async () => {
    gen.control.changeSettings({ generationMs: SHORT, workMs: 1_500 });
    const location = await runs.begin("idea-to-video", IDEA);
    await eventually(posts, (sent) => sent.some(({ path }) => path.endsWith("/generate")));
    expect(runs.charges()).toHaveLength(0);
    await worker.kill();
    gen.control.changeSettings({ workMs: 0 });
    await worker.restart();

    await expectOneVideo(location);
  }, 60_000);
});

describe("idea-to-video, run again after its video has failed and killed with kill -9 on the way,", () => {
  const rerun = (location: string) => call(`${location}/rerun`, { method: "POST" });

  /** A run whose video has failed: GEN has given its credits back. */
  async function fail(): Promise<string> {
    gen.control.changeSettings(ENDLESS);
    const location = await runs.begin("idea-to-video", IDEA);
    await runs.reaches(location, ({ steps }) => steps.some(({ waits_for }) => waits_for === "generation"));
    gen.control.setGeneration(runs.charges()[0]?.generation_id ?? 0, { status: "failed" });
    expect(await runs.ends(location)).toMatchObject({ state: "failed" });
    return location;
  }

  /** A video in the first play, refunded; then one video and one render, and never a second row. */
  async function expectOneMore(location: string): Promise<void> {
    expect(await runs.ends(location)).toMatchObject({ state: "finished", reruns: 1 });
    expect(runs.charges().map(({ operation }) => operation)).toEqual([
      "cells.generate",
      "cells.generate",
      "cells.render",
    ]);
    expect(gen.control.ledger().totals).toMatchObject({ charges: 3, refunds: 1 });
    expect(posts().filter(({ path }) => path.endsWith("/rows"))).toHaveLength(1);
  }

  const started = (operation: string, count: number) =>
    eventually(
      () => runs.charges().filter((charge) => charge.operation === operation),
      (charges) => charges.length === count,
    );
  const asked = (end: string, count: number) =>
    eventually(
      () => posts().filter(({ path }) => path.endsWith(end)),
      (sent) => sent.length === count,
    );

  it.each([
    ["as soon as it was accepted", async () => {}],
    ["while its charged call is on its way", () => asked("/generate", 2)],
    ["while its generation is at work", () => started("cells.generate", 2)],
    ["while its next charged call is on its way", () => asked("/render", 1)],
  ] as const)(
    "charges nothing twice: %s",
    async (_, moment) => {
      const location = await fail();
      gen.control.changeSettings({ generationMs: { ...SHORT, text: { pendingMs: 1 } }, workMs: 500 });
      expect((await rerun(location)).status).toBe(202);
      await moment();
      await worker.kill();
      gen.control.changeSettings({ workMs: 0 });
      await worker.restart();
      expect((await rerun(location)).ok).toBe(true);

      await expectOneMore(location);
    },
    60_000,
  );
});
