import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import { cell, durableCalls, TEXT, VIDEO } from "../support/durable-calls.ts";
import { IDEA } from "../support/pipelines.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

const { path: PATH, url: GENERATE } = cell(10111);
const OLD_NAME = GENERATE.replace("/vidsheet/", "/autocontentengine/");
const SHORT = { generation_type: "video_from_text", data: { prompt: "A film", model: "small", duration: 5 } };
const LONG = { ...SHORT, data: { ...SHORT.data, duration: 60 } };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const calls = durableCalls(() => stack);
const addClient = (policy: Partial<Policy>) => stack.worker.addClient(policy);
const totals = () => stack.gen.control.ledger().totals;
/** What GEN was sent, but for what the Worker asks of itself: how the generations of earlier tests are doing. */
const received = () =>
  stack.gen.control
    .ledger()
    .requests.filter(({ path }) => !/^\/v1\/(?:generations|user_jobs)\/[^/]+$/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

async function ask(key: string, path: string, init: RequestInit = {}): Promise<{ status: number; code: string }> {
  const response = await stack.call(path, { ...init, headers: { ...init.headers, "x-api-key": key } });
  const body = response.ok ? null : await readProblem(response);
  return { status: response.status, code: body?.error_code ?? "" };
}

function sent(contentType: string, body: string): RequestInit {
  return { method: "POST", headers: { "content-type": contentType }, body };
}

function toForm(pad: string): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ generation_type: "text", pad })) form.set(name, value);
  return form;
}

describe("a leaked key that may generate short films of a small model, and texts", () => {
  let key: string;
  beforeAll(async () => {
    const generationTypes = ["text", "video_from_text"];
    key = await addClient({ generationTypes, models: ["small"], maxDurationSeconds: 10 });
  });

  it("does so, in a cell and under the sheets' old name, and reads and edits as ever", async () => {
    expect((await ask(key, GENERATE, json("POST", SHORT))).status).toBe(201);
    expect((await ask(key, OLD_NAME, json("POST", SHORT))).status).toBe(201);
    expect((await ask(key, "/v1/vidsheet/101?agent_id=42")).status).toBe(200);
    const edit = json("PATCH", { spreadsheet_cell: { value: "Hello" } });
    expect((await ask(key, "/v1/vidsheet/101/cells/10111?agent_id=42", edit)).status).toBe(200);
    expect(totals().charges).toBe(2);
  });

  const form = "generation_type=text&data[model]=small&data[prompt]=x";
  const multipart = `--b\r\nContent-Disposition: form-data; name="generation_type"\r\n\r\ntext\r\n--b--\r\n`;
  const actions = { agent_id: 42, actions: [{ action: "generate", target: { cell_id: 10111 }, ...SHORT }] };

  it.each([
    ["a long film", GENERATE, json("POST", LONG)],
    ["a long film under the old name", OLD_NAME, json("POST", LONG)],
    ["a long film in a layer", `${PATH.replace("/generate", "/layers/1/generate")}?agent_id=42`, json("POST", LONG)],
    ["a film of a default length", GENERATE, json("POST", VIDEO)],
    ["a large model", GENERATE, json("POST", { ...SHORT, data: { ...SHORT.data, model: "large" } })],
    ["another type", GENERATE, json("POST", { generation_type: "lipsync", data: { model: "small" } })],
    ["what stands in the cell", GENERATE, { method: "POST" }],
    ["an empty object", GENERATE, json("POST", {})],
    ["a decoy beside data", GENERATE, json("POST", { ...VIDEO, data: { prompt: "A film" }, show: SHORT.data })],
    ["a form", GENERATE, sent("application/x-www-form-urlencoded", form)],
    ["a form in parts", GENERATE, sent("multipart/form-data; boundary=b", multipart)],
    ["an upload too long to be looked through", GENERATE, { method: "POST", body: toForm("x".repeat(1_100_000)) }],
    ["a length in the query", `${GENERATE}&data%5Bduration%5D=60`, json("POST", SHORT)],
    ["a type in the query", `${GENERATE}&generation_type=lipsync`, json("POST", SHORT)],
    ["a length behind a semicolon", `${GENERATE};duration=60`, json("POST", SHORT)],
    ["sheet actions", "/v1/vidsheet/actions", json("POST", actions)],
    ["a rendering", `${PATH.replace("/generate", "/render")}?agent_id=42`, json("POST", {})],
    ["a stopped one again", "/v1/generations/9000/continue", json("POST", { agent_id: 42 })],
    ["a user job", "/v1/user_jobs", json("POST", { agent_id: 42, user_job: { user_job_type: "song" } })],
    ["a run", "/v1/agent/run", json("POST", { agent_id: 42, message: "Make films" })],
    ["a run every hour", "/v1/agents/42/recurring-jobs", json("POST", { name: "films", cron: "0 * * * *" })],
    ["a voice", "/v1/agents/42/voice/clone", json("POST", { name: "x" })],
  ] satisfies [string, string, RequestInit][])("does not get %s", async (_, path, init) => {
    expect(await ask(key, path, init)).toEqual({ status: 403, code: "generation_not_allowed" });
    expect(received()).toEqual([]);
    expect(totals().charges).toBe(0);
  });
});

