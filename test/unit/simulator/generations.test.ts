import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Client, clientOf } from "../../simulator/client.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";

let simulator: Simulator;
let gen: Client;

beforeAll(async () => {
  simulator = await startSimulator();
  gen = clientOf(simulator);
});
beforeEach(() => simulator.control.reset());
afterAll(() => simulator.close());

const VIDEO = { generation_type: "video_from_text", data: { prompt: "A dog" } };
const generate = () => gen("POST /vidsheet/101/cells/10112/generate?agent_id=42", { body: VIDEO });
const totals = () => simulator.control.ledger().totals;
const credits = async (organization = 7) =>
  Number((await gen(`GET /organizations/${organization}`)).json.available_credit.generic);
const control = (path: string, method = "GET", body?: unknown) =>
  fetch(`${simulator.urls.control}/${path}`, { method, body: body === undefined ? null : JSON.stringify(body) });

describe("generations", () => {
  const statusOf = async (id: number) => (await gen(`GET /generations/${id}`)).json.status;

  it("go from pending to processing to completed by the clock, and fill their cell", async () => {
    const { json: started } = await generate();

    expect(started).toEqual({ generation_id: 9000, status: "pending" });
    await control("time", "POST", { advanceMs: 1_000 });
    expect(await statusOf(9000)).toBe("processing");
    simulator.control.advanceTime(5_000);
    expect((await gen("GET /generations/9000")).json).toMatchObject({
      status: "completed",
      execution_cost: "600",
      output_resources: [{ object_type: "video" }],
    });
    expect((await gen("GET /vidsheet/101/cells/10112?agent_id=42")).json.value).toContain("9000.mp4");
  });

  it("are refunded in full when stopped, and charged again when continued", async () => {
    await generate();

    expect((await gen("POST /generations/9000/stop", { body: { agent_id: 42 } })).json.status).toBe("stopped");
    expect(await credits()).toBe(10_000);
    expect((await gen("POST /generations/9000/continue", { body: { agent_id: 42 }, key: "c1" })).json).toEqual({
      generation_id: 9000,
      status: "pending",
    });
    expect(totals()).toMatchObject({ charges: 2, refunds: 1, charged_credits: 1_200, refunded_credits: 600 });
  });

  it("are refunded in full when they fail", async () => {
    await generate();
    await control("generations/9000", "PATCH", { status: "failed", reason: "Blocked" });

    expect((await gen("GET /generations/9000")).json).toMatchObject({
      status: "failed",
      failed_reason: "Blocked",
      execution_cost: "0",
    });
    expect(await credits()).toBe(10_000);
  });

  it("stay where a test puts them", async () => {
    await generate();
    simulator.control.setGeneration(9000, { status: "processing" });
    simulator.control.advanceTime(3_600_000);

    expect(await statusOf(9000)).toBe("processing");
  });

  it("are settled for what they cost after completion", async () => {
    simulator.control.changeSettings({ settlementPercent: 90 });
    await generate();
    simulator.control.advanceTime(10_000);

    expect(await credits()).toBe(9_460);
  });

  it("are listed for their sheet while they run", async () => {
    await generate();

    const running = async () => (await gen("GET /vidsheet/101/generations?agent_id=42")).json.generations;

    expect(await running()).toMatchObject([
      { generation_id: 9000, container_type: "SpreadsheetCell", container_id: 10112, row_id: 10110 },
    ]);
    simulator.control.advanceTime(10_000);
    expect(await running()).toEqual([]);
  });

  it("tell the agent's webhook of every change", async () => {
    const bodies: unknown[] = [];
    const receiver = createServer(async (request, response) => {
      bodies.push(await json(request));
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const webhook_url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await gen("PATCH /agents/42/automation_config", { body: { automation_config: { webhook_url } } });

    expect((await gen("POST /agents/42/automation_config/test_webhook")).json).toEqual({ success: true });
    await generate();
    simulator.control.advanceTime(10_000);

    await expect.poll(() => simulator.control.ledger().webhooks.length).toBe(2);
    expect(bodies).toHaveLength(3);
    expect(bodies).toContainEqual({ event: "generation.updated", generation: { id: 9000, status: "completed" } });
    receiver.closeAllConnections();
    receiver.close();
  });
});

describe("confirmations", () => {
  const row = "DELETE /vidsheet/101/rows/10110?agent_id=42";

  it("let a delete through once with the token of its 428", async () => {
    const refused = await gen(row);

    expect(refused.status).toBe(428);
    expect(refused.json).toMatchObject({
      error_code: "confirmation_required",
      operation: "row.delete",
      would_destroy: { id: 10110 },
      expires_in: 300,
    });
    expect((await gen(`${row}&confirm_token=${refused.json.confirm_token}`)).status).toBe(200);
    expect((await gen("GET /vidsheet/101/rows/10110?agent_id=42")).status).toBe(404);
  });

  it("reject a token whose target has changed since", async () => {
    const { json } = await gen(row);
    await gen("PATCH /vidsheet/101/cells/10111?agent_id=42", { body: { value: "new" } });

    const again = await gen(`${row}&confirm_token=${json.confirm_token}`);

    expect(again.status).toBe(428);
    expect(again.json.token_rejected).toBe(true);
  });
});
