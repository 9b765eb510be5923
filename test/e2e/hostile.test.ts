import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readProblem, type Stack, startStack } from "../support/stack.ts";
import { type RunningWorker, startWorker } from "../support/worker.ts";

/** A GEN that answers as a test says, even against HTTP. */
async function startLyingGen(answer: Parameters<typeof createServer>[1]): Promise<{ server: Server; url: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

const POST = {
  method: "POST",
  body: "{}",
  headers: { "content-type": "application/json", "idempotency-key": "k" },
};

describe("a GEN that misbehaves", () => {
  let worker: RunningWorker;
  let server: Server;
  afterEach(async () => {
    await worker.close();
    server.closeAllConnections();
    server.close();
  });

  const start = async (answer: Parameters<typeof createServer>[1]) => {
    const gen = await startLyingGen(answer);
    server = gen.server;
    worker = await startWorker({ GEN_API_KEY: "gen_pat_canary_lying_gen", GEN_BASE_URL: gen.url });
    const key = await worker.addClient();
    return (path: string, init: RequestInit = {}) =>
      fetch(`${worker.url}${path}`, { ...init, headers: { "x-api-key": key, prefer: "wait=2", ...init.headers } });
  };

  it("does not hold the headers back with a short body that never comes", async () => {
    const call = await start((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "10" });
      response.flushHeaders();
    });
    const response = await call("/v1/me");
    expect(response.status).toBe(200);
    await response.body?.cancel();
    expect((await call("/v1/me", { method: "HEAD" })).status).toBe(200);
  });

  it.each(["9007199254740992", "1152921504606846976"])(
    "causes no error of ours with an announced body of %s bytes",
    async (length) => {
      const call = await start((_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": length });
        response.write("{");
      });
      const response = await call("/v1/me");
      expect(response.status).toBe(200);
      await response.body?.cancel();
    },
  );

  it("is told as any other refusal when its errors are nested without end", async () => {
    const call = await start((_, response) => {
      const errors = "[".repeat(6_000) + "]".repeat(6_000);
      response.writeHead(422, { "content-type": "application/json" });
      response.end(`{"error":"x","error_code":"validation_error","errors":${errors}}`);
    });
    const response = await call("/v1/me");
    expect(response.status).toBe(422);
    expect(await readProblem(response)).toMatchObject({ error_code: "validation_error" });
  });

  it("has none of its headers passed on that hold the key", async () => {
    const call = await start((request, response) => {
      const stolen = String(request.headers["x-api-key"]);
      response.writeHead(200, { "content-type": "application/json", etag: stolen, "content-disposition": stolen });
      response.end("{}");
    });
    const response = await call("/v1/me");
    expect(JSON.stringify([...response.headers])).not.toContain("gen_pat_canary_lying_gen");
  });

  it("has the key in the media type of a charged answer passed on neither at once nor again", async () => {
    const call = await start((request, response) => {
      response.writeHead(201, { "content-type": `application/json; k=${request.headers["x-api-key"]}` });
      response.end('{"generation_id":77}');
    });
    const path = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
    for (const response of [await call(path, POST), await call(path, POST)]) {
      expect(response.status).toBe(201);
      expect(JSON.stringify([...response.headers])).not.toContain("gen_pat_canary_lying_gen");
    }
  });

  it("has a page behind another media type taken for what it is", async () => {
    const call = await start((_, response) => {
      response.writeHead(200, { "content-type": "application/json, text/html" });
      response.end("<script>1</script>");
    });
    expect(await readProblem(await call("/v1/me"))).toMatchObject({ error_code: "gen_bad_response" });
  });

  describe.each([
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml; charset=utf-8",
    "application/atom+xml",
    "text/xsl",
    "application/pdf",
    "application/json, image/svg+xml",
    "application/vnd.api+json",
  ])("with the media type %s", (type) => {
    const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>';

    it.each([
      ["passed on", "/v1/me", {}],
      ["remembered", "/v1/agents", {}],
      ["of a charged call", "/v1/vidsheet/101/cells/10111/generate?agent_id=42", POST],
    ])("has a browser run nothing of an answer that is %s", async (_, path, init) => {
      const call = await start((request, response) => {
        response.writeHead(request.method === "POST" ? 201 : 200, { "content-type": type });
        response.end(request.method === "POST" ? '{"generation_id":77}' : script);
      });
      for (const response of [await call(path, init), await call(path, init)]) {
        expect(response.ok).toBe(true);
        expect(response.headers.get("content-security-policy")).toBe(
          "default-src 'none'; frame-ancestors 'none'; sandbox",
        );
        await response.body?.cancel();
      }
    });
  });

  it("has a browser run nothing of an answer with a wrong type or none", async () => {
    const call = await start((_, response) => {
      response.writeHead(200);
      response.end("<svg>");
    });
    expect((await call("/v1/me")).headers.get("content-security-policy")).toContain("sandbox");
  });

  it("does not stop every client with a page where a 401 of its own would be", async () => {
    let asked = 0;
    const call = await start((_, response) => {
      asked += 1;
      response.writeHead(asked === 1 ? 401 : 200, { "content-type": asked === 1 ? "text/html" : "application/json" });
      response.end(asked === 1 ? "<html>" : "{}");
    });
    expect(await readProblem(await call("/v1/me"))).toMatchObject({ error_code: "gen_bad_response" });
    expect((await call("/v1/me")).status).toBe(200);
  });
});

