import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Operation } from "../../../src/gen/operation.ts";
import { OPERATIONS } from "../../../src/gen/operations.ts";
import { type Answer, type Client, clientOf } from "../../simulator/client.ts";
import { placeOf } from "../../simulator/gen/place.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";

let simulator: Simulator;
let gen: Client;

beforeAll(async () => {
  simulator = await startSimulator();
  gen = clientOf(simulator);
});
beforeEach(() => simulator.control.reset());
afterAll(() => simulator.close());

const SHEET = "GET /vidsheet/101?agent_id=42";
const VIDEO = { generation_type: "video_from_text", data: { prompt: "A dog" } };
const TEXT = { generation_type: "text", data: { prompt: "A dog" } };
const generate = (body: unknown = VIDEO, key?: string): Promise<Answer> =>
  gen("POST /vidsheet/101/cells/10112/generate?agent_id=42", { body, ...(key === undefined ? {} : { key }) });
const totals = () => simulator.control.ledger().totals;
const credits = async (organization = 7) =>
  Number((await gen(`GET /organizations/${organization}`)).json.available_credit.generic);
const control = (path: string, method = "GET", body?: unknown) =>
  fetch(`${simulator.urls.control}/${path}`, { method, body: body === undefined ? null : JSON.stringify(body) });

describe("ledger", () => {
  it("keeps each request as it was received", async () => {
    await generate(TEXT, "k 1");

    const [request] = simulator.control.ledger().requests;

    expect(request).toMatchObject({
      host: "api",
      method: "POST",
      path: "/v1/vidsheet/101/cells/10112/generate",
      query: "agent_id=42",
      status: 201,
      outcome: "pass",
    });
    expect(request?.headers).toMatchObject({ "idempotency-key": "k 1", "x-api-key": simulator.apiKey });
    expect(request?.body).toBe(JSON.stringify(TEXT));
    expect(request?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("keeps charges with their key and amount", async () => {
    const { json } = await generate(VIDEO, "k1");

    expect(simulator.control.ledger().charges).toMatchObject([
      { generation_id: json.generation_id, operation: "cells.generate", amount: 600, idempotency_key: "k1" },
    ]);
    expect(await credits()).toBe(9_400);
  });

  it("counts without keeping when told to", async () => {
    await control("settings", "PATCH", { ledgerRequests: false });
    await gen(SHEET);
    await gen("GET /nothing");

    const ledger = (await (await control("ledger")).json()) as ReturnType<typeof simulator.control.ledger>;

    expect(ledger.requests).toEqual([]);
    expect(ledger.totals).toMatchObject({ requests: 2, by_status: { 200: 1, 404: 1 } });
  });

  it("is empty once deleted", async () => {
    await generate();
    await control("ledger", "DELETE");

    expect(totals()).toEqual({
      requests: 0,
      charges: 0,
      refunds: 0,
      charged_credits: 0,
      refunded_credits: 0,
      by_status: {},
    });
  });
});

describe("control", () => {
  it("says that it is a simulator, and refuses what it does not know with the reason", async () => {
    const answer = await control("settings", "PATCH", { concurentKey: "twice" });

    expect(answer.headers.get("x-simulator")).toBe("gen-edge");
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: "No setting named concurentKey" });
  });

  it("is also answered on api's port, whatever the faults", async () => {
    simulator.control.addFaults({ rules: [{ outcomes: ["reset"], repeat: true }] });

    const answer = await fetch(`${new URL(simulator.urls.api).origin}/__simulator/ledger`);

    expect(answer.status).toBe(200);
  });

  it("sets credits, and puts all back on reset", async () => {
    await control("organizations/7", "PATCH", { generic: 5 });
    expect(await credits()).toBe(5);
    await control("reset", "POST");
    expect(await credits()).toBe(10_000);
  });
});

describe("hosts", () => {
  it("answer only what is theirs, in their own words", async () => {
    expect((await gen("GET /agent/ideas?agent_id=42")).headers.get("content-type")).toContain("text/html");
    expect((await gen("GET /agent/ideas?agent_id=42", { host: "agent" })).json.ideas).toHaveLength(1);
    expect((await gen("GET /vidsheet/101", { host: "agent-core" })).json).toEqual({ detail: "Not Found" });
    expect((await gen("GET /agents/42/watchlists/1", { host: "agent-core" })).json).toEqual({
      detail: "watchlist not found",
    });
    expect((await gen("GET /schedule/platforms", { host: "python", headers: { "x-api-key": "" } })).status).toBe(200);
    expect((await gen("GET /schedule/post/1")).json.detail.error_code).toBe("not_found");
  });

  it("have a route, with the same place for its key, for every operation that may be forwarded", () => {
    const operations: readonly Operation[] = OPERATIONS;
    const unlike = operations.filter(({ host, method, path, key }) => {
      const { found } = placeOf({ host, method, path: `/v1${path.replaceAll(/:\w+/g, "1")}` });
      const place = found && typeof found.route === "object" && "key" in found.route ? found.route.key.place : "none";
      return !found || (key !== place && key !== "natural");
    });

    expect(unlike.map(({ name }) => name)).toEqual([]);
  });

  it("know the older names", async () => {
    expect((await gen("GET /autocontentengine/sheet_123?agent_id=agent_456")).json.id).toBe("sheet_123");
    expect((await gen("GET /avatars/1")).json.error_code).toBe("avatar_not_found");
  });

  it("take uploads and give downloads of any size", async () => {
    const form = new FormData();
    form.set("file", new File([new Uint8Array(5_000_000)], "clip.mp4", { type: "video/mp4" }));

    const upload = await gen("POST /content_resources", { body: form });
    const download = await gen("GET /content_resources/blob-5000000");

    expect(upload.status).toBe(201);
    expect(upload.json.received_bytes).toBeGreaterThan(5_000_000);
    expect(download.text.length).toBe(5_000_000);
  });
});
