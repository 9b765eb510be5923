import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually, TEXT, VIDEO } from "../support/durable-calls.ts";
import { openEvents } from "../support/event-stream.ts";
import { json, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(() => stack.close());

const calls = durableCalls(() => stack);
const { url } = cell(10111);

async function start(body: unknown = TEXT, as = stack.key): Promise<string> {
  const response = await calls.generate(url, { body, as });
  return String(((await response.json()) as { generation_id: number }).generation_id);
}

const watch = (id: string, headers: Record<string, string> = {}) =>
  openEvents(`${stack.worker.url}/v1/generations/${id}/events`, { "x-api-key": stack.key, ...headers });
const polls = (id: string) =>
  stack.gen.control.ledger().requests.filter(({ method, path }) => method === "GET" && path.endsWith(`/${id}`)).length;
const statuses = (events: readonly { data: string }[]) => events.map(({ data }) => JSON.parse(data).status);

it("GET /v1/generations/:id asks GEN again about what has stopped: it may have been continued elsewhere", async () => {
  stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
  const id = await start(VIDEO);
  const read = async () => ((await (await stack.call(`/v1/generations/${id}`)).json()) as { status: string }).status;
  await stack.call(`/v1/generations/${id}/stop`, json("POST", { agent_id: "42" }));
  await eventually(read, (status) => status === "stopped");
  stack.gen.control.setGeneration(id, { status: "completed" });
  await eventually(read, (status) => status === "completed");
});

describe("GET /v1/generations/:id/events", () => {
  it("tells each change until the generation has ended, then ends itself", async () => {
    const id = await start();
    const stream = await watch(id);
    const events = await stream.ended();

    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    expect(events.map(({ event }) => event)).toEqual(events.map(() => "generation"));
    expect(statuses(events).at(-1)).toBe("completed");
    const ids = events.map((event) => Number(event.id));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(JSON.parse(events.at(-1)?.data ?? "")).toMatchObject({ id: Number(id), result: expect.any(String) });
  });

  it("may be neither compressed nor held back on the way, also by HEAD's headers", async () => {
    const id = await start();
    const headers = { "x-api-key": stack.key };
    const head = await fetch(`${stack.worker.url}/v1/generations/${id}/events`, { method: "HEAD", headers });
    for (const response of [head, (await watch(id)).response]) {
      expect(response.headers.get("cache-control")).toBe("no-store, no-transform");
      expect(response.headers.get("x-accel-buffering")).toBe("no");
      expect(response.headers.get("content-type")).toBe("text/event-stream");
    }
  });

  it("begins with the last state, at once, and resumes behind Last-Event-ID", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    const id = await start(VIDEO);
    await eventually(
      () => polls(id),
      (count) => count > 0,
    );
    const first = await (await watch(id)).next(({ data }) => "result" in JSON.parse(data));
    expect(JSON.parse(first.data)).toMatchObject({ status: "pending" });

    const resumed = await watch(id, { "last-event-id": first.id });
    stack.gen.control.setGeneration(id, { status: "completed" });
    const events = await resumed.ended();
    expect(statuses(events)).toEqual(["completed"]);
    expect(Number(events[0]?.id)).toBeGreaterThan(Number(first.id));
  });

  it("gives the end to a reader who missed it, and 204 to one who has seen it: an EventSource then stays away", async () => {
    const id = await start();
    const [last] = (await (await watch(id)).ended()).slice(-1);
    expect(await (await watch(id)).ended()).toEqual([last]);

    const seen = await watch(id, { "last-event-id": last?.id ?? "" });
    expect(seen.response.status).toBe(204);
  });

  it("costs GEN the same for fifty watchers as for one", async () => {
    const id = await start();
    const streams = await Promise.all(Array.from({ length: 50 }, () => watch(id)));
    const all = await Promise.all(streams.map((stream) => stream.ended()));

    expect(new Set(all.map((events) => statuses(events).at(-1)))).toEqual(new Set(["completed"]));
    expect(polls(id)).toBeLessThanOrEqual(3);
  });

  it("knows nothing of what nobody here has made, and asks GEN nothing", async () => {
    expect((await watch("4711")).response.status).toBe(404);
    expect(stack.gen.control.ledger().requests).toHaveLength(0);
  });
});

describe("GET /v1/generations/:id", () => {
  it("is answered from what is known, with its age: readers cost GEN nothing", async () => {
    const id = await start();
    await (await watch(id)).ended();
    const before = polls(id);
    const responses = await Promise.all(Array.from({ length: 10 }, () => stack.call(`/v1/generations/${id}`)));

    for (const response of responses) {
      expect(Number(response.headers.get("age"))).toBeGreaterThanOrEqual(0);
      expect(response.headers.has("age")).toBe(true);
      expect(await response.json()).toMatchObject({ id: Number(id), status: "completed" });
    }
    expect(polls(id)).toBe(before);
  });

  it("is GEN's answer for one that nobody here follows", async () => {
    const made = await fetch(`${stack.gen.urls.api}/vidsheet/101/cells/10112/generate?agent_id=42`, {
      ...json("POST", TEXT, { "x-api-key": stack.gen.apiKey }),
    });
    const { generation_id: id } = (await made.json()) as { generation_id: number };
    stack.madeElsewhere(id);
    const response = await stack.call(`/v1/generations/${id}`);
    expect(response.headers.has("age")).toBe(false);
    expect(await response.json()).toMatchObject({ id });
  });
});

