import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../support/durable-calls.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";
const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
const TEXT = { generation_type: "text", data: { prompt: "A line", model: "m" } };

let stack: Stack;
afterEach(() => stack.close());

/** The requests that GEN received, in order. */
const received = () => stack.gen.control.ledger().requests;

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAt = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedAt };
}

describe("a failure that another try can mend", () => {
  it.each([
    ["503", { status: 503, body: "" }],
    ["500", { status: 500, body: "" }],
    ["429, which GEN's own sample throws away", { status: 429, body: "" }],
    ["a reset connection", "reset" as const],
    ["an answer that was lost", "done_but_lost" as const],
  ])("is tried again, and the caller never sees it: %s", async (_, outcome) => {
    stack = await startStack();
    stack.script(outcome);
    const response = await stack.call(SHEET);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-genedge-attempts")).toBe("2");
    expect(received()).toHaveLength(2);
  });

  it("is tried again after GEN hangs: an attempt has a limit of its own", async () => {
    stack = await startStack({ ATTEMPT_TIMEOUT_MS: "1000" });
    stack.script("hang");
    const { value: response, ms } = await timed(() => stack.call(SHEET));
    expect(response.status).toBe(200);
    expect(response.headers.get("x-genedge-attempts")).toBe("2");
    expect(ms).toBeGreaterThanOrEqual(1_000);
  });

  it("is tried again when GEN refuses connections for a while", async () => {
    stack = await startStack();
    await stack.gen.control.refuse("api", 400);
    expect((await stack.call(SHEET, { headers: { prefer: "wait=10" } })).status).toBe(200);
  });
});

describe("a failure that another try can't mend, or would harm", () => {
  it.each([401, 403, 404, 409, 422])("is not repeated: %i", async (status) => {
    stack = await startStack();
    stack.script({ status, body: { error: "no", error_code: "not_found" } });
    await stack.call(SHEET);
    expect(received()).toHaveLength(1);
  });

  it.each([
    ["a lost answer", "done_but_lost" as const],
    ["a bare 503, which a router sends after a commit, too", { doneThen: { status: 503, body: "" } }],
    ["a 500", { status: 500, body: "" }],
  ])("an operation without a key at GEN is not repeated after %s: its outcome is unknown", async (_, outcome) => {
    stack = await startStack();
    stack.script(outcome);
    const response = await stack.call("/v1/vidsheet", json("POST", { agent_id: 42, spreadsheet: { title: "New" } }));
    expect(response.status).toBe(502);
    const problem = await readProblem(response);
    expect(problem).toMatchObject({ error_code: "outcome_unknown", retryable: false, charged: "no" });
    expect(problem.veto).toBe("unsafe-to-repeat");
    expect(received()).toHaveLength(1);
  });

  it.each([
    ["429", { status: 429, body: "" }],
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "0" }, body: "" }],
  ])("an operation without a key at GEN is repeated after %s, which says that nothing was done", async (_, outcome) => {
    stack = await startStack();
    stack.script(outcome);
    const response = await stack.call("/v1/vidsheet", json("POST", { agent_id: 42, spreadsheet: { title: "New" } }));
    expect(response.status).toBe(201);
    expect(received()).toHaveLength(2);
  });

  it("a DELETE that finds nothing when repeated has succeeded", async () => {
    stack = await startStack();
    stack.script("reset", { status: 404, body: { error: "gone", error_code: "not_found" } });
    const response = await stack.call("/v1/vidsheet/101/cells/1/layers/2?agent_id=42", { method: "DELETE" });
    expect(response.status).toBe(204);
  });
});

