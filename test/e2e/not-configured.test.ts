import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startSimulator } from "../simulator/simulator.ts";
import { hold } from "../support/conformance.ts";
import { cell, TEXT } from "../support/durable-calls.ts";
import { IDEA } from "../support/pipelines.ts";
import { json, readProblem } from "../support/stack.ts";
import { toVariable } from "../support/webhooks.ts";
import { type RunningWorker, startWorker } from "../support/worker.ts";

const KEY = { GEN_API_KEY: "gen_pat_0123456789" };
const isFault = ({ message }: { message: string }) => message === "not_configured";

let worker: RunningWorker;
afterEach(() => worker.close());

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`${worker.url}${path}`, init);
  return hold(response, { method: init.method ?? "GET", path, isScripted: false });
}

describe("a Worker whose configuration is wrong", () => {
  it("says so to every caller, in words for a person, and shows nothing of it", async () => {
    worker = await startWorker({ GEN_API_KEY: "", HTTP_BUDGET_MS: "canary" });
    const headers = { origin: "https://app.example.com", "x-request-id": "broken-1", "accept-language": "de" };
    const response = await ask("/v1/me", { headers });
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([503, "false"]);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    const problem = await readProblem(response);
    expect(problem).toMatchObject({ error_code: "not_configured", instance: "broken-1", charged: "no" });
    expect(problem.title).toBe("Dieser Dienst ist nicht bereit");
    expect(JSON.stringify(problem)).not.toMatch(/GEN_API_KEY|HTTP_BUDGET_MS|canary/);
  });

  it("tells anybody at /health the names of what is wrong, and no value", async () => {
    worker = await startWorker({ HTTP_BUDGET_MS: "canary" });
    const response = await ask("/health");
    expect([response.status, response.headers.get("x-should-retry")]).toEqual([503, "false"]);
    expect(await response.json()).toEqual({
      status: "not_configured",
      version: expect.any(String),
      variables: ["GEN_API_KEY", "HTTP_BUDGET_MS"],
    });
  });

  it("takes no webhook, so that its sender tries again", async () => {
    worker = await startWorker({});
    const response = await ask("/webhooks/github", { method: "POST", body: "{}" });
    expect([response.status, (await readProblem(response)).error_code]).toEqual([503, "not_configured"]);
  });

  it("still explains its problems and describes itself", async () => {
    worker = await startWorker({});
    const { type } = await readProblem(await ask("/v1/me"));
    const paths = [new URL(type).pathname, "/openapi.json", "/docs"];
    const answers = await Promise.all(paths.map((path) => ask(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await Promise.all(answers.map((answer) => answer.text()));
  });

  it("writes what is wrong into the log, however many ask at a time once, without a stack or a value", async () => {
    worker = await startWorker({ ...KEY, MAX_ATTEMPTS: "canary", PIPELINE_FILL_EMPTY_CELLS: "[canary" });
    const paths = ["/health", "/v1/me", "/v1/agents", "/pipelines", "/nowhere"];
    const answers = await Promise.all([...paths, ...paths].map((path) => fetch(`${worker.url}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(503));
    const requests = () => worker.lines.filter(({ message }) => message === "request");
    await worker.waitForLine(() => requests().length === answers.length);
    expect(worker.lines.filter((line) => line.level === "error")).toEqual([
      {
        level: "error",
        message: "not_configured",
        problems: [
          "MAX_ATTEMPTS must be a whole number from 1 to 50.",
          "PIPELINE_FILL_EMPTY_CELLS must be a JSON list of inputs, and is not JSON.",
        ],
      },
    ]);
    expect(worker.output()).not.toMatch(/canary|stack/);
  });

  it.each([
    [
      "a malformed secret of a webhook",
      { [toVariable("standard-webhooks")]: "canary" },
      "must be whsec_ and then base64.",
    ],
    [
      "a pipeline's variable that is not JSON",
      { PIPELINE_FILL_EMPTY_CELLS: "[canary" },
      "must be a JSON list of inputs",
    ],
  ])("has found %s before it is needed", async (_what, variables, fault) => {
    worker = await startWorker({ ...KEY, ...variables });
    const response = await ask("/health");
    expect(await response.json()).toMatchObject({ status: "not_configured", variables: Object.keys(variables) });
    expect((await worker.waitForLine(isFault)).problems).toEqual([expect.stringContaining(fault)]);
    expect(worker.output()).not.toContain("canary");
  });
});

describe("a variable that nothing reads", () => {
  it("is named in the log with the one that was probably meant, and keeps nothing from working", async () => {
    const misspelt = { MAX_ATEMPTS: "3", PIPELINE_FILL_EMPTY_CELL: "[]", GITHB_WEBHOOK_SECRET: "canary", PUBLIC: "x" };
    worker = await startWorker({ ...KEY, ...misspelt });
    expect((await ask("/health")).status).toBe(200);
    await worker.waitForLine(({ message }) => message === "request");
    expect(worker.lines.filter(({ message }) => message === "unknown_variable")).toMatchObject([
      { level: "warn", variable: "MAX_ATEMPTS", nearest: "MAX_ATTEMPTS" },
      { variable: "PIPELINE_FILL_EMPTY_CELL", nearest: "PIPELINE_FILL_EMPTY_CELLS" },
      { variable: "GITHB_WEBHOOK_SECRET", nearest: "GITHUB_WEBHOOK_SECRET" },
    ]);
    expect(worker.output()).not.toContain("canary");
  });
});

describe("what a Worker had at work before its configuration went wrong", () => {
  it("waits, untouched, until the configuration is right again", { timeout: 90_000 }, async () => {
    const persist = await mkdtemp(join(tmpdir(), "gen-edge-kept-"));
    const gen = await startSimulator({ apiKey: KEY.GEN_API_KEY });
    const vars = { ...KEY, GEN_BASE_URL: gen.urls.api, GEN_AGENT_BASE_URL: gen.urls.agent };
    worker = await startWorker(vars, { persist });
    const { url } = cell(10111);
    const headers = { "x-api-key": await worker.addClient(), "idempotency-key": "kept-1" };
    const generate = () => ask(url, json("POST", TEXT, { ...headers, prefer: "wait=1" }));
    await gen.control.refuse("api");
    expect((await readProblem(await generate())).error_code).toBe("outcome_pending");
    const run = await ask("/pipelines/idea-to-video/runs", json("POST", IDEA, { "x-api-key": headers["x-api-key"] }));
    expect(run.status).toBe(202);
    await worker.close();

    // Its key is of no use, and it has no address of GEN but the real one's.
    worker = await startWorker({ ...vars, MAX_ATTEMPTS: "canary" }, { persist });
    await worker.waitForLine(isFault);
    await worker.close();
    expect(worker.lines.filter((line) => !isFault(line))).toEqual([]);

    await gen.control.acceptAgain();
    worker = await startWorker(vars, { persist });
    const ended = await worker.waitForLine(({ message }) => message === "call");
    expect(ended).toMatchObject({ state: "settled", level: "info" });
    expect((await generate()).status).toBe(201);
    const over = await worker.waitForLine(({ message }) => message === "run");
    expect(over).toMatchObject({ state: "finished" });
    // The call's own, and the two of the run.
    expect(gen.control.ledger().totals.charges).toBe(3);
    await gen.close();
    await rm(persist, { recursive: true });
  });
});