describe("stopping and continuing through the Worker", () => {
  it("settles a stopped one at once for those who watch, and a continued one lives again, charged again", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    const id = await start(VIDEO);
    const stream = await watch(id);
    expect((await stack.call(`/v1/generations/${id}/stop`, json("POST", { agent_id: 42 }))).status).toBe(200);
    expect(statuses(await stream.ended()).at(-1)).toBe("stopped");
    expect(calls.totals()).toMatchObject({ charges: 1, refunds: 1 });

    const continued = await calls.generate(`/v1/generations/${id}/continue`, { body: { agent_id: 42 } });
    expect(continued.status).toBe(200);
    const again = await watch(id);
    stack.gen.control.setGeneration(id, { status: "completed" });
    expect(statuses(await again.ended()).at(-1)).toBe("completed");
    expect(calls.totals()).toMatchObject({ charges: 2, refunds: 1 });
  });
});

describe("a client confined to some agents", () => {
  it("sees, watches, stops and continues what its own calls have made, and finds nothing else", async () => {
    const confined = await stack.worker.addClient({ name: "confined", agents: ["42"], scopes: ["read", "generate"] });
    const other = await stack.worker.addClient({ name: "other", agents: ["42"], scopes: ["read", "generate"] });
    const id = await start(VIDEO, confined);
    const ask = async (as: string, path: string, init: RequestInit = {}) =>
      (await stack.call(path, { ...init, headers: { ...init.headers, "x-api-key": as } })).status;
    const stop = json("POST", {});

    expect(await ask(other, `/v1/generations/${id}`)).toBe(404);
    expect(await ask(other, `/v1/generations/${id}/events`)).toBe(404);
    expect(await ask(other, `/v1/generations/${id}/stop`, stop)).toBe(404);
    expect(await ask(confined, "/v1/generations/4711")).toBe(404);
    expect(await ask(confined, `/v1/generations/${id}`)).toBe(200);
    expect((await watch(id, { "x-api-key": confined })).response.status).toBe(200);
    expect(await ask(confined, `/v1/generations/${id}/stop`, stop)).toBe(200);
    expect(calls.totals()).toMatchObject({ charges: 1, refunds: 1 });
  });
});

describe("Prefer: wait=N, return=representation", () => {
  const prefer = (seconds: number) => `wait=${seconds}, return=representation`;

  it("holds the answer until the generation has ended, and gives it whole", async () => {
    const response = await calls.generate(url, { prefer: prefer(20) });
    expect(response.status).toBe(201);
    expect(response.headers.get("preference-applied")).toContain("return=representation");
    expect(await response.json()).toMatchObject({ status: "completed", result: expect.any(String) });
  });

  it("gives it as far as it is when the wait ends first, with the link to watch", async () => {
    stack.gen.control.changeSettings({ generationMs: { text: { pendingMs: 60_000 } } });
    const response = await calls.generate(url, { prefer: prefer(2) });
    expect(response.status).toBe(202);
    expect(response.headers.get("link")).toMatch(/^<\/v1\/generations\/\d+\/events>; rel="monitor"$/);
    expect(await response.json()).toMatchObject({ status: "pending" });
    expect(calls.totals().charges).toBe(1);
  });
});

describe("user jobs and runs", () => {
  it("a user job is followed to its end, and its id is watched as a generation's is", async () => {
    const job = { agent_id: 42, user_job: { user_job_type: "publish_content", data: { caption: "Hello" } } };
    const response = await calls.generate("/v1/user_jobs", { body: job });
    const { user_job_id: id } = (await response.json()) as { user_job_id: number };
    const events = await (await watch(String(id))).ended();
    expect(statuses(events).at(-1)).toBe("completed");
  });

  it("a run that awaits an approval is not over, and ends once it has it", async () => {
    stack.gen.control.changeSettings({ runsNeedApproval: true, generationMs: { run: { processingMs: 100 } } });
    const response = await calls.generate("/v1/agent/run", { body: { agent_id: 42, message: "Ideas" } });
    const { run_id: id } = (await response.json()) as { run_id: string };
    const stream = await watch(id);
    await stream.next(({ data }) => JSON.parse(data).status === "awaiting_approval");

    await stack.call(`/v1/agent/runs/${id}/approve`, json("POST", { approved: true }));
    expect(statuses(await stream.ended()).at(-1)).toBe("completed");
  });
});