describe("a key of one sheet", () => {
  let key: string;
  beforeAll(async () => {
    key = await addClient({ sheets: ["101"] });
  });

  it("reaches that one, under both names of sheets", async () => {
    expect((await ask(key, "/v1/vidsheet/101?agent_id=42")).status).toBe(200);
    expect((await ask(key, "/v1/autocontentengine/%31%30%31?agent_id=42")).status).toBe(200);
    expect((await ask(key, GENERATE, json("POST", TEXT))).status).toBe(201);
  });

  it.each([
    ["another one", "/v1/vidsheet/102?agent_id=43", {}],
    ["another one under the old name", "/v1/autocontentengine/102?agent_id=43", {}],
    ["one beside it", "/v1/vidsheet/101%2F..%2F102?agent_id=43", {}],
    ["a new one", "/v1/vidsheet", json("POST", { agent_id: 42, spreadsheet: { title: "x" } })],
    ["any, by actions", "/v1/vidsheet/actions", json("POST", { agent_id: 42, actions: [] })],
    ["what is charged elsewhere", "/v1/transcriptions", json("POST", { agent_id: 42 })],
  ] satisfies [string, string, RequestInit][])("does not reach %s", async (_, path, init) => {
    const { code } = await ask(key, path, init);
    expect(["sheet_not_allowed", "bad_request"]).toContain(code);
    expect(received()).toEqual([]);
  });

  it("reaches no generation that others have started elsewhere, and its own", async () => {
    const other = await calls.generate(cell(10231, 43).url, { body: VIDEO });
    const { generation_id: theirs } = (await other.json()) as { generation_id: number };
    const own = await calls.generate(GENERATE, { body: VIDEO, as: key });
    const { generation_id: mine } = (await own.json()) as { generation_id: number };
    const post = (id: number, verb: string) =>
      ask(key, `/v1/generations/${id}/${verb}`, json("POST", { agent_id: 42 }));

    expect((await ask(key, `/v1/generations/${theirs}`)).status).toBe(404);
    expect([(await post(theirs, "stop")).status, (await post(theirs, "continue")).status]).toEqual([404, 404]);
    expect((await post(theirs, "tickets")).status).toBe(404);
    expect([(await post(mine, "stop")).status, (await post(mine, "continue")).status]).toEqual([200, 200]);
  });
});

describe("a key of some operations", () => {
  it("reaches these alone", async () => {
    const key = await addClient({ operations: ["sheets.get"] });
    expect((await ask(key, "/v1/vidsheet/101?agent_id=42")).status).toBe(200);
    expect(await ask(key, "/v1/vidsheet/101/rows?agent_id=42")).toEqual({ status: 403, code: "operation_not_allowed" });
    expect((await ask(key, GENERATE, json("POST", TEXT))).code).toBe("operation_not_allowed");
    expect(totals().charges).toBe(0);
  });
});

describe("a run of a pipeline", () => {
  const run = (policy: Partial<Policy>) =>
    addClient({ scopes: ["pipelines"], ...policy }).then((key) => {
      return ask(key, "/pipelines/idea-to-video/runs", json("POST", IDEA));
    });

  it("is not started by a key that is bound or paused: its input says what it will generate", async () => {
    expect(await run({ generationTypes: ["text"] })).toEqual({ status: 403, code: "operation_not_allowed" });
    expect(await run({ sheets: ["102"] })).toEqual({ status: 403, code: "operation_not_allowed" });
    expect(await run({ paused: true })).toEqual({ status: 503, code: "charges_paused" });
    // Generations of the tests before may still be asked for.
    expect(stack.gen.control.ledger().requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("charges that are paused", () => {
  it("for a client are refused, and all else goes on", async () => {
    const key = await addClient({ paused: true });
    expect(await ask(key, GENERATE, json("POST", TEXT))).toEqual({ status: 503, code: "charges_paused" });
    expect((await ask(key, "/v1/vidsheet/101?agent_id=42")).status).toBe(200);
    expect((await ask(await addClient({}), GENERATE, json("POST", TEXT))).status).toBe(201);
    expect(totals().charges).toBe(1);
  });

  it("for all are refused at once, what would be charged later too, and all else goes on", async () => {
    const paused = await startStack({ CHARGES_PAUSED: "true" });
    const charged = await paused.call(GENERATE, json("POST", TEXT, { "idempotency-key": "k" }));
    const later = await paused.call("/v1/agents/42/recurring-jobs", json("POST", { name: "x" }));
    for (const response of [charged, later]) {
      expect(await readProblem(response)).toMatchObject({ status: 503, error_code: "charges_paused", charged: "no" });
      expect(response.headers.get("x-should-retry")).toBe("false");
    }
    expect((await paused.call("/v1/vidsheet/101?agent_id=42")).status).toBe(200);
    expect(paused.gen.control.ledger().totals.charges).toBe(0);
    await paused.close();
  });
});

describe("a record of the store that can't be read", () => {
  it.each([
    ["a bound that nobody knows", { maxDuration: 10 }],
    ["a bound of another type", { sheets: "101" }],
    ["no scopes", { scopes: undefined }],
    ["an end that is a date", { expiresAt: "2999-01-01" }],
  ])("lets nobody in: %s", async (_, wrong) => {
    const key = await addClient(wrong as unknown as Partial<Policy>);
    expect(await ask(key, "/v1/vidsheet/101?agent_id=42")).toEqual({ status: 500, code: "internal" });
    expect(received()).toEqual([]);
  });
});