describe("a charged call", () => {
  it("carries one Idempotency-Key over all its attempts, and is charged once though its answer was lost twice", async () => {
    stack = await startStack();
    stack.script("done_but_lost", "done_but_lost");
    const response = await stack.call(GENERATE, json("POST", TEXT));
    expect(response.status).toBe(201);
    expect(response.headers.get("idempotency-key")).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(received().map((request) => request.headers["idempotency-key"])).size).toBe(1);
    expect(stack.gen.control.ledger().totals).toMatchObject({ requests: 3, charges: 1 });
  });

  it("is charged once when its caller repeats it under one key; another client's same key is another call", async () => {
    stack = await startStack();
    const other = await stack.worker.addClient({ name: "other" });
    const headers = { "idempotency-key": "order-1" };
    const first = await stack.call(GENERATE, json("POST", TEXT, headers));
    const again = await stack.call(GENERATE, json("POST", TEXT, headers));
    expect(await again.json()).toEqual(await first.json());
    expect(stack.gen.control.ledger().totals.charges).toBe(1);
    await stack.call(GENERATE, json("POST", TEXT, { ...headers, "x-api-key": other }));
    expect(stack.gen.control.ledger().totals.charges).toBe(2);
  });

  it("is asked for again when its body was cut: an answer that is not whole is no answer", async () => {
    stack = await startStack();
    stack.script({ cutBodyAfterBytes: 5 });
    const response = await stack.call(GENERATE, json("POST", TEXT));
    expect(await response.json()).toHaveProperty("generation_id");
    expect(stack.gen.control.ledger().totals.charges).toBe(1);
  });

  it("carries its key in the body where GEN takes it there, every other byte as the caller wrote it", async () => {
    stack = await startStack();
    const body = '{ "agent_id":42,  "brief" : 1.10 }';
    await stack.call("/v1/ideas/generate", { method: "POST", headers: { "content-type": "application/json" }, body });
    const [request] = received();
    const { idempotency_key } = JSON.parse(request?.body ?? "{}");
    expect(idempotency_key).toMatch(/^[0-9a-f]{64}$/);
    expect(request?.body).toBe(`{"idempotency_key":"${idempotency_key}",${body.slice(1)}`);
  });

  it.each(["", " ", "x".repeat(256), "schlüssel"])(
    "is refused before it is sent when GEN can't hold its key: %j",
    async (key) => {
      stack = await startStack();
      const init = json("POST", TEXT);
      const headers = new Headers(init.headers);
      headers.set("idempotency-key", encodeURIComponent(key) === key ? key : "\u00fc");
      const response = await stack.call(GENERATE, { ...init, headers });
      expect(response.status).toBe(400);
      expect(received()).toHaveLength(0);
    },
  );
});

describe("the budget", () => {
  it("bounds the whole request: an answer comes within it though GEN never does", async () => {
    stack = await startStack({ HTTP_BUDGET_MS: "2000" });
    stack.gen.control.addFaults({ rules: [{ outcomes: ["hang"], repeat: true }] });
    const { value: response, ms } = await timed(() => stack.call(SHEET));
    expect(response.status).toBe(504);
    expect(await readProblem(response)).toMatchObject({ error_code: "gen_timeout", veto: "no-time" });
    expect(ms).toBeLessThan(6_000);
  });

  it("is the caller's to set with Prefer: wait=N, within the operator's bounds", async () => {
    stack = await startStack({ MAX_WAIT_MS: "1000" });
    stack.gen.control.addFaults({ rules: [{ outcomes: ["hang"], repeat: true }] });
    const { value: response, ms } = await timed(() => stack.call(SHEET, { headers: { prefer: "wait=50" } }));
    expect(response.headers.get("preference-applied")).toBe("wait=1");
    expect(ms).toBeLessThan(5_000);
  });

  it("obeys a Retry-After that fits", async () => {
    stack = await startStack();
    stack.script({ status: 429, headers: { "retry-after": "1" }, body: "" });
    const { value: response, ms } = await timed(() => stack.call(SHEET));
    expect(response.status).toBe(200);
    expect(ms).toBeGreaterThanOrEqual(1_000);
    expect(response.headers.get("server-timing")).toMatch(/wait;dur=1\d\d\d/);
  });

  it.each([
    ["seconds", () => "60"],
    ["a date", () => new Date(Date.now() + 60_000).toUTCString()],
  ])("answers at once when Retry-After, in %s, overruns it, and passes it on", async (_, value) => {
    stack = await startStack();
    stack.script({ status: 503, headers: { "retry-after": value() }, body: "" });
    const { value: response, ms } = await timed(() => stack.call(SHEET));
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(25);
    expect(await readProblem(response)).toMatchObject({ error_code: "gen_unavailable", veto: "no-time" });
    expect(ms).toBeLessThan(5_000);
  });

  it("a pause that GEN asked for holds back that class of operation alone", async () => {
    stack = await startStack();
    stack.script({ status: 429, headers: { "retry-after": "60" }, body: "" });
    await stack.call(SHEET);
    const paused = await stack.call("/v1/templates/projects", { headers: { prefer: "wait=1" } });
    expect(await readProblem(paused)).toMatchObject({ error_code: "gen_rate_limited", attempts: 0 });
    expect((await stack.call("/v1/vidsheet", json("POST", { agent_id: 42, spreadsheet: { title: "x" } }))).status).toBe(
      201,
    );
  });

  it("an error body that never ends does not hold the answer", async () => {
    stack = await startStack({ MAX_ATTEMPTS: "1" });
    stack.script({ status: 422, body: { error: "x".repeat(100) }, stallBodyAfterBytes: 10, stallMs: null });
    const { value: response, ms } = await timed(() => stack.call(SHEET));
    expect(response.status).toBe(422);
    expect(ms).toBeLessThan(10_000);
  });

  it("stops at the number of attempts, and says so", async () => {
    stack = await startStack({ MAX_ATTEMPTS: "3", BACKOFF_BASE_MS: "1" });
    stack.gen.control.addFaults({ rules: [{ outcomes: [{ status: 500, body: "" }], repeat: true }] });
    expect(await readProblem(await stack.call(SHEET))).toMatchObject({ attempts: 3, veto: "attempts-spent" });
  });

  it("stops at the Worker's allowance of subrequests, and says so", async () => {
    stack = await startStack({ MAX_SUBREQUESTS: "2", BACKOFF_BASE_MS: "1" });
    stack.gen.control.addFaults({ rules: [{ outcomes: [{ status: 500, body: "" }], repeat: true }] });
    expect(await readProblem(await stack.call(SHEET))).toMatchObject({ attempts: 2, veto: "subrequests-spent" });
  });
});

