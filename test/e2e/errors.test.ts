import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ MAX_ATTEMPTS: "2", BACKOFF_BASE_MS: "1" });
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.clearFaults());

const coded = (status: number, error_code: string, error = `GEN's words for ${error_code}.`): Outcome => ({
  status,
  body: { error, error_code },
});

describe("a refusal of GEN's", () => {
  it.each([
    [coded(402, "payment_required"), 402, "payment_required"],
    [coded(403, "permission_denied"), 403, "permission_denied"],
    [coded(403, "forbidden"), 403, "permission_denied"],
    [coded(404, "not_found"), 404, "not_found"],
    [coded(404, "spreadsheet_not_found"), 404, "spreadsheet_not_found"],
    [coded(404, "user_job_not_found"), 404, "user_job_not_found"],
    [{ status: 403, body: "<html>Forbidden</html>" }, 502, "gen_bad_response"],
    [{ status: 404, body: "<html>Not found</html>" }, 502, "gen_bad_response"],
    [{ status: 404, body: { message: "no Route matched" } }, 502, "gen_bad_response"],
    [coded(409, "idempotency_conflict"), 409, "idempotency_conflict"],
    [coded(409, "undo_conflict"), 409, "undo_conflict"],
    [coded(409, "a_code_of_tomorrow"), 409, "gen_rejected_request"],
    [coded(422, "agent_not_found"), 422, "agent_not_found"],
    [coded(422, "organization_not_found"), 422, "organization_not_found"],
    [coded(422, "usable_gen_credit_required"), 402, "usable_gen_credit_required"],
    [coded(422, "no_active_credit_purchase"), 402, "no_active_credit_purchase"],
    [coded(422, "insufficient_credits_for_job"), 402, "insufficient_credits_for_job"],
    [coded(422, "job_cannot_be_stopped"), 409, "job_cannot_be_stopped"],
    [coded(422, "job_status_invalid"), 409, "job_status_invalid"],
    [coded(422, "validation_error"), 422, "validation_error"],
    [coded(422, "file_size_exceeded"), 422, "file_size_exceeded"],
    [coded(400, "invalid_key"), 422, "invalid_api_key"],
    [
      { status: 422, body: { detail: { error: "No.", error_code: "tiktok_private_only" } } },
      422,
      "tiktok_private_only",
    ],
    [{ status: 404, body: { detail: "Watchlist not found" } }, 404, "not_found"],
    [{ status: 422, body: { detail: [{ msg: "field required" }] } }, 422, "validation_error"],
    [{ status: 418, body: { error: "?" } }, 418, "gen_rejected_request"],
    [{ status: 302, headers: { location: "https://elsewhere.test/" } }, 502, "gen_bad_response"],
    [{ status: 200, headers: { "content-type": "text/html" }, body: "<html>hello</html>" }, 502, "gen_bad_response"],
  ] satisfies [Outcome, number, string][])(
    "is told in the terms of the error table: %j is %i %s",
    async (outcome, status, code) => {
      stack.script(outcome);
      const response = await stack.call("/v1/vidsheet/101?agent_id=42");
      const problem = await readProblem(response);
      expect(response.status).toBe(status);
      expect(problem).toMatchObject({ status, error_code: code, retryable: false, charged: "no", attempts: 1 });
      expect(response.headers.get("x-should-retry")).toBe("false");
      expect(problem.veto).toBe("not-retryable");
    },
  );

  it("is told as 404 when the agent that is not found stood in the path", async () => {
    stack.script(coded(422, "agent_not_found"));
    const response = await stack.call("/v1/agents/1");
    expect(response.status).toBe(404);
    expect((await readProblem(response)).error_code).toBe("agent_not_found");
  });
});

describe("a fault of GEN's", () => {
  it.each([
    [coded(429, "rate_limited"), 503, "gen_rate_limited"],
    [{ status: 500, body: "" }, 503, "gen_unavailable"],
    [{ status: 502, body: "<html>Bad gateway</html>" }, 503, "gen_unavailable"],
    [{ status: 503, body: "" }, 503, "gen_unavailable"],
    [{ status: 520, body: "" }, 503, "gen_unavailable"],
    [{ status: 599, body: "" }, 503, "gen_unavailable"],
    [{ status: 408, body: "" }, 504, "gen_timeout"],
    [{ status: 504, body: "" }, 504, "gen_timeout"],
    ["reset", 502, "gen_unreachable"],
  ] satisfies [Outcome, number, string][])(
    "is told apart and worth another try when it lasts: %j is %i %s",
    async (outcome, status, code) => {
      stack.script(outcome, outcome);
      const response = await stack.call("/v1/vidsheet/101?agent_id=42");
      const problem = await readProblem(response);
      expect(response.status).toBe(status);
      expect(problem).toMatchObject({ error_code: code, retryable: true, charged: "no" });
      expect(response.headers.get("x-should-retry")).toBe("true");
      expect(response.headers.has("retry-after")).toBe(status === 503);
      expect(response.headers.get("retry-after") ?? undefined).toBe(problem.retry_after?.toString());
    },
  );
});

