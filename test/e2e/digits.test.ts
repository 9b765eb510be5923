/**
 * Numbers that a double can't hold: they are passed on with the digits that they came with, and never computed with.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually, VIDEO } from "../support/durable-calls.ts";
import { openEvents } from "../support/event-stream.ts";
import { IDEA, pipelineRuns, startQuickStack } from "../support/pipelines.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { readProblem, type Stack, startStack } from "../support/stack.ts";
import { readTestBundle } from "../support/test-bundle.ts";
import { post, SECRETS, webhooks } from "../support/webhooks.ts";

const SEED = "6687881544318117707";
const BEYOND = "9007199254740993";
/** JSON as written by a client whose numbers have no limit. */
const raw = (method: string, body: string, headers: Readonly<Record<string, string>> = {}) => ({
  method,
  headers: { "content-type": "application/json", ...headers },
  body,
});

describe("a generation that has long numbers at GEN", () => {
  let receiver: Receiver;
  let stack: Stack;
  beforeEach(async () => {
    receiver = await startReceiver();
    stack = await startStack({ NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret });
  });
  afterEach(async () => {
    await stack.close();
    await receiver.close();
  });
  const calls = durableCalls(() => stack);
  const { url } = cell(10111);
  /** From now on GEN answers every request for a generation with this text. */
  const tell = (body: string) =>
    stack.gen.control.addFaults({
      rules: [{ match: { method: "GET", path: "/v1/generations/" }, outcomes: Array(50).fill({ status: 200, body }) }],
    });

  it("keeps its digits when it is read, in its events, in its notification, and in the call that waits", async () => {
    const told = `{\n  "id": 1,\r\n  "status": "completed",\n  "seed": ${SEED},\n  "scale": 1.0,\n  "result": "a\\nb"\n}`;
    tell(told);
    const response = await calls.generate(url, { body: VIDEO, prefer: "return=representation" });
    expect(response.status).toBe(201);
    expect(await response.text()).toBe(told);

    const [, id = ""] = /generations\/([^/]+)\/events/.exec(response.headers.get("link") ?? "") ?? [];
    expect(await (await stack.call(`/v1/generations/${id}`)).text()).toBe(told);

    const stream = await openEvents(`${stack.worker.url}/v1/generations/${id}/events`, { "x-api-key": stack.key });
    const [event] = await stream.ended();
    expect(event?.data).toContain(`"seed": ${SEED},`);
    expect(JSON.parse(event?.data ?? "")).toEqual(JSON.parse(told));

    await eventually(
      () => receiver.got,
      ({ length }) => length > 0,
    );
    expect(receiver.got[0]?.body).toContain(`"generation":${told}`);
    expect(receiver.got[0]?.genuine).toBe(true);
  });

  it("keeps its digits in the call that started it, too", async () => {
    const body = `{"generation_id": 7, "status": "pending", "seed": ${SEED}}`;
    stack.script({ status: 201, headers: { "content-type": "application/json" }, body });
    const accepted = await calls.generate(url, { key: "digits", prefer: "respond-async" });
    const location = accepted.headers.get("location");
    await calls.reaches(location, "settled");

    expect(await (await stack.call(location ?? "")).text()).toContain(`"body":${body}`);
    expect(await (await calls.generate(url, { key: "digits" })).text()).toBe(body);
  });

  it("keeps its digits in an error's details as well", async () => {
    stack.script({
      status: 422,
      body: `{"error":"No","error_code":"validation_error","errors":[{"given":${SEED}}]}`,
    });
    const response = await calls.generate(url);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain(`"errors":[{"given":${SEED}}]`);
  });
});

describe("a run with a long number", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startQuickStack();
  });
  afterAll(() => stack.close());
  const runs = pipelineRuns(() => stack);
  const start = (input: string) => stack.call("/pipelines/idea-to-video/runs", raw("POST", input));

  it.each([
    ["the sheet", JSON.stringify(IDEA).replace('"sheet":101', `"sheet":${BEYOND}`), "sheet"],
    ["the agent", JSON.stringify(IDEA).replace('"agent_id":42', `"agent_id":-${BEYOND}`), "agent_id"],
    ["a cell", JSON.stringify(IDEA).replace('"Three mistakes"', BEYOND), "cells.Script"],
    ["a sheet that is rounded", JSON.stringify(IDEA).replace('"sheet":101', `"sheet":${BEYOND}.0`), "sheet"],
  ])("is refused when %s is a number beyond 2^53, and told to send a string", async (_, input, path) => {
    stack.gen.control.clearLedger();
    const response = await start(input);
    expect(response.status).toBe(422);
    const errors = [{ path, message: expect.stringContaining("string") }];
    expect(await readProblem(response)).toMatchObject({ error_code: "input_invalid", charged: "no", errors });
    expect(stack.gen.control.ledger().requests).toEqual([]);
  });

  it("is refused when a number of it is too large for any double", async () => {
    const data = '"prompt":"A film","weight":1e400';
    const input = JSON.stringify({ ...IDEA, generate: {} }).replace(
      '"generate":{}',
      `"generate":{"Video":{"generation_type":"video_from_text","data":{${data}}}}`,
    );
    expect(await readProblem(await start(input))).toMatchObject({
      status: 422,
      errors: [{ message: expect.any(String) }],
    });
  });

  it("passes a seed on to GEN as it was sent, and shows it so", async () => {
    stack.gen.control.clearLedger();
    const input = JSON.stringify(IDEA).replace('"prompt"', `"seed":${SEED},"prompt"`);
    const response = await start(input);
    const location = response.headers.get("location") ?? "";
    await runs.ends(location);

    const [generated] = stack.gen.control.ledger().requests.filter(({ path }) => path.endsWith("/generate"));
    expect(generated?.body).toContain(`"seed":${SEED}`);
    expect(await (await stack.call(location)).text()).toContain(`"seed":${SEED}`);
  });
});

describe("a webhook whose order id is beyond 2^53", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(SECRETS, { bundle: readTestBundle() });
  });
  afterAll(() => stack.close());
  const hooks = webhooks(() => stack);

  it("starts a run that has its digits", async () => {
    const body = `{"id":${SEED},"line_items":[{"variant_id":${BEYOND}}]}`;
    const [run] = await hooks.started(await hooks.deliver("shopify", { body }), "shopify");
    const ended = async () => (await stack.call(run?.location ?? "")).text();
    const told = await eventually(ended, (text) => text.includes('"output"'));
    expect(told.split(`"payload":${body}`)).toHaveLength(3);
  });

  it("is refused where a pipeline reads it as a number, and its list says what to do", async () => {
    const body = `{"for":"picky","make":"text","note":${BEYOND}}`;
    const response = await post(hooks.toPost("hmac-sha256", { body }));
    expect(await readProblem(response)).toMatchObject({
      status: 422,
      errors: [{ path: "count", message: expect.stringContaining("take it as a string") }],
    });
    expect(await hooks.rejected("picky")).toMatchObject([
      { issues: [expect.stringContaining("string")], payload: body },
    ]);
  });
});
