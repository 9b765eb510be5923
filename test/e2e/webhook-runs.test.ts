import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually } from "../support/durable-calls.ts";
import { readProblem, type Stack, startStack } from "../support/stack.ts";
import { readTestBundle } from "../support/test-bundle.ts";
import type { TestOrder } from "../support/test-pipelines.ts";
import { post, SECRETS, webhooks } from "../support/webhooks.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(SECRETS, { bundle: readTestBundle() });
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());
const hooks = webhooks(() => stack);
const calls = durableCalls(() => stack);

let count = 0;
/** A well-signed delivery of a new event. */
const toDelivery = (what: TestOrder & Record<string, unknown>) => {
  count += 1;
  return hooks.toPost("hmac-sha256", { body: JSON.stringify({ ...what, event: count }) });
};

describe("a delivery whose input does not fit", () => {
  it("is answered with 422 and what is wrong, and logged", async () => {
    const response = await post(toDelivery({ for: "picky", make: "text", note: "three" }));
    expect(response.status).toBe(422);
    const errors = [{ path: "count", message: expect.stringContaining("Expected number") }];
    expect(await readProblem(response)).toMatchObject({ error_code: "input_invalid", charged: "no", errors });
    const line = await stack.worker.waitForLine(({ message }) => message === "webhook_unfit");
    expect(line).toMatchObject({ level: "warn", source: "hmac-sha256", pipeline: "picky" });
  });

  it("is kept once for a look, though it comes five times, with what came", async () => {
    const delivery = toDelivery({ for: "picky", make: "text", note: "five times" });
    for (let turn = 0; turn < 5; turn += 1) expect((await post(delivery)).status).toBe(422);
    const kept = (await hooks.rejected("picky")).filter(({ payload }) => payload.includes("five times"));
    expect(kept).toMatchObject([{ source: "hmac-sha256", payload: delivery.body, issues: [/^count: /] }].map(toMatch));
  });

  it("is shown to a client of all agents with the scope pipelines, and to no other", async () => {
    const ask = async (pipeline: string, policy: Parameters<Stack["worker"]["addClient"]>[0]) => {
      const key = await stack.worker.addClient(policy);
      const { status } = await stack.call(`/pipelines/${pipeline}/rejected`, { headers: { "x-api-key": key } });
      return status;
    };
    expect(await ask("renders", { scopes: ["pipelines"] })).toBe(200);
    expect(await ask("renders", { scopes: ["pipelines"], agents: ["42"] })).toBe(403);
    expect(await ask("picky", { scopes: ["pipelines"], agents: ["42"] })).toBe(404);
    expect(await ask("picky", { scopes: ["read", "operator"] })).toBe(403);
  });

  it.each([
    ["a BigInt", "bigint", "An input must be a value of JSON."],
    ["a circle", "circle", "An input must be a value of JSON."],
    ["nothing", "nothing", "An input must be a value of JSON."],
    ["an error", "error", "input: not what was expected"],
  ] as const)("is the pipeline's to define: %s is none", async (_, make, message) => {
    const response = await post(toDelivery({ for: "picky", make }));
    expect(response.status).toBe(422);
    expect(await readProblem(response)).toMatchObject({ errors: [{ path: "", message }] });
  });

  it.each([
    ["does not fit", { for: "both", make: "text", note: "no number" }],
    ["throws when it is asked whether it wants it", { make: "when-error" }],
  ] as const)("is accepted when it fits another pipeline, and one %s", async (_, what) => {
    const before = (await hooks.rejected("picky")).length;
    const runs = await hooks.started(await post(toDelivery(what)));
    expect(runs.map(({ pipeline }) => pipeline)).toEqual(["echo"]);
    expect(await hooks.rejected("picky")).toHaveLength(before + 1);
  });

  it("is not repeated at length, however long it is", async () => {
    const response = await post(toDelivery({ for: "picky", make: "text", note: "x".repeat(400_000) }));
    expect(response.status).toBe(422);
    expect((await response.text()).length).toBeLessThan(2_000);
    const [{ issues = [], payload = "" } = {}] = await hooks.rejected("picky");
    expect(issues.join().length).toBeLessThan(500);
    expect(payload.length).toBe(16 * 1_024);
  });

  it("is refused with a reason when it is too large", async () => {
    const response = await post(toDelivery({ note: "x".repeat(600_000) }));
    expect(await readProblem(response)).toMatchObject({ status: 422, errors: [{ message: /512 KiB/ }].map(toMatch) });
  });
});

