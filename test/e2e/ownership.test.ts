import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import { cell, durableCalls, TEXT } from "../support/durable-calls.ts";
import { json, type Stack, startStack } from "../support/stack.ts";

/** Each kind of client that may name the same agent as other clients: all of them may name agent 42. */
const OTHERS = [
  { agents: ["42"] },
  { sheets: ["101"] },
  { chargesPerDay: 100 },
  { creditsPerDay: 1_000 },
  { maxCredits: 1_000 },
  { generationTypes: ["text"] },
  { models: ["m"] },
  { maxDurationSeconds: 5 },
] satisfies Partial<Policy>[];

let stack: Stack;
let owner: string;
let others: string[];
beforeAll(async () => {
  stack = await startStack();
  owner = await stack.worker.addClient({ agents: ["42"], chargesPerDay: 1_000 });
  others = await Promise.all(OTHERS.map((policy) => stack.worker.addClient(policy)));
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const calls = durableCalls(() => stack);

async function ask(key: string, path: string, init: RequestInit = {}) {
  const response = await stack.call(path, { ...init, headers: { ...init.headers, "x-api-key": key } });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
}

type Asked = readonly [path: string, init?: RequestInit];

/** Expects every other client to be refused each request, and GEN to get none of theirs. */
async function expectClosed(requests: readonly Asked[]) {
  const isAsked = ({ path }: { path: string }) => requests.some(([request]) => path === request.split("?")[0]);
  const before = stack.gen.control.ledger().requests.filter(isAsked).length;
  for (const [path, init] of requests) {
    for (const key of others) expect([path, (await ask(key, path, init)).status]).toEqual([path, 404]);
  }
  // The Worker's own polls are not counted.
  const after = stack.gen.control.ledger().requests.filter(isAsked);
  expect(
    after.slice(before).filter(({ method, path }) => method !== "GET" || !/generations|user_jobs|runs/.test(path)),
  ).toEqual([]);
}

async function expectOpen(key: string, requests: readonly Asked[]) {
  for (const [path, init] of requests) expect([path, (await ask(key, path, init)).status]).toEqual([path, 200]);
}

describe("a generation, which is a user job too", () => {
  it("is its client's own by either name, and nobody else's by any", async () => {
    stack.gen.control.changeSettings({ generationMs: { text: { pendingMs: 300_000, processingMs: 1 } } });
    const started = await calls.generate(cell(10111).url, { body: TEXT, as: owner });
    const { generation_id: id } = (await started.json()) as { generation_id: number };
    const reads: Asked[] = [
      [`/v1/generations/${id}`],
      [`/v1/generations/${id}/lifecycle`],
      [`/v1/user_jobs/${id}?agent_id=42`],
    ];
    await expectClosed([...reads, [`/v1/generations/${id}/events`], [`/v1/generations/${id}/stop`, json("POST", {})]]);
    await expectOpen(owner, [...reads, [`/v1/generations/${id}/stop`, json("POST", {})]]);
  });

  it("is its client's own whichever of the names GEN's answer has called it by", async () => {
    const job = json("POST", { agent_id: 42, user_job_type: "text", data: { prompt: "x" } });
    const { user_job_id: id } = (await ask(owner, "/v1/user_jobs", job)).body;
    const requests: Asked[] = [
      [`/v1/user_jobs/${id}?agent_id=42`],
      [`/v1/generations/${id}`],
      [`/v1/generations/${id}/lifecycle`],
    ];
    await expectClosed(requests);
    await expectOpen(owner, requests);
  });
});

describe("a post", () => {
  it("is read, changed and deleted by the client that has made it alone", async () => {
    const order = {
      agent_id: 42,
      platform: ["youtube"],
      schedule_type: "now",
      media_url: "https://x.test/a.mp4",
      title: "x",
    };
    const { post_id: id } = (await ask(owner, "/v1/schedule/with-post", json("POST", order))).body;
    const path = `/v1/schedule/post/${id}`;
    const change = json("PATCH", { title: "y" });
    await expectClosed([
      [path],
      [path, change],
      [path, { method: "DELETE" }],
      [`${path}/published`, change],
      [`${path}/published`, { method: "DELETE" }],
    ]);
    await expectOpen(owner, [[path]]);
  });
});

describe("a conversation", () => {
  const say = (more: Record<string, unknown> = {}) => json("POST", { agent_id: 42, message: "Ideas", ...more });
  const begin = async (key: string) => (await ask(key, "/v1/agent/run", say())).body.conversation_id as string;

  it("is read, changed and deleted by the client whose run has begun it alone", async () => {
    const path = `/v1/agent/conversations/${await begin(owner)}`;
    const reads: Asked[] = ["", "/messages", "/runs", "/session-preferences", "/pending"].map((end) => [path + end]);
    const change = json("PATCH", { title: "y" });
    await expectClosed([
      ...reads,
      [path, change],
      [path, { method: "DELETE" }],
      [`${path}/session-preferences`, change],
      [`${path}/pending/1`, { method: "DELETE" }],
    ]);
    await expectOpen(owner, [...reads, [path, change]]);
  });

  it("is continued by that client alone, however the request names it", async () => {
    stack.gen.control.changeSettings({ generationMs: { run: { pendingMs: 0, processingMs: 0 } } });
    const id = await begin(owner);
    const other = await stack.worker.addClient({ agents: ["42"] });
    const form = new URLSearchParams({ agent_id: "42", message: "x", conversation_id: id });
    const multipart = new FormData();
    for (const [name, value] of form) multipart.set(name, value);
    expect((await ask(owner, "/v1/agent/run", say({ conversation_id: id }))).status).toBe(202);
    const before = calls.totals().charges;

    for (const init of [
      say({ conversation_id: id }),
      say({ "conversation_id ": id }),
      say({ conversationId: id }),
      say({ context: { conversation_id: id } }),
      say({ "x[conversation_id]": id }),
      { method: "POST", body: form },
    ]) {
      expect((await ask(other, "/v1/agent/run", init)).status).toBe(404);
    }
    expect((await ask(other, `/v1/agent/run?conversation_id=${id}`, say())).status).toBe(404);
    expect((await ask(other, "/v1/agent/run", { method: "POST", body: multipart })).status).toBe(415);
    expect(calls.totals().charges).toBe(before);
  });
});

describe("ideas and analyses", () => {
  it("are read by the client that has ordered them alone, each as what it is", async () => {
    const order = async (path: string) =>
      (await ask(owner, path, json("POST", { agent_id: 42, topic: "x" }))).body.job_id as number;
    const [idea, analysis] = [await order("/v1/ideas/generate"), await order("/v1/analyze/trends")];
    const requests: Asked[] = [[`/v1/ideas/jobs/${idea}`], [`/v1/analyze/jobs/${analysis}`]];
    await expectClosed(requests);
    await expectOpen(owner, requests);
    expect((await ask(owner, `/v1/ideas/jobs/${analysis}`)).status).toBe(404);
    expect((await ask(owner, `/v1/analyze/jobs/${idea}`)).status).toBe(404);
  });

  it("are nobody's own when GEN has listed them, so that they are neither read nor changed by their ids", async () => {
    await expectClosed([
      ["/v1/agent/ideas/1"],
      ["/v1/agent/ideas/1/status", json("POST", { status: "liked" })],
      ["/v1/agent/ideas/1/status/liked", { method: "PUT" }],
      ["/v1/ideas/1/expand", json("POST", {})],
    ]);
  });
});

describe("a thing of the whole account", () => {
  it.each(["/v1/user_voice_resources/1", "/v1/organizations/7"])("is nobody's own by its id: %s", async (path) => {
    await expectClosed([[path]]);
  });
});
