import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;

beforeEach(async () => {
  stack = await startStack();
});

afterEach(() => stack.close());

const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
const ESTIMATE = "/v1/user_jobs/estimate";
/** A generation that costs 20 credits, whatever it shows. */
const IMAGE = { generation_type: "image_from_text", data: { prompt: "A cup of coffee" } };
/** A generation that costs 60 credits a second. */
const video = (duration: number) => ({ generation_type: "video_from_text", data: { prompt: "A cup", duration } });

const addClient = (bounds: Partial<Policy>) => stack.worker.addClient({ name: "bounded", ...bounds });
const charges = () => stack.gen.control.ledger().charges.length;
const estimates = () => stack.gen.control.ledger().requests.filter(({ path }) => path === ESTIMATE).length;

function order(client: string, body: unknown, key = "one", path = GENERATE): Promise<Response> {
  return stack.call(path, json("POST", body, { "idempotency-key": key, "x-api-key": client, prefer: "wait=5" }));
}

/** Scripts the answers to the next estimates. */
function scriptEstimates(...outcomes: Outcome[]): void {
  stack.gen.control.addFaults({ rules: [{ match: { path: ESTIMATE }, outcomes }] });
}

async function usage(client: string): Promise<unknown> {
  return (await stack.call("/v1/usage", { headers: { "x-api-key": client } })).json();
}

describe("a limit of credits for one call", () => {
  it("refuses what GEN would charge more for, with both numbers; nothing is sent", async () => {
    const client = await addClient({ maxCredits: 599.5 });
    const refused = await order(client, video(10));

    expect(refused.status).toBe(403);
    expect(await readProblem(refused)).toMatchObject({
      error_code: "price_over_limit",
      estimated_credits: 600,
      max_credits: 599.5,
      charged: "no",
      retryable: false,
    });
    expect(stack.gen.control.ledger().requests.map(({ path }) => path)).toEqual([ESTIMATE]);
  });

  it("says that GEN took too long when its price does not come in the caller's time; nothing is sent", async () => {
    const client = await addClient({ maxCredits: 600 });
    scriptEstimates("hang");
    const headers = { "idempotency-key": "one", "x-api-key": client, prefer: "wait=1" };
    const late = await stack.call(GENERATE, json("POST", video(10), headers));

    expect(late.status).toBe(504);
    expect(await readProblem(late)).toMatchObject({ error_code: "gen_timeout", charged: "no", retryable: true });
    expect(charges()).toBe(0);
    expect((await order(client, video(10), "two")).status).toBe(201);
  });

  it("lets pass what costs as much, asks for its price once, and not again for a repeat", async () => {
    const client = await addClient({ maxCredits: 600 });
    const [first, again] = [await order(client, video(10)), await order(client, video(10))];

    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect([charges(), estimates()]).toEqual([1, 1]);
  });

  it("leaves the key free: what was too expensive is ordered again in a cheaper way", async () => {
    const client = await addClient({ maxCredits: 100 });
    expect((await order(client, video(10))).status).toBe(403);
    expect((await order(client, video(1))).status).toBe(201);
    expect(charges()).toBe(1);
  });

  it("asks with the very letters of the request, in the name of its agent", async () => {
    const client = await addClient({ maxCredits: 1_000 });
    const text = '{"generation_type" : "video_from_text", "data": { "prompt":"\\u00e9 {[", "duration": 1.50 }}';
    const headers = { "content-type": "application/json", "idempotency-key": "k", "x-api-key": client };
    await stack.call(GENERATE, { method: "POST", headers, body: text });

    const [asked] = stack.gen.control.ledger().requests;
    expect(asked?.body).toBe(
      '{"agent_id":42,"user_job":{"user_job_type":"video_from_text","data":{ "prompt":"\\u00e9 {[", "duration": 1.50 }}}',
    );
  });

  it.each([
    ["a rendering", "/v1/vidsheet/101/cells/10112/render?agent_id=42", {}],
    ["a user job", "/v1/user_jobs?agent_id=42", { user_job_type: "text", data: { prompt: "x" } }],
    ["a recurring job, which spends later", "/v1/agents/42/recurring-jobs", { name: "x" }],
    ["more than an estimate is told of", GENERATE, { ...IMAGE, count: 5 }],
    ["a body that can be read in two ways", GENERATE, { ...IMAGE, "data[prompt]": "y" }],
    ["a query that says more", `${GENERATE}&count=5`, IMAGE],
  ])("refuses %s: there is no way to ask for its price", async (_, path, body) => {
    const client = await addClient({ maxCredits: 1_000_000 });
    const refused = await order(client, body, "one", path);

    expect(refused.status).toBe(403);
    expect(await readProblem(refused)).toMatchObject({ error_code: "price_unknown", charged: "no" });
    expect(stack.gen.control.ledger().requests).toEqual([]);
  });

  it.each<[string, Outcome]>([
    ["does not know", { status: 422, body: { error: "Unknown type", error_code: "validation_error" } }],
    ["leaves out", { status: 200, body: { estimate_id: "e" } }],
    ["puts below nothing", { status: 200, body: { estimated_credits: -1 } }],
    ["writes as no number", { status: 200, body: { estimated_credits: "many" } }],
    ["puts in a list", { status: 200, body: { estimated_credits: [1] } }],
    ["forgets", { status: 200, body: "" }],
    ["puts beyond all sums", { status: 200, body: { estimated_credits: 1e308 } }],
    ["writes with an exponent", { status: 200, body: { estimated_credits: "1e3" } }],
  ])("refuses a call whose price GEN %s", async (_, outcome) => {
    const client = await addClient({ maxCredits: 1_000 });
    scriptEstimates(outcome);
    const refused = await order(client, IMAGE);

    expect(await readProblem(refused)).toMatchObject({ status: 403, error_code: "price_unknown", charged: "no" });
    expect(charges()).toBe(0);
  });

  it("takes a price that is written as a string, to the millionth", async () => {
    const client = await addClient({ maxCredits: 10 });
    for (const [written, credits] of [
      ["10.5", 10.5],
      ["10.50000000", 10.5],
      [10.000000123456, 10.0],
      [10.0000008, 10.000_001],
    ] as const) {
      scriptEstimates({ status: 200, body: { estimated_credits: written } });
      const answer = await order(client, IMAGE, `price-${written}`);
      if (credits > 10) expect(await readProblem(answer)).toMatchObject({ estimated_credits: credits });
      else expect(answer.status).toBe(201);
    }
  });

  it("takes fractions of credits to the last one: of a named price, too", async () => {
    const client = await addClient({ creditsPerDay: 0.3, prices: { "sheets.act": 0.1 } });
    const generate = { action: "generate", target: { type: "cell", id: 10111, sheet_id: 101 }, ...IMAGE };
    const body = { agent_id: 42, auto_regenerate: false, actions: [generate, generate, generate] };
    const answer = await order(client, body, "three", "/v1/vidsheet/actions");
    expect([answer.status, answer.headers.get("x-genedge-credits")]).toEqual([200, "estimate=0.3, left=0"]);
  });

  it("asks again while GEN fails, inside the caller's time", async () => {
    const client = await addClient({ maxCredits: 100 });
    scriptEstimates({ status: 503 });
    expect((await order(client, IMAGE)).status).toBe(201);
    expect([charges(), estimates()]).toEqual([1, 2]);
  });

  it("sends nothing while GEN gives no price: the answer is GEN's trouble, and nothing was charged", async () => {
    const client = await addClient({ maxCredits: 100 });
    stack.gen.control.addFaults({ rules: [{ match: { path: ESTIMATE }, outcomes: ["reset"], repeat: true }] });
    const failed = await order(client, IMAGE);

    expect(await readProblem(failed)).toMatchObject({ status: 502, error_code: "gen_unreachable", charged: "no" });
    expect(charges()).toBe(0);
  });

  it("reports a key that GEN refuses, as any call does, and remembers it", async () => {
    const client = await addClient({ maxCredits: 100 });
    const refused = { status: 401, body: { error: "Unauthorized", error_code: "unauthorized" } };
    scriptEstimates(refused);
    stack.gen.control.addFaults({ rules: [{ match: { path: "/v1/me" }, outcomes: [refused] }] });
    for (const key of ["one", "two"]) {
      expect(await readProblem(await order(client, IMAGE, key))).toMatchObject({ error_code: "gen_key_rejected" });
    }
    expect(estimates()).toBe(1);
  });
});