describe("an odd payload", () => {
  it.each(["hmac-sha256", "linear"] as const)("is refused when it is nested 100,000 deep: %s", async (source) => {
    const body = `{"webhookTimestamp":${Date.now()},"data":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const response = await hooks.deliver(source, { body });
    expect(await readProblem(response)).toMatchObject({ status: 422, errors: [{ message: /nested/ }].map(toMatch) });
  });

  it.each(["0", '"text"', "[]", "false"])("is the pipelines' to judge when it is %s", async (body) => {
    const [run] = await hooks.started(await hooks.deliver("hmac-sha256", { body }));
    expect(await hooks.run(run?.location ?? "")).toMatchObject({ input: { payload: JSON.parse(body) } });
  });

  it("is refused with 422 when it is null", async () => {
    expect((await hooks.deliver("hmac-sha256", { body: "null" })).status).toBe(422);
  });

  it("reaches no prototype with __proto__", async () => {
    const body = '{"__proto__":{"for":"picky","polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    const [run] = await hooks.started(await hooks.deliver("hmac-sha256", { body }));
    expect(run?.pipeline).toBe("echo");
    const response = await stack.call(run?.location ?? "");
    expect(await response.text()).toContain(`"payload":${body}`);
    const [next] = await hooks.started(await post(toDelivery({})));
    expect(await (await stack.call(next?.location ?? "")).text()).not.toContain("polluted");
  });

  it("has no type when that is of 5,000 characters", async () => {
    const delivery = hooks.toPost("github");
    const headers = { ...delivery.headers, "x-github-event": "e".repeat(5_000) };
    const [run] = await hooks.started(await post({ ...delivery, headers }));
    expect(await hooks.run(run?.location ?? "")).toMatchObject({ input: { eventType: null } });
  });
});

describe("a delivery that spends credits", () => {
  it("starts one run, charged once, when it comes five times, twice at once", async () => {
    const delivery = toDelivery({ for: "renders" });
    const answers = [await post(delivery), ...(await Promise.all([post(delivery), post(delivery)]))];
    answers.push(await post(delivery), await post(delivery));
    const runs = (await Promise.all(answers.map((answer) => hooks.started(answer)))).flat();
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);

    await eventually(
      () => hooks.run(runs[0]?.location ?? ""),
      ({ state }) => state === "finished",
    );
    expect(calls.chargesTo(cell(10111).path)).toHaveLength(1);
    expect(calls.requestsTo(cell(10111).path)).toHaveLength(1);
  });

  it.each(["hang", "reset"] as const)("is acknowledged while GEN answers nothing (%s)", async (outcome) => {
    stack.gen.control.addFaults({ random: { seed: 1, mix: [{ outcome, share: 1 }] } });
    const before = stack.gen.control.ledger().totals.charges;
    const [run] = await hooks.started(await post(toDelivery({ for: "renders" })));
    await calls.received(cell(10111).path);
    expect(await hooks.run(run?.location ?? "")).not.toHaveProperty("ended_at");
    expect(stack.gen.control.ledger().totals.charges).toBe(before);
  });

  it("is acknowledged when no pipeline wants it, and starts nothing", async () => {
    expect(await hooks.started(await post(toDelivery({ for: "nobody" })))).toEqual([]);
  });
});

/** An object that starts the run, but answers too late the first time. */
const SLOW = `
import * as bundle from "./bundle.js";
export * from "./bundle.js";
export { default } from "./bundle.js";
export class PipelineRuns extends bundle.PipelineRuns {
  #slow = true;
  async start(order) {
    const slow = this.#slow;
    this.#slow = false;
    const ordered = await super.start(order);
    if (slow) await scheduler.wait(600_000);
    return ordered;
  }
}`;

it("a run that can't be started in time is answered with 503 and Retry-After; sent again, it is the same run", async () => {
  const late = await startStack({ ...SECRETS, WEBHOOK_BUDGET_MS: "1000" }, { bundle: readTestBundle(), front: SLOW });
  const { toPost, started, runs } = webhooks(() => late);
  const delivery = toPost("stripe");

  const response = await post(delivery);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(await readProblem(response)).toMatchObject({
    error_code: "not_taken_in_time",
    retryable: true,
    charged: "no",
  });
  await late.worker.waitForLine(({ message, source }) => message === "webhook_late" && source === "stripe");

  const [run] = await started(await post(delivery));
  expect((await runs("echo")).map(({ id }) => id)).toEqual([run?.id]);
  await late.close();
});

/** An asymmetric matcher, for values that are known in part only. */
function toMatch(what: Record<string, unknown>) {
  const entries = Object.entries(what).map(([name, value]) => {
    if (value instanceof RegExp) return [name, expect.stringMatching(value)];
    if (Array.isArray(value)) return [name, value.map((each) => expect.stringMatching(each))];
    return [name, value];
  });
  return Object.fromEntries(entries);
}
