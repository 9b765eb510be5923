import { afterEach, describe, expect, it } from "vitest";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;

afterEach(() => stack.close());

const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
const TEXT = { generation_type: "text", data: { prompt: "x" } };

function order(key: string, client: string): Promise<Response> {
  return stack.call(GENERATE, json("POST", TEXT, { "idempotency-key": key, "x-api-key": client }));
}

const charges = () => stack.gen.control.ledger().charges.length;

async function usage(client: string): Promise<Record<string, unknown>> {
  const body = (await (await stack.call("/v1/usage", { headers: { "x-api-key": client } })).json()) as {
    charged_calls: Record<string, unknown>;
  };
  return body.charged_calls;
}

describe("a quota of charged calls a day", () => {
  it("leaves exactly 100 of 200 that come at the same time", async () => {
    stack = await startStack();
    const client = await stack.worker.addClient({ name: "bounded", chargesPerDay: 100 });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => order(`call-${n}`, client)));
    const statuses = answers.map(({ status }) => status).sort();

    expect(statuses).toEqual([...Array(100).fill(201), ...Array(100).fill(429)]);
    expect(charges()).toBe(100);
    await expect.poll(() => usage(client)).toEqual({ reserved: 0, spent: 100, limit: 100, left: 0 });
  });

  it("is answered with 429, the time until the next day, and that nothing was charged", async () => {
    stack = await startStack();
    const client = await stack.worker.addClient({ name: "bounded", chargesPerDay: 0 });
    const refused = await order("one", client);

    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await readProblem(refused)).toMatchObject({
      error_code: "quota_exhausted",
      charged: "no",
      retryable: false,
    });
    expect(charges()).toBe(0);
  });

  it("counts a call once, however often it is repeated", async () => {
    stack = await startStack();
    const client = await stack.worker.addClient({ name: "bounded", chargesPerDay: 1 });
    await order("one", client);
    const again = await order("one", client);

    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
    expect((await order("two", client)).status).toBe(429);
  });

  it("counts each generation of sheet actions, and refuses what can't be counted", async () => {
    stack = await startStack();
    const client = await stack.worker.addClient({ name: "bounded", chargesPerDay: 5 });
    const generate = { action: "generate", target: { type: "cell", id: 10111, sheet_id: 101 }, ...TEXT };
    const update = { action: "update", target: { type: "cell", id: 10111, sheet_id: 101 }, value: "x" };
    const act = async (actions: unknown[], more: Record<string, unknown> = { auto_regenerate: false }) => {
      const body = { agent_id: 42, actions, ...more };
      return (await stack.call("/v1/vidsheet/actions", json("POST", body, { "x-api-key": client }))).status;
    };

    expect(await act(Array(50).fill(generate))).toBe(429);
    expect(await act([update], {})).toBe(403);
    expect(await act([generate], { auto_regenerate: true })).toBe(403);
    expect(charges()).toBe(0);
    expect(await act([update, generate, generate, generate])).toBe(200);
    await expect.poll(() => usage(client)).toMatchObject({ reserved: 0, spent: 3, left: 2 });
    expect([await act([generate, generate, generate]), await act([generate, generate])]).toEqual([429, 200]);
    expect(await act([update])).toBe(200);
    expect(charges()).toBe(5);
  });

  it("opens no job that spends for as long as it lives", async () => {
    stack = await startStack();
    const client = await stack.worker.addClient({ name: "bounded", chargesPerDay: 5 });
    const start = async (body: Record<string, unknown>) => {
      const init = json("POST", { agent_id: 42, ...body }, { "x-api-key": client });
      return (await stack.call("/v1/user_jobs", init)).status;
    };
    expect(await start({ user_job_type: "train_social", data: { url: "https://example.com/us" } })).toBe(403);
    expect(charges()).toBe(0);
    expect(await start({ user_job_type: "text", data: { prompt: "x" } })).toBe(201);
    expect(await start({ user_job: { user_job_type: "publish_content", data: "{}" } })).toBe(201);
  });

  it("gets back what GEN refused", async () => {
    stack = await startStack();
    const client = await stack.worker.addClient({ name: "bounded", chargesPerDay: 1 });
    stack.script({ status: 422, body: { error: "Wrong.", error_code: "validation_error" } });
    expect((await order("one", client)).status).toBe(422);
    await expect.poll(() => usage(client)).toMatchObject({ reserved: 0, spent: 0, left: 1 });

    expect((await order("two", client)).status).toBe(201);
  });

  it("is each client's own, and nobody else's to see but an operator's", async () => {
    stack = await startStack();
    const one = await stack.worker.addClient({ name: "one", chargesPerDay: 1, scopes: ["read", "generate"] });
    const other = await stack.worker.addClient({ name: "other", chargesPerDay: 1, scopes: ["read", "generate"] });
    await order("key", one);
    expect((await order("key", other)).status).toBe(201);

    const id = one.split("_")[1];
    const foreign = await stack.call(`/v1/usage?client=${id}`, { headers: { "x-api-key": other } });
    expect(foreign.status).toBe(403);
    const seen = await (await stack.call(`/v1/usage?client=${id}`)).json();
    expect(seen).toMatchObject({ client_id: id, charged_calls: { spent: 1 } });
  });
});

it("a client without a quota has no limit, and its calls are counted all the same", async () => {
  stack = await startStack();
  await order("one", stack.key);

  await expect.poll(() => usage(stack.key)).toEqual({ reserved: 0, spent: 1, limit: null, left: null });
});

it("CHARGES_PAUSED refuses what costs credits, and nothing else", async () => {
  stack = await startStack({ CHARGES_PAUSED: "true" });
  const refused = await order("one", stack.key);

  expect(refused.status).toBe(503);
  expect(await readProblem(refused)).toMatchObject({ error_code: "charges_paused", charged: "no" });
  expect((await stack.call("/v1/vidsheet/101?agent_id=42")).status).toBe(200);
  expect(charges()).toBe(0);
});
