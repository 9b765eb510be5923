import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import { DurableCall } from "../../src/calls/durable-call.ts";
import { GenerationTracker } from "../../src/generations/tracker.ts";
import { handleHttp } from "../../src/http/handle.ts";
import { getIsolate } from "../../src/isolate.ts";
import { Ledger } from "../../src/money/ledger/ledger.ts";
import { PipelineRuns } from "../../src/pipelines/runs/pipeline-runs.ts";
import { answers, createWorld, type Gen, generated, heal } from "./world.ts";

const POLICY = { name: "web", scopes: ["read", "generate", "pipelines"], agents: "*", origins: [], expiresAt: null };
const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
/** As the platform says it when an object's machine has died. */
const DIED = Object.assign(new Error("Network connection lost."), { retryable: true });
const OVERLOADED = Object.assign(new Error("Durable Object is overloaded."), { retryable: true, overloaded: true });

let gen: Gen;
let end: () => void;
let key: string;

beforeEach(async () => {
  ({ gen, end } = createWorld());
  heal();
  const created = createClientKey();
  key = formatClientKey(created);
  await env.CLIENTS.put(created.id, JSON.stringify({ ...POLICY, secretHash: await hashSecret(created.secret) }));
});

afterEach(() => end());

const TEXT = '{"generation_type":"text","data":{"prompt":"x"}}';

function ask(method: string, path: string, headers: Record<string, string> = {}, posted = TEXT): Promise<Response> {
  const body = method === "POST" ? posted : null;
  const all = { "x-api-key": key, "content-type": "application/json", ...headers };
  const request = new Request(`https://worker.example${path}`, { method, headers: all, body });
  return handleHttp(request, getIsolate(env), (work) => void work.catch(() => {}));
}

const order = (headers = {}) => ask("POST", GENERATE, { "idempotency-key": "one", ...headers });

describe("a charged call whose object can't be reached", () => {
  it("is accepted by the next machine when it could not be reached before it was written", async () => {
    vi.spyOn(DurableCall.prototype, "submit").mockRejectedValueOnce(DIED);
    expect((await order()).status).toBe(201);
    expect(gen.charged).toHaveLength(1);
  });

  it("is found again under its key, and charged once, when it could not be reached after it was sent", async () => {
    const { submit } = DurableCall.prototype;
    vi.spyOn(DurableCall.prototype, "submit").mockImplementationOnce(async function (this: DurableCall, ...given) {
      await submit.apply(this, given);
      throw DIED;
    });
    const answer = await order();
    expect([answer.status, answer.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
    expect(gen.charged).toHaveLength(1);
  });

  it("is told to be open, with the place to look at, when it could not be reached twice, since credits may be spent", async () => {
    vi.spyOn(DurableCall.prototype, "submit").mockRejectedValue(DIED);
    const answer = await order();
    expect(answer.status).toBe(504);
    expect(answer.headers.get("location")).toMatch(/^\/v1\/calls\/[0-9a-f]{64}$/);
    expect(await answer.json()).toMatchObject({ error_code: "outcome_pending", charged: "unknown" });
  });
});

describe("a charged call whose ledger can't be reached", () => {
  const bound = async (policy: object) => {
    const created = createClientKey();
    key = formatClientKey(created);
    const record = { ...POLICY, ...policy, secretHash: await hashSecret(created.secret) };
    await env.CLIENTS.put(created.id, JSON.stringify(record));
  };

  it("is not sent when a budget applies: it is the Worker's trouble, not GEN's, and nothing was charged", async () => {
    await bound({ chargesPerDay: 5 });
    const reserve = vi.spyOn(Ledger.prototype, "reserve").mockRejectedValue(OVERLOADED);
    const answer = await order();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      error_code: "temporarily_unavailable",
      charged: "no",
      retryable: true,
    });
    expect(gen.charged).toEqual([]);

    reserve.mockRestore();
    expect((await order()).status).toBe(201);
    expect(gen.charged).toHaveLength(1);
  });

  it("is sent when no budget applies, and its row is written later", async () => {
    vi.spyOn(Ledger.prototype, "close").mockRejectedValue(OVERLOADED);
    expect((await order()).status).toBe(201);
  });
});

