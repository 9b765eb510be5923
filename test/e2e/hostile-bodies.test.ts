import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Exchange, exchange } from "../fuzz/exchange.ts";
import { bytes, type Ending, type Part } from "../fuzz/plan.ts";
import { readProblem, type Stack, startStack } from "../support/stack.ts";

const ROWS = "/v1/vidsheet/101/rows?agent_id=42";
const MIB = 1_024 * 1_024;
const GIB = 1_024 * MIB;
const LIMIT_MS = 6_000;

let stack: Stack;
/** The key of a client confined to agent 42. */
let confined: string;
beforeAll(async () => {
  stack = await startStack({ HTTP_BUDGET_MS: "2000" });
  confined = await stack.worker.addClient({ agents: ["42"] });
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const sent = () => stack.gen.control.ledger().totals.requests;

/** Sends a POST whose body is written byte for byte. */
function post(
  path: string,
  { key = stack.key, framing, body }: { key?: string; framing: string; body: readonly Part[] },
  ending: Ending = "read",
): Promise<Exchange> {
  const head = `POST ${path} HTTP/1.1\r\nHost: w\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`;
  const plan = {
    what: "",
    parts: [bytes(head), ...body],
    methods: ["POST"],
    isBroken: true,
    times: 1,
    ending,
    budgetMs: LIMIT_MS,
    isPlanted: false,
    requestId: null,
    traceId: null,
    isConfined: false,
    judge: null,
  };
  return exchange(stack.worker.url, plan, LIMIT_MS);
}

const codeOf = ({ answers: [answer] }: Exchange) =>
  answer && [answer.status, JSON.parse(answer.body.toString()).error_code];

describe("a body too large", () => {
  it.each([
    ["a resolution", () => ["/v1/calls/1/resolve", stack.key]],
    ["an order to resend", () => ["/notifications/resend", stack.key]],
    ["a run's input", () => ["/pipelines/any/runs", stack.key]],
    ["a webhook", () => ["/webhooks/github", stack.key]],
    ["an order with its key in the body", () => ["/v1/ideas/generate", stack.key]],
    ["JSON of a confined client", () => [ROWS, confined]],
  ] as const)("is refused at its announced length, before it is sent: %s", async (_, where) => {
    const [path = "", key = ""] = where();
    const result = await post(path, { key, framing: `Content-Length: ${GIB}`, body: [] });
    expect(codeOf(result)).toEqual([413, "body_too_large"]);
    expect(result.firstByteMs).toBeLessThan(5_000);
    expect(sent()).toBe(0);
  });

  it("is cut off when it comes in chunks without end", async () => {
    const chunk = Buffer.from(`10000\r\n${"[".repeat(65_536)}\r\n`);
    const endless: Part = { kind: "repeat", bytes: chunk, times: GIB / 65_536 };
    const startedAt = performance.now();
    const { end } = await post(ROWS, { key: confined, framing: "Transfer-Encoding: chunked", body: [endless] });
    expect(end).not.toBe("late");
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(sent()).toBe(0);
  });
});

describe("a body that comes badly", () => {
  it("is a bad request, and not sent on, when it is cut", async () => {
    const result = await post(ROWS, { framing: "Content-Length: 50", body: [bytes('{"half":')] }, "half-close");
    expect(codeOf(result)).toEqual([400, "bad_request"]);
    expect(sent()).toBe(0);
  });

  it("is cut off at the budget when it comes a byte a second", async () => {
    const drip = Array.from({ length: 5 }, (): Part[] => [bytes("{"), { kind: "pause", ms: 1_000 }]).flat();
    const result = await post(ROWS, { framing: "Content-Length: 50", body: drip });
    expect(codeOf(result)).toEqual([408, "request_timeout"]);
    expect(result.firstByteMs).toBeGreaterThan(1_900);
    expect(result.firstByteMs).toBeLessThan(3_500);
    expect(sent()).toBe(0);
  });

  it("is refused, not unpacked, when it is compressed", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * MIB, "["));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const response = await stack.call(ROWS, { method: "POST", headers, body: bomb });
    expect(response.status).toBe(415);
    expect((await readProblem(response)).developer_detail).toContain("Content-Encoding");
    expect(sent()).toBe(0);
  });
});

const DEPTH = 100_000;
const BOMBS: readonly (readonly [string, string])[] = [
  ["nested deeply", `{"a":${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}}`],
  ["nested deeply in objects", `${'{"a":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`],
  ["of lone surrogates", '{"title":"\\ud800","\\udc00":"\\ud800\\ud800"}'],
  ["of __proto__ and constructor", '{"__proto__":{"scopes":["admin"]},"constructor":{"prototype":{"agents":"*"}}}'],
  ["of a number without end", `{"n":${"9".repeat(DEPTH)}}`],
];

describe("hostile JSON", () => {
  it.each(BOMBS)("is passed on as it is, or not at all, when it is JSON %s", async (_, body) => {
    for (const key of [stack.key, confined]) {
      const headers = { "x-api-key": key, "content-type": "application/json" };
      const response = await stack.call(ROWS, { method: "POST", headers, body });
      expect(response.status).toBeLessThan(500);
    }
    const sha256 = createHash("sha256").update(body).digest("hex");
    expect(stack.gen.control.ledger().requests.map((request) => request.sha256)).toEqual([sha256, sha256]);
  });

  it("is refused when it is not closed, or names a member 100,000 times", async () => {
    for (const body of ["[".repeat(MIB - 1), '{"a":'.repeat(DEPTH), `{${'"a":1,'.repeat(DEPTH)}"a":2}`]) {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body };
      expect((await stack.call(ROWS, init)).status).toBe(400);
    }
    expect(sent()).toBe(0);
  });

  it("gives no rights to a client that names them", async () => {
    const reader = await stack.worker.addClient({ scopes: ["read"], agents: ["42"] });
    const body = '{"__proto__":{"scopes":["edit"]},"scopes":["edit"],"agents":"*"}';
    const headers = { "x-api-key": reader, "content-type": "application/json" };
    expect((await stack.call(ROWS, { method: "POST", headers, body })).status).toBe(403);
    for (const path of [
      "/v1/usage?client=__proto__",
      "/problems/__proto__",
      "/v1/constructor",
      "/pipelines/__proto__/runs",
    ]) {
      expect((await stack.call(path, { headers: { "x-api-key": reader } })).status).toBeGreaterThanOrEqual(400);
    }
    expect(sent()).toBe(0);
  });
});

describe("a hostile multipart body", () => {
  const DISPOSITION = 'Content-Disposition: form-data; name="a"\r\n';

  it.each([DISPOSITION, "Content-Type: text/plain\r\n"])(
    "does not hold up others with one part of 20,000 headers: %j",
    async (header) => {
      const body = `--A\r\n${DISPOSITION}${header.repeat(20_000)}\r\n1\r\n--A--\r\n`;
      const headers = { "content-type": "multipart/form-data; boundary=A" };
      const startedAt = performance.now();
      expect((await stack.call(ROWS, { method: "POST", headers, body })).status).toBe(400);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(sent()).toBe(0);
    },
  );

  it("may hold a file that looks like one", async () => {
    const file = `${DISPOSITION}\r\n${DISPOSITION.repeat(10)}`;
    const body = `--A\r\n${DISPOSITION}\r\n${file}\r\n--A--\r\n`;
    const headers = { "content-type": "multipart/form-data; boundary=A" };
    expect((await stack.call(ROWS, { method: "POST", headers, body })).status).toBe(201);
  });
});
