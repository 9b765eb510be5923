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

const SHEET = "GET /vidsheet/101?agent_id=42";
const VIDEO = { generation_type: "video_from_text", data: { prompt: "A dog" } };
const generate = () => gen("POST /vidsheet/101/cells/10112/generate?agent_id=42", { body: VIDEO });
const totals = () => simulator.control.ledger().totals;
const control = (path: string, method = "GET", body?: unknown) =>
  fetch(`${simulator.urls.control}/${path}`, { method, body: body === undefined ? null : JSON.stringify(body) });

describe("faults", () => {
  it("gives scripted outcomes one to a matching request, then passes", async () => {
    simulator.control.addFaults({
      rules: [
        {
          match: { method: "GET", path: "/v1/vidsheet" },
          outcomes: [{ status: 503 }, "pass", { status: 429, headers: { "Retry-After": "2" } }],
        },
      ],
    });

    const statuses = [];
    for (let index = 0; index < 4; index++) statuses.push((await gen(SHEET)).status);

    expect((await gen("GET /me")).status).toBe(200);
    expect(statuses).toEqual([503, 200, 429, 200]);
  });

  it("sends HTML, empty and huge bodies as scripted", async () => {
    simulator.control.addFaults({
      rules: [
        {
          outcomes: [{ status: 502, body: "<html>bad</html>" }, { status: 500 }, { status: 500, bodyBytes: 3_000_000 }],
        },
      ],
    });

    const [page, empty, huge] = [await gen(SHEET), await gen(SHEET), await gen(SHEET)];

    expect([page.headers.get("content-type"), page.text]).toEqual(["text/html; charset=utf-8", "<html>bad</html>"]);
    expect(empty.text).toBe("");
    expect(huge.text.length).toBe(3_000_000);
  });

  it.each(["reset", "done_but_lost"] as const)("breaks the connection without an answer on %s", async (outcome) => {
    simulator.control.addFaults({ rules: [{ outcomes: [outcome] }] });

    await expect(gen(SHEET)).rejects.toThrow("fetch failed");

    expect(simulator.control.ledger().requests[0]).toMatchObject({ status: null, outcome });
  });

  it("does not work before a reset, and has worked before a lost answer", async () => {
    simulator.control.addFaults({ rules: [{ outcomes: ["reset", "done_but_lost", { doneThen: { status: 503 } }] }] });

    await expect(generate()).rejects.toThrow();
    expect(totals().charges).toBe(0);
    await expect(generate()).rejects.toThrow();
    expect(totals().charges).toBe(1);
    expect((await generate()).status).toBe(503);
    expect(totals().charges).toBe(2);
  });

  it.each([false, true])("cuts a body after the bytes given, chunked %s", async (chunked) => {
    simulator.control.addFaults({ rules: [{ outcomes: [{ cutBodyAfterBytes: 20, chunked }] }] });

    const response = await fetch(`${simulator.urls.api}/vidsheet/101?agent_id=42`, {
      headers: { "x-api-key": simulator.apiKey },
    });
    const reader = response.body?.getReader();

    expect(response.status).toBe(200);
    expect((await reader?.read())?.value?.length).toBe(20);
    await expect(reader?.read()).rejects.toThrow();
  });

  it("delays the headers, and stalls in the body", async () => {
    simulator.control.addFaults({
      rules: [{ outcomes: [{ delayHeadersMs: 40 }, { stallBodyAfterBytes: 5, stallMs: 40 }] }],
    });

    for (let index = 0; index < 2; index++) {
      const began = performance.now();
      expect((await gen(SHEET)).json.id).toBe(101);
      expect(performance.now() - began).toBeGreaterThan(35);
    }
  });

  it("never answers a hanging request", async () => {
    simulator.control.addFaults({ rules: [{ outcomes: ["hang"] }] });

    const request = fetch(`${simulator.urls.api}/me`, {
      headers: { "x-api-key": simulator.apiKey },
      signal: AbortSignal.timeout(50),
    });

    await expect(request).rejects.toThrow("timeout");
  });

  it("draws the same sequence from the same seed", async () => {
    const draw = async (seed: number) => {
      simulator.control.clearFaults();
      simulator.control.addFaults({ random: { seed, mix: [{ outcome: { status: 503 }, share: 0.5 }] } });
      const statuses = [];
      for (let index = 0; index < 30; index++) statuses.push((await gen("GET /me")).status);
      return statuses;
    };

    const first = await draw(7);

    expect(await draw(7)).toEqual(first);
    expect(await draw(8)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it("lists what is left, and is empty once cleared", async () => {
    await control("faults", "POST", { rules: [{ outcomes: ["reset", { status: 503 }] }] });
    await gen("GET /me").catch(() => undefined);

    expect(await (await control("faults")).json()).toEqual({ rules: [{ outcomes: [{ status: 503 }] }], random: [] });
    await control("faults", "DELETE");
    expect(simulator.control.faults().rules).toEqual([]);
  });

  it("refuses connections to one host until told otherwise", async () => {
    await control("refuse", "POST", { host: "api" });

    await expect(gen(SHEET)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    expect((await gen("GET /ideas/directions", { host: "agent" })).status).toBe(200);

    await control("refuse", "DELETE");
    expect((await gen(SHEET)).status).toBe(200);
  });

  it("accepts connections again after the time given", async () => {
    await simulator.control.refuse("api", 30);

    await expect
      .poll(() =>
        gen(SHEET).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });
});