describe("a quota of credits a day", () => {
  it("is exact under concurrency: of 40 images at 20 credits, 200 credits buy 10", async () => {
    const client = await addClient({ creditsPerDay: 200 });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => order(client, IMAGE, `call-${n}`)));
    const statuses = answers.map(({ status }) => status).sort();

    expect(statuses).toEqual([...Array(10).fill(201), ...Array(30).fill(429)]);
    expect(charges()).toBe(10);
    await expect
      .poll(() => usage(client))
      .toMatchObject({
        charged_calls: { reserved: 0, spent: 10, limit: null, left: null },
        credits: { reserved: 0, spent: 200, limit: 200, left: 0 },
      });
  });

  it("refuses what costs more than is left, with the price, and still takes what does not", async () => {
    const client = await addClient({ creditsPerDay: 100 });
    expect((await order(client, video(1))).status).toBe(201);
    const refused = await order(client, video(1), "two");

    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await readProblem(refused)).toMatchObject({ error_code: "quota_exhausted", estimated_credits: 60 });
    expect((await order(client, IMAGE, "three")).status).toBe(201);
  });

  it("gets back what GEN refused", async () => {
    const client = await addClient({ creditsPerDay: 60 });
    scriptEstimates("pass");
    stack.gen.control.addFaults({
      rules: [
        { match: { path: "/v1/vidsheet" }, outcomes: [{ status: 422, body: { error: "No", error_code: "invalid" } }] },
      ],
    });
    expect((await order(client, video(1))).status).toBe(422);
    await expect.poll(() => usage(client)).toMatchObject({ credits: { reserved: 0, spent: 0, left: 60 } });
    expect((await order(client, video(1), "two")).status).toBe(201);
  });
});
