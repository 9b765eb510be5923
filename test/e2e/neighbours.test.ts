import { afterEach, describe, expect, it } from "vitest";
import { readProblem, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";
const OTHER = "/v1/vidsheet/sheet_123?agent_id=agent_456";
const MIB = 1_024 * 1_024;
/** More failures than the circuit needs to open. */
const MANY = 33;

let stack: Stack;
afterEach(() => stack.close());

const addClient = async () => ({ "x-api-key": await stack.worker.addClient({ scopes: ["read", "edit"] }) });
/** The results of many calls at the same time: a status, or a problem's code. */
const askOften = async (path: string, headers: Record<string, string>, count = MANY) => {
  const answers = await Promise.all(Array.from({ length: count }, () => stack.call(path, { headers })));
  return Promise.all(
    answers.map(async (answer) => (answer.ok ? answer.status : (await readProblem(answer)).error_code)),
  );
};
/** From now on GEN fails in this way for paths that begin so. */
const spoil = (path: string, outcome: Parameters<Stack["script"]>[0]) =>
  stack.gen.control.addFaults({ rules: [{ match: { path }, outcomes: [outcome], repeat: true }] });
const only = (value: unknown) => new Set([value]);

describe("one client", () => {
  it("closes nothing for another by having little time for a slow sheet", async () => {
    stack = await startStack();
    const [hasty, patient] = [await addClient(), await addClient()];
    spoil("/v1/vidsheet/101", { delayHeadersMs: 1_500 });
    expect(new Set(await askOften(SHEET, { ...hasty, prefer: "wait=1" }))).toEqual(only("gen_timeout"));
    expect(new Set(await askOften(OTHER, patient))).toEqual(only(200));
    expect((await stack.call(SHEET, { headers: { ...patient, prefer: "wait=10" } })).status).toBe(200);
  });

  it.each([
    ["fails", { status: 500, body: "" }],
    ["breaks off", "reset" as const],
  ])(
    "closes nothing for another by asking for a sheet where GEN %s, whether or not the other was there before",
    async (_, outcome) => {
      stack = await startStack({ BACKOFF_BASE_MS: "1" });
      const [unlucky, known, fresh] = [await addClient(), await addClient(), await addClient()];
      await askOften(OTHER, known, 1);
      spoil("/v1/vidsheet/101", outcome);
      await askOften(SHEET, unlucky, 2 * MANY);
      expect(new Set(await askOften(OTHER, known))).toEqual(only(200));
      expect(new Set(await askOften(OTHER, fresh))).toEqual(only(200));

      // It does not take the other client's retries away either.
      stack.gen.control.clearFaults();
      stack.script({ status: 503, body: "" });
      const retried = await stack.call(OTHER, { headers: fresh });
      expect([retried.status, retried.headers.get("x-genedge-attempts")]).toEqual([200, "2"]);
    },
  );

  it("closes nothing for another that comes later", async () => {
    stack = await startStack({ BACKOFF_BASE_MS: "1" });
    const [unlucky, fresh] = [await addClient(), await addClient()];
    spoil("/v1/vidsheet/101", { status: 500, body: "" });
    await askOften(SHEET, unlucky, 2 * MANY);
    expect(new Set(await askOften(OTHER, fresh))).toEqual(only(200));
  });

  it("closes nothing for another by sending uploads that are broken off, not even together with a third", async () => {
    stack = await startStack();
    const keys = await Promise.all([1, 2].map(() => stack.worker.addClient({ agents: ["42"] })));
    const sent = Array.from({ length: MANY }, (_, n) => spoiltUpload({ "x-api-key": keys[n % 2] ?? "" }));
    expect(new Set((await Promise.all(sent)).map(({ status }) => status))).toEqual(only(400));
    expect(new Set(await askOften(OTHER, await addClient()))).toEqual(only(200));
  });
});

describe("GEN's 401 for something else than the key", () => {
  const POSTS = "/v1/schedule/posts?agent_id=42";
  const UNAUTHORIZED = { error: "The session of the social account is over", error_code: "unauthorized" };
  const asked = (path: string) => stack.gen.control.ledger().requests.filter((each) => each.path === path).length;
  const alerts = () => stack.worker.lines.filter(({ message }) => message === "gen_key_rejected").length;

  it.each([
    ["unauthorized", UNAUTHORIZED],
    ["another code", { error: "Log in again", error_code: "session_expired" }],
    ["words alone", { detail: "Not authenticated" }],
  ])(
    "concerns that call alone when it says %s: nobody else is refused, and no operator is alerted",
    async (_, body) => {
      stack = await startStack();
      const [one, other] = [await addClient(), await addClient()];
      spoil("/v1/schedule", { status: 401, body });
      expect(new Set(await askOften(POSTS, one))).toEqual(only("gen_key_rejected"));
      expect(new Set(await askOften(OTHER, other))).toEqual(only(200));
      expect(new Set(await askOften(OTHER, one))).toEqual(only(200));
      expect([asked("/v1/me") <= 1, alerts()]).toEqual([true, 0]);
    },
  );

  it("concerns a charged call alone, too, and charges nothing", async () => {
    stack = await startStack();
    const key = await stack.worker.addClient();
    spoil("/v1/vidsheet/101/cells", { status: 401, body: UNAUTHORIZED });
    const call = await stack.call("/v1/vidsheet/101/cells/10111/generate?agent_id=42", {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify({ generation_type: "text", data: { prompt: "A line", model: "m" } }),
    });
    expect(await readProblem(call)).toMatchObject({ error_code: "gen_key_rejected", charged: "no" });
    expect(new Set(await askOften(OTHER, await addClient()))).toEqual(only(200));
    expect(alerts()).toBe(0);
  });

  it("has nobody refused while GEN can't be asked about the key", async () => {
    stack = await startStack();
    spoil("/v1/schedule", { status: 401, body: UNAUTHORIZED });
    spoil("/v1/me", { status: 500, body: "" });
    await askOften(POSTS, await addClient());
    expect(new Set(await askOften(OTHER, await addClient()))).toEqual(only(200));
  });

  it("does not put another key into use", async () => {
    stack = await startStack({ GEN_API_KEY_NEXT: "gen_pat_simulator_other" });
    spoil("/v1/schedule", { status: 401, body: UNAUTHORIZED });
    await askOften(POSTS, await addClient(), 1);
    expect(stack.worker.lines.some(({ message }) => message === "gen_key_fell_over")).toBe(false);
  });
});

describe("a key that GEN refuses", () => {
  it("is asked about once by a crowd, and then nothing is sent for a while", async () => {
    stack = await startStack({ GEN_API_KEY: "gen_pat_of_somebody_else" });
    const headers = await addClient();
    expect(new Set(await askOften(OTHER, headers))).toEqual(only("gen_key_rejected"));
    const { length } = stack.gen.control.ledger().requests;
    expect(new Set(await askOften(OTHER, headers))).toEqual(only("gen_key_rejected"));
    const { requests } = stack.gen.control.ledger();
    expect([requests.length, requests.filter(({ path }) => path === "/v1/me").length]).toEqual([length, 1]);
  });
});

describe("a failure that several clients see", () => {
  it("closes the host for all", async () => {
    stack = await startStack({ BACKOFF_BASE_MS: "1" });
    const [first, second] = [await addClient(), await addClient()];
    spoil("/v1/vidsheet", { status: 503, body: "" });
    await Promise.all([askOften(SHEET, first), askOften(OTHER, second)]);
    // The circuit is open for seconds, then for one probe at a time: of two requests at once, one is refused.
    const third = await addClient();
    const refused = await Promise.all(
      Array.from({ length: 2 }, async () => readProblem(await stack.call(OTHER, { headers: third }))),
    );
    expect(refused).toContainEqual(expect.objectContaining({ veto: "circuit-open", attempts: 0 }));
  });
});

/** An upload too large to be buffered that names another agent at its end, when GEN already has most of it. */
function spoiltUpload(headers: Record<string, string>): Promise<Response> {
  const form = new FormData();
  form.append("file", new Blob(["x".repeat(2 * MIB)]), "a");
  form.append("agent_id", "43");
  return stack.call("/v1/content_resources?agent_id=42", { method: "POST", headers, body: form });
}
