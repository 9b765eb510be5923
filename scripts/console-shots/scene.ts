/** Some minutes in the life of a Worker: callers, a GEN with faults, and one of each thing that waits for a person. */
import { setTimeout as sleep } from "node:timers/promises";
import { cell, durableCalls, eventually, TEXT } from "../../test/support/durable-calls.ts";
import { IDEA, pipelineRuns, startQuickStack } from "../../test/support/pipelines.ts";
import { startReceiver } from "../../test/support/receiver.ts";
import { json, type Stack } from "../../test/support/stack.ts";

export interface Scene {
  readonly url: string;
  /** Keys and ids. */
  readonly operator: string;
  readonly call: string;
  readonly run: string;
  /** When it began, as ISO 8601. */
  readonly from: string;
  close(): Promise<void>;
}

const TRAFFIC_MS = 280_000;
const TURN_MS = 400;
const CELLS = ["10111", "10121", "10131"] as const;
const PATH = "/v1/vidsheet/101?agent_id=42";
/** A customer of the product, of five. */
const toTag = (turn: number) => `customer-${10 + (turn % 5)}`;

export async function startScene(): Promise<Scene> {
  const from = new Date().toISOString();
  const receiver = await startReceiver();
  const vars = {
    NOTIFY_URL: receiver.url,
    NOTIFY_SECRET: receiver.secret,
    CALL_LOST_QUIET_MS: "0",
    BUDGETS: "all 400 calls/day; account:default 10000 calls/month; tag:* 40 calls/day",
  };
  const stack = await startQuickStack(vars);
  const { worker } = stack;
  const [shop, studio, operator] = await Promise.all([
    worker.addClient({ name: "shop", scopes: ["read", "generate"], chargesPerDay: 500, creditsPerDay: 5_000 }),
    worker.addClient({ name: "studio", scopes: ["read", "edit", "generate"], creditsPerDay: 5_000 }),
    worker.addClient({ name: "ada", scopes: ["operator", "pipelines"] }),
  ]);
  const run = await failRun(stack);
  const lab = await worker.addClient({ name: "lab", scopes: ["ideas"] });
  const call = await loseAnswer(stack, lab);
  receiver.script(410, 410, 410);
  await pipelineRuns(() => stack).deliver({ type: "video.requested", data: { agent_id: 42 } }, "01JDQ7Z5M0X8");
  await makeTraffic(stack, [shop, studio]);
  const close = async () => {
    await stack.close();
    await receiver.close();
  };
  return { url: worker.url, operator, call, run, from, close };
}

/** A run whose render has failed; its id. */
async function failRun(stack: Stack): Promise<string> {
  const runs = pipelineRuns(() => stack);
  stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 4_000 }, render: { pendingMs: 300_000 } } });
  const location = await runs.begin("idea-to-video", IDEA);
  const isWaiting = (run: Awaited<ReturnType<typeof runs.read>>) =>
    run.steps.some(({ name, waits_for }) => name === "render" && waits_for === "generation");
  const { steps } = await runs.reaches(location, isWaiting);
  stack.gen.control.setGeneration(Number(steps.at(-1)?.generation), { status: "failed" });
  await runs.ends(location);
  return location.split("/").at(-1) ?? "";
}

/** A charged call for which GEN knows no key, and whose answer was lost; its id. */
async function loseAnswer(stack: Stack, as: string): Promise<string> {
  stack.script("done_but_lost");
  const body = { agent_id: 42, message: "Three ideas" };
  const lost = await durableCalls(() => stack).generate("/v1/agent/run", { body, as });
  return lost.headers.get("location")?.split("/").at(-1) ?? "";
}

/** Reads and charged calls; for some turns in the middle GEN is in trouble. */
async function makeTraffic(stack: Stack, clients: readonly string[]): Promise<void> {
  const endsAt = Date.now() + TRAFFIC_MS;
  const trouble = { from: endsAt - TRAFFIC_MS * 0.5, to: endsAt - TRAFFIC_MS * 0.3 };
  for (let turn = 0; Date.now() < endsAt; turn += 1) {
    const isTrouble = Date.now() > trouble.from && Date.now() < trouble.to;
    if (isTrouble) stack.script({ status: 503 }, { status: 503 }, "reset");
    const key = clients[(turn >> 2) % clients.length] ?? "";
    const id = CELLS[turn % CELLS.length] ?? CELLS[0];
    const headers = { "x-api-key": key, "idempotency-key": `order-${turn}`, "x-genedge-tag": toTag(turn) };
    const path = turn % 11 === 0 ? "/v1/vidsheet/nothing?agent_id=42" : PATH;
    await Promise.all([
      stack.call(path, { headers: { "x-api-key": key } }),
      turn % 4 === 0 ? stack.call(cell(id).url, json("POST", TEXT, headers)) : null,
    ]);
    await sleep(TURN_MS);
  }
  stack.gen.control.clearFaults();
  const listed = async () => (await (await stack.call("/v1/calls?limit=20")).json()) as { calls: object[] };
  await eventually(listed, ({ calls }) => calls.length >= 10);
}