describe("an object that can't be reached", () => {
  const report = () => ask("GET", `/v1/calls/${"0".repeat(64)}`);

  it("is asked again where the platform says that it helps", async () => {
    const asked = vi.spyOn(DurableCall.prototype, "report").mockRejectedValueOnce(DIED).mockRejectedValueOnce(DIED);
    expect((await report()).status).toBe(404);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it("is not asked again while it is overloaded", async () => {
    const asked = vi.spyOn(DurableCall.prototype, "report").mockRejectedValue(OVERLOADED);
    expect((await report()).status).toBe(503);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("is told as a pause, not as a mistake of the Worker's", async () => {
    vi.spyOn(DurableCall.prototype, "report").mockRejectedValue(DIED);
    const answer = await report();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await answer.json()).toMatchObject({
      error_code: "temporarily_unavailable",
      retryable: true,
      charged: "no",
    });
  });

  it("leaves open what a change that was asked of it has done", async () => {
    vi.spyOn(DurableCall.prototype, "report").mockRejectedValue(DIED);
    const answer = await ask("DELETE", `/v1/calls/${"0".repeat(64)}`);
    expect(await answer.json()).toMatchObject({ error_code: "temporarily_unavailable", charged: "unknown" });
  });

  it("can be passed around and awaited before it is asked", async () => {
    const call = await getIsolate(env).objects.CALLS.getByName("0".repeat(64));
    expect(await call.report()).toBeNull();
  });

  it("is not asked again after a mistake of its own, which is told as one", async () => {
    const asked = vi.spyOn(DurableCall.prototype, "report").mockRejectedValue(new TypeError("undefined"));
    expect((await report()).status).toBe(500);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

describe("a pipeline whose object can't be reached", () => {
  const input = JSON.stringify({ agent_id: 42, sheet: 101, cells: {} });
  const startRun = (headers: Record<string, string> = {}) => {
    vi.spyOn(PipelineRuns.prototype, "start").mockRejectedValue(DIED);
    return ask("POST", "/pipelines/idea-to-video/runs", headers, input);
  };

  it("asks for a repeat under the caller's key, which starts no second run", async () => {
    const answer = await startRun({ "idempotency-key": "mine" });
    expect([answer.status, answer.headers.get("x-should-retry")]).toEqual([503, "true"]);
    expect(await answer.json()).toMatchObject({ error_code: "temporarily_unavailable", charged: "unknown" });
  });

  it("asks for no repeat without a key: it would start another run", async () => {
    const answer = await startRun();
    expect([answer.status, answer.headers.get("x-should-retry")]).toEqual([500, "false"]);
    expect(await answer.json()).toMatchObject({ error_code: "internal", retryable: false, charged: "unknown" });
  });
});

describe("a generation whose tracker can't be reached", () => {
  it("is answered as GEN has answered the call, though the whole of it was asked for", async () => {
    vi.spyOn(GenerationTracker.prototype, "settled").mockRejectedValue(DIED);
    const answer = await order({ prefer: "wait=5, return=representation" });
    expect([answer.status, await answer.json()]).toEqual([201, { generation_id: 9000, status: "pending" }]);
    expect(answer.headers.get("preference-applied")).toBe("wait=5");
  });

  it("is polled at GEN", async () => {
    vi.spyOn(GenerationTracker.prototype, "view").mockRejectedValue(DIED);
    gen.reads = answers(200, { id: 7, status: "processing" });
    const answer = await ask("GET", "/v1/generations/7");
    expect([answer.status, await answer.json()]).toEqual([200, { id: 7, status: "processing" }]);
  });

  it("is stopped all the same", async () => {
    vi.spyOn(GenerationTracker.prototype, "hint").mockRejectedValue(DIED);
    gen.posts = answers(200, { status: "stopped" });
    expect((await ask("POST", "/v1/generations/7/stop?agent_id=42")).status).toBe(200);
  });
});

it("an answer in a coding that nobody has asked for is GEN's mistake, not the caller's garbage", async () => {
  const deflated = new Response("x\u009cK", { headers: { "content-encoding": "deflate" } });
  gen.reads = () => deflated;
  expect(await (await ask("GET", "/v1/agents/42")).json()).toMatchObject({ error_code: "gen_bad_response" });
  gen.posts = generated();
});