describe("while GEN is down", () => {
  it("an isolate sends it at most 1.2 requests for each it gets, once it has seen ten failures", async () => {
    stack = await startStack({ BACKOFF_BASE_MS: "1" });
    stack.gen.control.addFaults({ rules: [{ outcomes: [{ status: 503, body: "" }], repeat: true }] });
    while (received().length < 10) await stack.call(SHEET);
    const before = received().length;
    const answers = await Promise.all(Array.from({ length: 100 }, () => stack.call(SHEET)));
    expect(received().length - before).toBeLessThanOrEqual(120);
    const problems = await Promise.all(answers.map(readProblem));
    expect(problems.map((problem) => problem.veto)).toContain("throttled");
    // The circuit is open for a second, and twice as long after each failed probe: on a slow machine that may be over
    // by now.
    const refused = await eventually(
      async () => {
        const last = await stack.call(SHEET);
        return { ...(await readProblem(last)), after: Number(last.headers.get("retry-after")) };
      },
      ({ attempts }) => attempts === 0,
    );
    expect(refused).toMatchObject({ veto: "circuit-open", after: expect.any(Number) });
    expect(refused.after).toBeGreaterThan(0);
  });

  it("a key that GEN refused is not tried again for a while by any client", async () => {
    stack = await startStack({ GEN_API_KEY: "gen_pat_of_somebody_else" });
    const first = await readProblem(await stack.call(SHEET));
    const second = await readProblem(await stack.call("/v1/agents/42"));
    expect(first).toMatchObject({ status: 502, error_code: "gen_key_rejected", retryable: false, attempts: 1 });
    expect(second).toMatchObject({ status: 502, error_code: "gen_key_rejected", attempts: 0 });
    expect(received().map(({ path }) => path)).toEqual(["/v1/vidsheet/101", "/v1/me"]);
    const alert = await stack.worker.waitForLine((line) => line.message === "gen_key_rejected");
    expect(alert.level).toBe("error");
  });

  it("a key that one of GEN's hosts refused is good at the others", async () => {
    stack = await startStack();
    stack.script({ status: 401, body: { detail: "Not authenticated" } });
    const refused = await readProblem(await stack.call("/v1/agents/42/watchlists"));
    expect(refused).toMatchObject({ error_code: "gen_key_rejected" });
    expect((await stack.call(SHEET)).status).toBe(200);
  });
});