describe("a hostile caller", () => {
  let stack: Stack;
  let key: string;
  beforeAll(async () => {
    stack = await startStack();
    key = await stack.worker.addClient({ agents: ["42"] });
  });
  afterAll(() => stack.close());
  afterEach(() => stack.gen.control.reset());

  const post = (contentType: string, body: string) =>
    stack.call("/v1/vidsheet/101/rows?agent_id=42", {
      method: "POST",
      headers: { "x-api-key": key, "content-type": contentType },
      body: body.replaceAll("\n", "\r\n"),
    });
  const PART = 'Content-Disposition: form-data; name="agent_id"\n\n43';

  it.each([
    [
      "behind an end that is none",
      "boundary=A",
      `--A\nContent-Disposition: form-data; name="x"\n\n1\n--A--garbage\n--A\n${PART}\n--A--`,
    ],
    ["under a second boundary", "boundary=A; boundary=B", `--B\n${PART}\n--B--\n--A--`],
    ["under a boundary in capitals", "boundary=A; BOUNDARY=B", `--B\n${PART}\n--B--\n--A--`],
    ["as the id of a part", "boundary=A", "--A\nContent-ID: agent_id\n\n43\n--A--"],
    ["behind the end", "boundary=A", `--A\nContent-Disposition: form-data; name="x"\n\n1\n--A--\n--A\n${PART}\n--A--`],
    ["with an escape", "boundary=A", '--A\nContent-Disposition: form-data; name="agent\\_id"\n\n43\n--A--'],
    ["in a folded header", "boundary=A", '--A\nContent-Disposition: form-data;\n name="agent_id"\n\n43\n--A--'],
  ])("names no second agent in a multipart body: %s", async (_, parameters, body) => {
    const response = await post(`multipart/form-data; ${parameters}`, body);
    expect([400, 415]).toContain(response.status);
    expect(stack.gen.control.ledger().totals.requests).toBe(0);
  });

  it.each([
    '{"a":{"b":{"agent_id":43}}}',
    '{"a":[{"agent_id":43}]}',
    '[{"agent_id":43}]',
    '{"agent_id[]":43}',
    '{"a[agent_id]":43}',
    '{" agent_id":43}',
  ])("names no second agent in JSON: %s", async (body) => {
    expect((await post("application/json", body)).status).toBe(400);
    expect(stack.gen.control.ledger().totals.requests).toBe(0);
  });

  it("does not write a long id into the log", async () => {
    const body = JSON.stringify({ agent_id: "y".repeat(100_000) });
    const headers = { "content-type": "application/json", "x-request-id": "long-id" };
    expect((await stack.call("/v1/vidsheet", { method: "POST", headers, body })).status).toBe(400);
    const line = await stack.worker.waitForLine((each) => each.request_id === "long-id");
    expect(JSON.stringify(line).length).toBeLessThan(2_000);
  });

  it("can't have a body read in one way and passed on in another, by two media types", async () => {
    const headers = { "content-type": "application/json; a=b, application/x-www-form-urlencoded" };
    const body = '{"x":"&agent_id=43&"}';
    const response = await stack.call("/v1/vidsheet?agent_id=42", { method: "POST", headers, body });
    expect(response.status).toBe(415);
    expect(stack.gen.control.ledger().totals.requests).toBe(0);
  });

  it("does not write a long id in a path into the log", async () => {
    const path = `/v1/calls/${"y".repeat(12_000)}`;
    expect((await stack.call(path, { headers: { "x-request-id": "long-path" } })).status).toBe(404);
    const line = await stack.worker.waitForLine((each) => each.request_id === "long-path");
    expect(JSON.stringify(line).length).toBeLessThan(2_000);
  });

  it.each([
    ["whose key can't be placed", "/v1/ideas/generate"],
    ["that can't be kept, and so not be charged once", "/v1/agent/run"],
  ])("has a charged call refused, not sent, %s", async (_, path) => {
    const body = JSON.stringify({ agent_id: 42, message: "x".repeat(1_200_000) });
    const headers = { "content-type": "application/json", "idempotency-key": "k1" };
    expect((await stack.call(path, { method: "POST", headers, body })).status).toBe(413);
    const chunked = new Blob([body]).stream();
    const init = { method: "POST", headers, body: chunked, duplex: "half" } as RequestInit;
    expect((await stack.call(path, init)).status).toBe(413);
    expect(stack.gen.control.ledger().totals.requests).toBe(0);
  });

  it("has a request with two different idempotency keys refused: one in the header, one in the body", async () => {
    const headers = { "content-type": "application/json", "idempotency-key": "k1" };
    const body = JSON.stringify({ topic: "t", idempotency_key: "k2" });
    const response = await stack.call("/v1/ideas/generate?agent_id=42", { method: "POST", headers, body });
    expect(await response.json()).toMatchObject({ status: 400, error_code: "bad_request" });
  });

  it("reaches nothing with a malformed address in its Host header, and does the Worker no harm", async () => {
    const { hostname, port } = new URL(stack.worker.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /health HTTP/1.1\r\nhost: "><script>\r\n\r\n');
    const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 [45]\d\d /);
    expect(answer).not.toContain("version");
    expect((await stack.call("/health")).status).toBe(200);
  });

  it("gets an answer within the budget when it sends half a request and waits", async () => {
    const { hostname, port } = new URL(stack.worker.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/vidsheet?agent_id=42 HTTP/1.1\r\nhost: w\r\nx-api-key: ${stack.key}\r\nprefer: wait=1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    );
    const [answer] = await new Promise<Buffer[]>((resolve) => socket.once("data", (data) => resolve([data])));
    expect(answer?.toString()).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
    expect(stack.gen.control.ledger().totals.requests).toBe(0);
  });
});