describe("an error body of any kind", () => {
  it.each([
    ["HTML", { status: 422, body: "<html><h1>nginx</h1> https://api.gen.pro</html>" }],
    ["nothing", { status: 422, body: "" }],
    ["two megabytes", { status: 422, bodyBytes: 2_000_000 }],
    [
      "half a body",
      { status: 422, body: { error: "x".repeat(500), error_code: "validation_error" }, cutBodyAfterBytes: 100 },
    ],
    ["a list", { status: 422, body: [1, 2, 3] }],
    ["a code that is none", { status: 422, body: { error: "no", error_code: "<script>\nx" } }],
  ] satisfies [string, Outcome][])("becomes a clean problem when it is %s", async (_, outcome) => {
    stack.script(outcome);
    const response = await stack.call("/v1/vidsheet/101?agent_id=42");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      status: 422,
      error_code: "gen_rejected_request",
      upstream: { error_code: null },
    });
    expect(text).not.toMatch(/nginx|api\.gen\.pro|script/);
  });

  it("is quoted where it helps to correct the input, and nowhere else", async () => {
    stack.script(
      coded(422, "validation_error", "Prompt is too long"),
      coded(404, "not_found", "row 5 of schema gen_prod"),
    );
    const helpful = await readProblem(await stack.call("/v1/vidsheet/101?agent_id=42"));
    const leaky = await readProblem(await stack.call("/v1/vidsheet/101?agent_id=42"));
    expect(helpful.detail).toContain("GEN: “Prompt is too long” This attempt cost no credits.");
    expect(JSON.stringify(leaky)).not.toContain("gen_prod");
  });

  it("is passed on in what can be acted on: the list of what to correct, and an offer to pay", async () => {
    const errors = [{ path: "actions[0].target", code: "missing", message: "target is missing" }];
    stack.script({ status: 422, body: { error: "Bad action.", error_code: "invalid_action", errors } });
    stack.script({
      status: 402,
      body: { error: "Pay.", error_code: "payment_required", funding_error_kind: "out_of_credits", secret: "s" },
    });
    const send = () => stack.call("/v1/vidsheet/actions", json("POST", { agent_id: 42, actions: [] }));
    expect(await readProblem(await send())).toMatchObject({ error_code: "invalid_action", errors });
    const offer = await readProblem(await send());
    expect(offer).toMatchObject({ error_code: "payment_required", funding_error_kind: "out_of_credits" });
    expect(offer).not.toHaveProperty("secret");
  });
});

describe("an answer that only looks like a failure", () => {
  it.each([
    [202, { status: "queued", error_code: "source_not_ready", retryable: true }],
    [207, { brand: { status: "ok" }, voice: { status: "error", error: "x" } }],
    [428, { error_code: "confirmation_required", confirm_token: "tok", expires_in: 300 }],
  ])("is passed through whole: %i", async (status, body) => {
    stack.script({ status, body });
    const response = await stack.call("/v1/vidsheet/101?agent_id=42", { method: "DELETE" });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(body);
  });

  it("is passed through whole when it is the 402 that is a price quote", async () => {
    const response = await stack.call("/v1/x402_credit_purchase", json("POST", { workspace_id: 7, amount_usd: 10 }));
    expect(response.status).toBe(402);
    expect(await response.json()).toHaveProperty("checkout_session_id");
  });
});

describe("the texts of a problem", () => {
  it.each([
    ["en", "Sheet not found"],
    ["es", "es"],
    ["fr", "fr"],
    ["de", "de"],
    ["pt-BR", "pt"],
    ["ja", "ja"],
    ["xx, ja;q=0.9, en;q=0.5", "ja"],
    ["xx", "en"],
  ])("are in the caller's language: %s", async (language, expected) => {
    stack.script(coded(404, "spreadsheet_not_found"));
    const response = await stack.call("/v1/vidsheet/101?agent_id=42", { headers: { "accept-language": language } });
    const { title } = await readProblem(response);
    expect(response.headers.get("vary")).toContain("Accept-Language");
    if (language === "en") expect(title).toBe(expected);
    else expect(response.headers.get("content-language")).toBe(expected);
    if (response.headers.get("content-language") !== "en") expect(title).not.toBe("Sheet not found");
  });

  it("say what happened, whether credits were spent, what to do, and whether trying again helps", async () => {
    stack.script(coded(422, "insufficient_credits_for_job"));
    const problem = await readProblem(await stack.call("/v1/vidsheet/101?agent_id=42"));
    expect(problem.detail).toMatch(/too few credits.*This attempt cost no credits\.$/);
    expect(problem.action).toMatch(/^Buy more credits.*shorter or simpler\.$/);
    expect(problem.error).toBe(problem.detail);
  });

  it("are explained at the address that the problem's type points at, as a page and as JSON", async () => {
    stack.script(coded(404, "spreadsheet_not_found"));
    const { type } = await readProblem(await stack.call("/v1/vidsheet/101?agent_id=42"));
    const page = await fetch(type, { headers: { accept: "text/html,*/*;q=0.8" } });
    const data = await fetch(type);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("<h1>Sheet not found</h1>");
    expect(await data.json()).toMatchObject({ code: "spreadsheet_not_found", status: 404, title: "Sheet not found" });
  });

  it("are a problem themselves for a code that does not exist", async () => {
    for (const code of ["nonsense", "__proto__", "constructor", "%00"]) {
      const response = await fetch(`${stack.worker.url}/problems/${code}`);
      expect(response.status).toBe(404);
      expect(await readProblem(response)).toMatchObject({ error_code: "route_not_found" });
    }
  });
});
