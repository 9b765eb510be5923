/** What an author reads who has made one of the mistakes of a first hour. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import { cell, durableCalls, TEXT, VIDEO } from "../support/durable-calls.ts";
import { json, type ProblemBody, readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const { url: GENERATE } = cell(10111);
const calls = durableCalls(() => stack);

async function ask(path: string, init: RequestInit = {}, policy: Partial<Policy> | null = null): Promise<ProblemBody> {
  const key = policy === null ? stack.key : await stack.worker.addClient(policy);
  return readProblem(await stack.call(path, { ...init, headers: { ...init.headers, "x-api-key": key } }));
}

describe("a body whose Content-Type was forgotten", () => {
  const body = JSON.stringify(TEXT);
  const form = { "content-type": "application/x-www-form-urlencoded" };

  it.each([null, { models: ["m"] }, { chargesPerDay: 5 }, { maxCredits: 600 }] satisfies (Partial<Policy> | null)[])(
    "is refused with the one that it needs, whatever the bounds: %j",
    async (policy) => {
      for (const headers of [{}, form]) {
        const problem = await ask(GENERATE, { method: "POST", headers, body }, policy);
        expect(problem).toMatchObject({ status: 415, error_code: "unsupported_media_type", charged: "no" });
        expect(problem.developer_detail).toContain("application/json");
      }
      expect(calls.totals().charges).toBe(0);
    },
  );

  it.each([
    [{ models: ["m"] }, "generation_not_allowed"],
    [{ chargesPerDay: 5 }, "generation_not_allowed"],
    [{ maxCredits: 600 }, "price_unknown"],
  ] satisfies [Partial<Policy>, string][])(
    "is told to be JSON under bounds, if it is a form: %j",
    async (policy, code) => {
      const problem = await ask(GENERATE, { method: "POST", headers: form, body: "generation_type=text" }, policy);
      expect(problem.error_code).toBe(code);
      expect(problem.developer_detail).toContain("Content-Type: application/json");
    },
  );
});

describe("an agent_id that was left out", () => {
  it("is named where GEN needs it: by a read, and by a charged call", async () => {
    const [path = ""] = GENERATE.split("?");
    for (const problem of [await ask("/v1/vidsheet/101"), await ask(path, json("POST", TEXT))]) {
      expect([404, 422]).toContain(problem.status);
      expect(problem.developer_detail).toContain("The request names no agent_id");
    }
  });

  it("is not named where it was given, nor where the operation takes none", async () => {
    for (const path of ["/v1/vidsheet/none?agent_id=42", "/v1/generations/none"]) {
      expect((await ask(path)).developer_detail ?? "").not.toContain("agent_id");
    }
  });
});

describe("a query that does not fit", () => {
  it.each([
    ["/v1/usage?by=week", "by must be one of client, tag, "],
    ["/v1/usage?tag=a", "by is missing."],
    ["/v1/usage?by=day&from=2026-11", "from must be a day like 2026-11-22."],
    ["/v1/usage?by=day&from=2000-01-01", "from must not be after to, nor before 20"],
    ["/v1/usage?client=a/b", "client must be the id of "],
    ["/v1/usage/charges?limit=1001", "limit must be a whole number from 1 to 1000."],
    ["/v1/usage/charges?cursor=x", "cursor must be the one from the previous page."],
    ["/v1/usage/charges?limit=1&limit=2", "limit stands in it twice."],
    ["/v1/usage/budgets?name=a", "name needs of."],
    ["/v1/usage/reconciliation?month=11", "month must be a month like 2026-11."],
    ["/v1/calls?state=lost", "state must be one of open, unknown, "],
    ["/v1/calls?from=today", "from must be a day like 2026-11-22, or a time with its zone."],
    ["/v1/calls?tag=", "tag must be 1 to 256 characters."],
    ["/v1/audit?secret=1", "Its parameters can be limit, cursor."],
    ["/activity?from=2026-11-01&to=2026-11-01", "from and to must be 1 to 1500 steps apart"],
    ["/notifications?state=lost", "state must be one of "],
    ["/deliveries?outcome=lost", "outcome must be one of accepted, refused, rejected."],
    ["/pipelines/idea-to-video/runs?before=x", "before must be the one from the previous page."],
  ])("is told which parameter it is, and what that may be: %s", async (path, why) => {
    const problem = await ask(path, {}, { scopes: ["operator", "pipelines"] });
    expect(problem).toMatchObject({ status: 400, error_code: "bad_request" });
    expect(problem.developer_detail).toContain(why);
    expect(problem.developer_detail).not.toMatch(/lost|secret|today/);
  });
});

describe("an order for many at once that does not fit", () => {
  it.each([
    ["/pipelines/idea-to-video/rerun", "state (failed or stopped) and since, a time of ISO 8601"],
    ["/deliveries/deliver", "since, a time of ISO 8601; and, if wanted, source"],
    ["/notifications/resend", "since, a time of ISO 8601; and, if wanted, state"],
  ])("is told every member that there is: %s", async (path, members) => {
    const problem = await ask(path, json("POST", { dry_run: true }), { scopes: ["operator", "pipelines"] });
    expect(problem).toMatchObject({ status: 400, error_code: "bad_request" });
    expect(problem.developer_detail).toContain(members);
  });
});

describe("a path that nearly matches", () => {
  it.each([
    ["GET", "/v1/vidsheet/101/row", "GET /v1/vidsheet/:sheet/rows", "unknown_operation"],
    ["POST", "/v1/vidsheet/101/cells/generate", "POST /v1/vidsheet/:sheet/cells/:cell/generate", "method_not_allowed"],
    ["GET", "/vidsheet/101", "GET /v1/vidsheet/:sheet", "route_not_found"],
    ["POST", "/pipelines/idea-to-video/run", "POST /pipelines/:name/runs", "route_not_found"],
  ])("is told the nearest that there is: %s %s", async (method, path, nearest, code) => {
    const problem = await ask(path, { method });
    expect(problem.error_code).toBe(code);
    expect(problem.developer_detail).toContain(`The nearest is ${nearest}; see ${stack.worker.url}/docs.`);
  });

  it("is told without a word of the caller's, and to clients alone", async () => {
    const own = await ask("/v1/vidsheet/my-secret-9/row");
    expect(JSON.stringify(own)).not.toContain("my-secret-9");
    const far = await ask("/v1/nothing/like/it");
    expect(far.developer_detail).toContain(`See ${stack.worker.url}/docs.`);
    const stranger = await readProblem(await fetch(`${stack.worker.url}/v1/vidsheet/101/row`));
    expect(stranger).toMatchObject({ status: 401 });
    expect(stranger.developer_detail).not.toContain("nearest");
  });
});

describe("a bound that is in the way", () => {
  it.each([
    [{ generationTypes: ["song"] }, "generation_type is not among those of the policy. Allowed: song."],
    [{ models: ["small"] }, "not among the models of the policy"],
    [{ maxDurationSeconds: 10 }, "Allowed: at most 10 seconds."],
  ] satisfies [Partial<Policy>, string][])("is named: %j", async (policy, said) => {
    const problem = await ask(GENERATE, json("POST", VIDEO), policy);
    expect(problem.error_code).toBe("generation_not_allowed");
    expect(problem.developer_detail).toContain(said);
  });

  it.each([
    ["GET", "/v1/vidsheet/101?agent_id=42", "read"],
    ["GET", "/v1/generations/9/events", "read"],
    ["GET", "/v1/calls", "operator"],
    ["POST", `/v1/calls/${"0".repeat(64)}/resolve`, "operator"],
    ["GET", "/v1/usage?client=other", "operator"],
    ["GET", "/notifications?state=failed", "operator"],
    ["GET", "/notifications/x", "operator"],
    ["POST", "/notifications/x/resend", "operator"],
    ["POST", "/notifications/resend", "operator"],
    ["GET", "/v1/charges", "operator"],
    ["POST", "/v1/charges/pause", "operator"],
    ["POST", "/v1/charges/resume", "operator"],
    ["GET", "/v1/audit", "operator"],
    ["GET", "/v1/usage/budgets", "operator"],
    ["GET", "/pipelines", "pipelines"],
    ["POST", "/pipelines/idea-to-video/runs", "pipelines"],
  ])("is named, if it is a scope: %s %s", async (method, path, scope) => {
    const problem = await ask(path, { method }, { scopes: ["edit"] });
    expect(problem).toMatchObject({ status: 403, error_code: "scope_required", required_scope: scope });
  });

  it("is named, if it is a quota: of what, its limit, and what is left", async () => {
    const bounded = await stack.worker.addClient({ chargesPerDay: 1 });
    await calls.generate(GENERATE, { as: bounded });
    const spent = await readProblem(await calls.generate(GENERATE, { as: bounded }));
    expect(spent).toMatchObject({ error_code: "quota_exhausted", quota: { of: "calls", limit: 1, left: 0 } });

    const dear = await ask(GENERATE, json("POST", { ...VIDEO, data: { prompt: "x", duration: 10 } }), {
      creditsPerDay: 500,
    });
    expect(dear).toMatchObject({ quota: { of: "credits", limit: 500, left: 500 }, estimated_credits: 600 });
  });

  it.each(["/v1/me", "/v1/agents", "/v1/credit_balance", "/v1/workspaces"])(
    "is named, if it is the agents of a key and the path is of all: %s",
    async (path) => {
      const problem = await ask(path, {}, { agents: ["42"] });
      expect(problem).toMatchObject({ status: 403, error_code: "agent_not_allowed" });
      expect(problem.developer_detail).toContain("the whole account");
    },
  );
});

describe("a call that an operator resolves", () => {
  const resolve = (location: string | null) => ask(`${location}/resolve`, json("POST", { charged: false }));

  it("is refused when it is open or settled, and not found when nobody made it", async () => {
    stack.gen.control.addFaults({ rules: [{ outcomes: [{ status: 503, body: "" }], repeat: true }] });
    const open = await calls.generate(GENERATE, { prefer: "respond-async" });
    const refusal = { status: 409, error_code: "nothing_to_resolve", charged: "no" };
    expect(await resolve(open.headers.get("location"))).toMatchObject(refusal);

    stack.gen.control.clearFaults();
    const settled = await calls.generate(cell(10112).url, { prefer: "respond-async" });
    await calls.reaches(settled.headers.get("location"), "settled");
    expect(await resolve(settled.headers.get("location"))).toMatchObject(refusal);
    expect(await resolve(`/v1/calls/${"0".repeat(64)}`)).toMatchObject({ status: 404, error_code: "not_found" });
  });
});
