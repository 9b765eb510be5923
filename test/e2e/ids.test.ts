import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually } from "../support/durable-calls.ts";
import { openEvents } from "../support/event-stream.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ TICKET_SECRET: "a secret of sixteen or more" });
});
afterEach(() => {
  stack.gen.control.clearFaults();
  stack.gen.control.clearLedger();
});
afterAll(() => stack.close());

const calls = durableCalls(() => stack);
const { path, url } = cell(10111);

/** GEN answers that it has started a job with this id (as it stands in the JSON), and gives this status for it. */
function startAs(written: string, id: string, status = "completed"): void {
  const headers = { "content-type": "application/json" };
  const at = `/v1/generations/${encodeURIComponent(id)}`;
  stack.gen.control.addFaults({
    rules: [
      { match: { method: "POST", path }, outcomes: [{ status: 201, headers, body: `{"generation_id":${written}}` }] },
      { match: { method: "GET", path: at }, outcomes: [{ status: 200, body: { id, status } }], repeat: true },
    ],
  });
}

describe("an id of GEN's", () => {
  it.each([
    ['"gen.01HZX"', "gen.01HZX"],
    ['"urn:gen:9"', "urn:gen:9"],
    ['"a b~é"', "a b~é"],
    ["9007199254740993", "9007199254740993"],
    [`"${"g".repeat(256)}"`, "g".repeat(256)],
  ])("settles its call, is followed to its end, and can be watched when it is %s", async (written, id) => {
    startAs(written, id);
    const response = await calls.generate(url);
    expect(response.status).toBe(201);
    expect(await response.text()).toBe(`{"generation_id":${written}}`);
    expect(calls.requestsTo(path)).toHaveLength(1);

    const monitor = /^<([^>]+)>; rel="monitor"$/.exec(response.headers.get("link") ?? "")?.[1] ?? "";
    const at = `/v1/generations/${encodeURIComponent(id)}/events`;
    expect(monitor.split("?")[0]).toBe(at);
    for (const [address, headers] of [[monitor, {}] as const, [at, { "x-api-key": stack.key }] as const]) {
      const stream = await openEvents(`${stack.worker.url}${address}`, headers);
      expect(JSON.parse((await stream.ended()).at(-1)?.data ?? "")).toMatchObject({ status: "completed" });
    }
    expect((await stack.call(`/v1/generations/${encodeURIComponent(id)}`)).status).toBe(200);
  });

  it.each(['"a/b"', '".."', '"a?b"', `"${"g".repeat(257)}"`])(
    "is passed on and not followed when it can be no name here: %s",
    async (written) => {
      startAs(written, "nobody");
      const accepted = await calls.generate(url, { prefer: "respond-async" });
      const call = await calls.reaches(accepted.headers.get("location"), "settled");
      expect(call).toMatchObject({
        charged: "yes",
        started: [],
        answer: { status: 201, body: { generation_id: JSON.parse(written) } },
      });
      expect(calls.requestsTo(path)).toHaveLength(1);
    },
  );

  it("is told with all the digits of GEN's answer", async () => {
    startAs('9007199254740993,"seed":6687881544318117707,"share":1.10', "9007199254740993");
    const accepted = await calls.generate(url, { prefer: "respond-async" });
    const location = accepted.headers.get("location") ?? "";
    const call = await calls.reaches(location, "settled");
    expect(call.started).toEqual([{ kind: "generation", id: "9007199254740993" }]);
    const text = await (await stack.call(location)).text();
    expect(text).toContain('{"generation_id":9007199254740993,"seed":6687881544318117707,"share":1.10}');
  });

  it("can be stopped whatever its shape: its call is cancelled", async () => {
    startAs('"gen.01STOP"', "gen.01STOP", "processing");
    const accepted = await calls.generate(url, { prefer: "respond-async" });
    const location = accepted.headers.get("location") ?? "";
    await calls.reaches(location, "settled");
    await stack.call(location, { method: "DELETE" });
    await eventually(
      () => calls.requestsTo("/v1/generations/gen.01STOP/stop").length,
      (count) => count > 0,
    );
  });

  it("is required in an answer: without one the call is asked for again", async () => {
    const outcomes = [{}, { generation_id: null }].map((body) => ({ status: 201, body }));
    stack.gen.control.addFaults({ rules: [{ match: { method: "POST", path }, outcomes }] });
    expect((await calls.generate(url)).status).toBe(201);
    expect(calls.requestsTo(path)).toHaveLength(3);
  });
});
