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
/** The requests that GEN got, without the Worker's own polls of earlier tests' generations. */
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

  it("generates these, in a cell and under the sheets' old name, and reads and edits as ever", async () => {
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
    ["a member that nobody knows", GENERATE, json("POST", { ...SHORT, variants: 50 })],
    ["a form in parts", GENERATE, sent("multipart/form-data; boundary=b", multipart)],
    ["an upload too long to be looked through", GENERATE, { method: "POST", body: toForm("x".repeat(1_100_000)) }],
    ["a length in the query", `${GENERATE}&data%5Bduration%5D=60`, json("POST", SHORT)],
    ["a type in the query", `${GENERATE}&generation_type=lipsync`, json("POST", SHORT)],
    ["a length behind a semicolon", `${GENERATE};duration=60`, json("POST", SHORT)],
    ["sheet actions", "/v1/vidsheet/actions", json("POST", actions)],
    ["a rendering", `${PATH.replace("/generate", "/render")}?agent_id=42`, json("POST", {})],
    ["a stopped one again", "/v1/generations/9000/continue", json("POST", { agent_id: 42 })],
    ["a pending one made longer", "/v1/user_jobs/9000?agent_id=42", json("PUT", { user_job: { data: LONG.data } })],
    ["a message that waits made another", "/v1/agent/conversations/c/pending/p", json("PATCH", { message: "Films" })],
    ["a sheet of an idea", "/v1/vidsheet/from_idea", json("POST", { agent_id: 42, idea_id: 1 })],
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

describe("a bound of length or model", () => {
  const LIPSYNC = { generation_type: "lipsync", data: { video_resource_id: 1, model: "small", duration: 1 } };
  const SPEECH = { generation_type: "speech_from_text", data: { text: "Hello", voice_id: "v", model: "small" } };
  const CAPTIONS = { generation_type: "captions", data: { model: "small", duration: 1 } };
  const NEWER = { generation_type: "hologram", data: { model: "small", duration: 1 } };
  const order = async (bounds: Partial<Policy>, body: unknown) =>
    ask(await addClient(bounds), GENERATE, json("POST", body));

  it.each([LIPSYNC, SPEECH, CAPTIONS, NEWER])(
    "lets nothing pass for which GEN does not use length or model: %j",
    async (body) => {
      for (const bounds of [{ maxDurationSeconds: 5 }, { models: ["small"] }] satisfies Partial<Policy>[]) {
        expect(await order(bounds, body)).toEqual({ status: 403, code: "generation_not_allowed" });
      }
      expect(received()).toEqual([]);
    },
  );

  it("lets through what has no length or model, and what is listed by its name on purpose", async () => {
    expect((await order({ maxDurationSeconds: 5 }, TEXT)).status).toBe(201);
    const listed = { maxDurationSeconds: 5, models: ["small"], generationTypes: ["lipsync"] };
    expect((await order(listed, LIPSYNC)).status).toBe(201);
    expect(totals().charged_credits).toBe(301);
  });

  it.each([
    { operations: ["cells.generate"] },
    { sheets: ["101"] },
    { chargesPerDay: 5 },
    { maxCredits: 600 },
    { creditsPerDay: 600 },
  ] satisfies Partial<Policy>[])("lets no unknown member through, whatever kind of bound it is: %j", async (bounds) => {
    expect((await order(bounds, TEXT)).status).toBe(201);
    expect((await order(bounds, { ...TEXT, variants: 50 })).status).toBe(403);
    expect((await ask(await addClient(bounds), GENERATE, { method: "POST", body: toForm("x") })).status).toBe(403);
    expect(totals().charges).toBe(1);
  });
});

describe("a request that changes the charge of an existing job, or spends by itself later", () => {
  const BOUNDS = [
    { generationTypes: ["video_from_text"] },
    { models: ["small"] },
    { maxDurationSeconds: 5 },
    { maxCredits: 600 },
    { creditsPerDay: 600 },
    { chargesPerDay: 5 },
  ] satisfies Partial<Policy>[];

  it.each(BOUNDS)("is refused under %j, though the job is the client's own", async (bounds) => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 300_000 } } });
    const key = await addClient(bounds);
    const started = await calls.generate(GENERATE, { body: SHORT, as: key });
    const { generation_id: id } = (await started.json()) as { generation_id: number };
    const longer = json("PUT", { user_job: { data: { duration: 60, model: "large" } } });

    expect((await ask(key, `/v1/user_jobs/${id}?agent_id=42`)).status).toBe(200);
    expect((await ask(key, `/v1/user_jobs/${id}?agent_id=42`, longer)).status).toBe(403);
    expect(totals().charged_credits).toBe(300);
    expect((await ask(stack.key, `/v1/user_jobs/${id}?agent_id=42`, longer)).status).toBe(200);
    expect(totals().charged_credits).toBe(3_600);
  });

  const JOBS = "/v1/agents/42/recurring-jobs";
  const LISTS = "/v1/agents/42/watchlists";
  it.each([
    ["a recurring job", JOBS, json("POST", { name: "x" })],
    ["one changed by its name", JOBS, json("PATCH", { name: "x", prompt: "y" })],
    ["the usual ones", `${JOBS}/defaults`, json("POST", {})],
    ["one changed", `${JOBS}/1`, json("PATCH", { prompt: "y" })],
    ["one resumed", `${JOBS}/1/resume`, json("POST", {})],
    ["one more of it", `${JOBS}/1/duplicate`, json("POST", {})],
    ["a watchlist", LISTS, json("POST", { name: "x" })],
    ["a watchlist changed", `${LISTS}/1`, json("PATCH", { name: "y" })],
    ["one more source of it", `${LISTS}/1/sources`, json("POST", { url: "https://example.com" })],
  ] satisfies [string, string, RequestInit][])("is refused under every bound: %s", async (_, path, init) => {
    for (const bounds of [...BOUNDS, { chargesPerDay: 0 }, { sheets: ["101"] }]) {
      expect((await ask(await addClient(bounds), path, init)).status).toBe(403);
    }
    expect(received()).toEqual([]);
  });
});

describe("a key for one sheet", () => {
  let key: string;
  beforeAll(async () => {
    key = await addClient({ sheets: ["101"] });
  });

  it("reaches that sheet, under both names of sheets", async () => {
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

describe("a key for some operations", () => {
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

  it("is not started by a key that is paused, or of another GEN account", async () => {
    expect(await run({ account: "acme" })).toEqual({ status: 403, code: "operation_not_allowed" });
    expect(await run({ paused: true })).toEqual({ status: 503, code: "charges_paused" });
    // Generations of earlier tests may still be polled.
    expect(stack.gen.control.ledger().requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("pausing the charges", () => {
  it("refuses the charged calls of one client, and all else goes on", async () => {
    const key = await addClient({ paused: true });
    expect(await ask(key, GENERATE, json("POST", TEXT))).toEqual({ status: 503, code: "charges_paused" });
    expect((await ask(key, "/v1/vidsheet/101?agent_id=42")).status).toBe(200);
    expect((await ask(await addClient({}), GENERATE, json("POST", TEXT))).status).toBe(201);
    expect(totals().charges).toBe(1);
  });

  it("refuses all charged calls at once, what would be charged later too, and all else goes on", async () => {
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
  ])("lets no client in when it holds %s", async (_, wrong) => {
    const key = await addClient(wrong as unknown as Partial<Policy>);
    expect(await ask(key, "/v1/vidsheet/101?agent_id=42")).toEqual({ status: 500, code: "internal" });
    expect(received()).toEqual([]);
  });
});
