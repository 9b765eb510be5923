import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Client, clientOf, type Send } from "../../simulator/client.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";

let simulator: Simulator;
let gen: Client;

beforeAll(async () => {
  simulator = await startSimulator();
  gen = clientOf(simulator);
});
beforeEach(() => simulator.control.reset());
afterAll(() => simulator.close());

const DAY_MS = 24 * 60 * 60 * 1_000;
const TEXT = { generation_type: "text", data: { prompt: "A dog" } };
const generate = (send: Send = {}) =>
  gen("POST /vidsheet/101/cells/10112/generate?agent_id=42", { body: TEXT, key: "k1", ...send });
const charges = () => simulator.control.ledger().totals.charges;

describe("a charged call's key", () => {
  it("gives the same answer again for 24 hours, without a second charge", async () => {
    const first = await generate();
    simulator.control.advanceTime(DAY_MS - 1_000);
    const repeated = await generate();

    expect(repeated.json).toEqual(first.json);
    expect(charges()).toBe(1);
    simulator.control.advanceTime(2_000);
    expect((await generate()).json).not.toEqual(first.json);
  });

  it("gives the answer again that was lost after the work", async () => {
    simulator.control.addFaults({ rules: [{ outcomes: ["done_but_lost"] }] });

    await expect(generate()).rejects.toThrow();

    expect((await generate()).json).toEqual({ generation_id: 9000, status: "pending" });
    expect(charges()).toBe(1);
  });

  it("conflicts with another body", async () => {
    await generate();

    expect((await generate({ body: { ...TEXT, data: { prompt: "A cat" } } })).json.error_code).toBe(
      "idempotency_conflict",
    );
  });

  it("is another one for another user or agent", async () => {
    await generate();
    await generate({ headers: { "x-api-key": "gen_pat_simulator_other" } });
    await gen("POST /vidsheet/sheet_123/cells/cell_12/generate?agent_id=agent_456", { body: TEXT, key: "k1" });

    expect(charges()).toBe(3);
  });
});

describe("two sends at once under one key", () => {
  const both = async (concurrentKey: "once" | "conflict" | "twice") => {
    simulator.control.changeSettings({ concurrentKey, workMs: 100 });
    return (await Promise.all([generate(), generate()])).toSorted((a, b) => a.status - b.status);
  };

  it("charge once and get one answer, set to once", async () => {
    const [first, second] = await both("once");

    expect(second?.json).toEqual(first?.json);
    expect(charges()).toBe(1);
  });

  it("charge once and conflict, set to conflict", async () => {
    const answers = await both("conflict");

    expect(answers.map(({ status }) => status)).toEqual([201, 409]);
    expect(answers[1]?.json.error_code).toBe("idempotency_conflict");
    expect(charges()).toBe(1);
  });

  it("charge twice, set to twice", async () => {
    const answers = await both("twice");

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(charges()).toBe(2);
  });

  it("are 409 generation_busy for continue and 202 generation_pending for sheet actions, set to conflict", async () => {
    await generate();
    await gen("POST /generations/9000/stop", { body: { agent_id: 42 } });
    simulator.control.changeSettings({ concurrentKey: "conflict", workMs: 100 });
    const next = () => gen("POST /generations/9000/continue", { body: { agent_id: 42 }, key: "c1" });
    const act = () =>
      gen("POST /vidsheet/actions", {
        key: "a1",
        body: { agent_id: 42, actions: [{ action: "generate", target: { id: 10132 }, ...TEXT }] },
      });

    expect((await Promise.all([next(), next()])).map(({ json }) => json.error_code)).toContain("generation_busy");
    expect((await Promise.all([act(), act()])).map(({ json }) => json.error_code)).toContain("generation_pending");
  });
});

describe("what GEN remembers under a key", () => {
  const setCredits = (generic: number) => simulator.control.setOrganization(7, { generic });

  it.each([
    { replayOwn4xx: true, status: 422 },
    { replayOwn4xx: false, status: 201 },
  ])("is its own 4xx only if so set: $replayOwn4xx", async ({ replayOwn4xx, status }) => {
    simulator.control.changeSettings({ replayOwn4xx });
    setCredits(0);
    expect((await generate()).status).toBe(422);
    setCredits(1_000);

    expect((await generate()).status).toBe(status);
  });

  it.each([
    { replayOwn5xx: true, status: 500 },
    { replayOwn5xx: false, status: 201 },
  ])("is its own 5xx only if so set: $replayOwn5xx", async ({ replayOwn5xx, status }) => {
    simulator.control.changeSettings({ replayOwn5xx });
    simulator.control.addFaults({ rules: [{ outcomes: [{ doneThen: { status: 500, own: true } }] }] });
    expect((await generate()).status).toBe(500);

    expect((await generate()).status).toBe(status);
  });

  it.each([
    { validateBeforeKey: true, status: 422 },
    { validateBeforeKey: false, status: 201 },
  ])("is found only after the checks if so set: $validateBeforeKey", async ({ validateBeforeKey, status }) => {
    simulator.control.changeSettings({ validateBeforeKey });
    await generate();
    setCredits(0);

    expect((await generate()).status).toBe(status);
    expect(charges()).toBe(1);
  });
});

describe("keys of other operations", () => {
  it("give the first row again, per sheet and endpoint, whatever the body", async () => {
    const add = (sheet: string, body: unknown) => gen(`POST /vidsheet/${sheet}/rows`, { body, key: "r1" });
    const first = await add("101", { agent_id: 42 });

    expect((await add("101", { agent_id: 42, other: true })).json).toEqual(first.json);
    expect((await add("sheet_123", { agent_id: "agent_456" })).json.id).not.toBe(first.json.id);
  });

  it("give the original post again, marked as a replay", async () => {
    const post = () =>
      gen("POST /schedule/with-post", {
        key: "p1",
        body: { agent_id: 42, platform: ["x"], schedule_type: "now", title: "Hi" },
      });
    const first = await post();

    expect(first.json.idempotent_replay).toBe(false);
    expect((await post()).json).toEqual({ ...first.json, idempotent_replay: true });
  });

  it("stand in the body of backups and idea jobs", async () => {
    const backup = () =>
      gen("POST /agents/42/proof-of-genesis/backups", { host: "agent-core", body: { idempotency_key: "b1" } });
    const ideas = () => gen("POST /ideas/generate", { host: "agent", body: { agent_id: 42, idempotency_key: "i1" } });

    expect((await backup()).json).toEqual((await backup()).json);
    expect((await ideas()).json).toEqual((await ideas()).json);
    expect(charges()).toBe(2);
  });

  it("do not exist for runs, research, user jobs and clones: a repeat is another one", async () => {
    const repeat = async (call: string, send: Send) => [(await gen(call, send)).text, (await gen(call, send)).text];
    for (const [first, second] of [
      await repeat("POST /agent/run", { host: "agent", key: "x", body: { agent_id: 42, message: "Hi" } }),
      await repeat("POST /research", { host: "agent", key: "x", body: { agent_id: 42 } }),
      await repeat("POST /user_jobs?agent_id=42", { key: "x", body: { user_job_type: "publish_content", data: "{}" } }),
      await repeat("POST /vidsheet/101/clone", { key: "x", body: { agent_id: 42 } }),
    ]) {
      expect(second).not.toBe(first);
    }
    expect(charges()).toBe(6);
  });
});
