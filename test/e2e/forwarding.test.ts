import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writeMultipart } from "../../src/http/forms/write-multipart.ts";
import { readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ BACKOFF_BASE_MS: "1" });
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const lastRequest = () => stack.gen.control.ledger().requests.at(-1);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Sends a request line unchanged, since HTTP clients normalise a path before they send it. */
function sendRaw(head: string): Promise<string> {
  const { hostname, port } = new URL(stack.worker.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}\r\nhost: worker\r\nx-api-key: ${stack.key}\r\nconnection: close\r\n\r\n`);
    });
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("a forwarded request", () => {
  it.each([
    ["/v1/me", "api"],
    ["/v1/autocontentengine/101?agent_id=42", "api"],
    ["/v1/schedule/posts?agent_id=42", "api"],
    ["/v1/agent/ideas?agent_id=42", "agent"],
    ["/v1/agents/42/watchlists", "agent-core"],
  ])("arrives at GEN's own path, on the host that serves it: %s", async (path, host) => {
    const response = await stack.call(path);
    expect(response.status).toBe(200);
    expect(lastRequest()).toMatchObject({ host, path: path.split("?")[0] });
  });

  it("arrives with its query byte for byte", async () => {
    await stack.call("/v1/vidsheet/101?agent_id=42&q=a%20b+c&list[]=1&list[]=2&empty=&%C3%BC=%F0%9F%8E%AC");
    expect(lastRequest()?.query).toBe("agent_id=42&q=a%20b+c&list[]=1&list[]=2&empty=&%C3%BC=%F0%9F%8E%AC");
  });

  it.each([
    [
      "JSON",
      "application/json",
      Buffer.from('{"spreadsheet_cell": {"value":"\\u00fc \u00fc", "n": 12345678901234567890}}'),
    ],
    ["a form", "application/x-www-form-urlencoded", Buffer.from("spreadsheet_cell%5Bvalue%5D=a+b%26c")],
  ])("arrives with its body byte for byte: %s", async (_, contentType, body) => {
    const headers = { "content-type": contentType };
    await stack.call("/v1/vidsheet/101/cells/10111?agent_id=42", { method: "PATCH", headers, body });
    expect(lastRequest()).toMatchObject({ sha256: sha256(body), bodyBytes: body.length });
    expect(lastRequest()?.headers["content-type"]).toBe(contentType);
  });

  it("arrives with the bytes of its files, in a multipart form that is written anew", async () => {
    const content = randomBytes(5_000);
    const form = new FormData();
    form.append("title", "\u00fc");
    form.append("file", new Blob([content]), "a.bin");
    await stack.call("/v1/vidsheet/101/cells/10111?agent_id=42", { method: "PATCH", body: form });
    const title = { name: "title", filename: null, contentType: null, content: new TextEncoder().encode("\u00fc") };
    const file = { name: "file", filename: "a.bin", contentType: "application/octet-stream", content };
    const { boundary, bytes } = await writeMultipart([title, file]);
    expect(lastRequest()).toMatchObject({ sha256: sha256(bytes), bodyBytes: bytes.length });
    expect(lastRequest()?.headers["content-type"]).toBe(`multipart/form-data; boundary=${boundary}`);
  });

  it("arrives without the caller's credentials, cookies, and what proxies add; with GEN's key and a trace", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const headers = {
      authorization: `Bearer ${stack.key}`,
      cookie: "session=1",
      "cf-connecting-ip": "1.2.3.4",
      "x-forwarded-for": "1.2.3.4",
      "x-real-ip": "1.2.3.4",
      referer: "https://app.example.com/secret",
      "idempotency-key": "k",
      traceparent,
    };
    await stack.call("/v1/me", { headers });
    const sent = lastRequest()?.headers ?? {};
    // Cloudflare itself adds cf-worker: it names the zone that a Worker's request comes from.
    const known = [
      "cf-worker",
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "traceparent",
      "user-agent",
      "x-api-key",
      "content-length",
    ];
    expect(Object.keys(sent).filter((name) => !known.includes(name))).toEqual([]);
    expect(sent["x-api-key"]).toBe(stack.gen.apiKey);
    expect(sent.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/);
  });

  it("arrives with the trace of a later version as the first one, and what other systems say of it", async () => {
    const ids = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";
    const headers = { traceparent: `cc-${ids}-01-more`, tracestate: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE" };
    await stack.call("/v1/me", { headers });
    expect(lastRequest()?.headers.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    expect(lastRequest()?.headers.tracestate).toBe(headers.tracestate);

    await stack.call("/v1/me", { headers: { ...headers, traceparent: `ff-${ids}-01` } });
    expect(lastRequest()?.headers).not.toHaveProperty("traceparent");
    expect(lastRequest()?.headers).not.toHaveProperty("tracestate");
  });

  it("is sent as GET when it is HEAD, and answered without a body", async () => {
    const response = await stack.call("/v1/vidsheet/101?agent_id=42", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
    expect(lastRequest()?.method).toBe("GET");
  });
});

describe("a forwarded answer", () => {
  it.each([
    [200, { status: 200, body: { a: [1, "\u00fc"] } }],
    [201, { status: 201, body: { id: 1 } }],
    [200, { status: 200, body: "" }],
  ])("arrives at the caller as GEN gave it: %i", async (status, outcome) => {
    stack.script(outcome);
    const response = await stack.call("/v1/me");
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(outcome.body === "" ? "" : JSON.stringify(outcome.body));
  });

  it("arrives as 204 without a body", async () => {
    stack.script({ status: 204 });
    const response = await stack.call("/v1/vidsheet/101/cells/1/layers/2?agent_id=42", { method: "DELETE" });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });

  it("arrives with its length when it is binary", async () => {
    const response = await stack.call("/v1/content_resources/blob-3000000?agent_id=42");
    const direct = await fetch(`${stack.gen.urls.api}/content_resources/blob-3000000`, {
      headers: { "x-api-key": stack.gen.apiKey },
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get("content-length")).toBe("3000000");
    expect(sha256(bytes)).toBe(sha256(new Uint8Array(await direct.arrayBuffer())));
  });

  it("arrives as it comes, not when it is whole", async () => {
    stack.script({ status: 200, body: { text: "x".repeat(100_000) }, stallBodyAfterBytes: 500, stallMs: null });
    const response = await stack.call("/v1/me");
    const reader = response.body?.getReader();
    let bytes = 0;
    while (bytes < 500) bytes += (await reader?.read())?.value?.byteLength ?? 0;
    expect(bytes).toBe(500);
    await reader?.cancel();
  });

  it.each(["deflate", "zstd", "x-unknown"])(
    "does not arrive at all in a coding that was not asked for: %s",
    async (coding) => {
      stack.script({
        status: 200,
        headers: { "content-encoding": coding, "content-type": "application/json" },
        body: "{}",
      });
      const answer = await stack.call("/v1/agents/42");
      expect(await readProblem(answer)).toMatchObject({ status: 502, error_code: "gen_bad_response" });
    },
  );

  it("arrives without GEN's cookies, server headers, and request ids", async () => {
    const direct = await fetch(`${stack.gen.urls.api}/me`, { headers: { "x-api-key": stack.gen.apiKey } });
    const response = await stack.call("/v1/me");
    expect(direct.headers.has("set-cookie")).toBe(true);
    for (const name of ["set-cookie", "server", "x-runtime", "x-powered-by", "via"]) {
      expect(response.headers.has(name), name).toBe(false);
    }
    expect(response.headers.get("x-request-id")).not.toBe(direct.headers.get("x-request-id"));
  });

  it.each([
    ["a short one", 5_000, {}],
    ["a long one", 100_000, {}],
    ["one in chunks", 5_000, { chunked: true }],
  ])("breaks off when GEN's breaks off, %s: it never ends as if it were whole", async (name, length, shape) => {
    const id = `cut-${name.replaceAll(" ", "-")}`;
    stack.script({ status: 200, body: { text: "x".repeat(length) }, cutBodyAfterBytes: 1_000, ...shape });
    const read = async () => (await stack.call("/v1/me", { headers: { "x-request-id": id } })).text();
    await expect(read()).rejects.toThrow();
    const line = await stack.worker.waitForLine((each) => each.message === "upstream_cut" && each.request_id === id);
    expect(line).toMatchObject({ level: "warn", operation: "me.get", reason: "cut" });
    expect(stack.gen.control.ledger().totals.requests).toBe(1);
  });
});

describe("large bodies", () => {
  const upload = (bytes: Uint8Array, path = "/v1/content_resources?agent_id=42", key = stack.key) => {
    const form = new FormData();
    form.append("title", "clip");
    form.append("file", new Blob([bytes]), "clip.mp4");
    return stack.call(path, { method: "POST", body: form, headers: { "x-api-key": key } });
  };

  it("are passed on as they arrive, whole", async () => {
    const bytes = randomBytes(6_000_000);
    const response = await upload(bytes);
    expect(response.status).toBe(201);
    const request = lastRequest();
    expect(request?.bodyBytes).toBeGreaterThan(6_000_000);
    expect(request?.headers["content-length"]).toBe(String(request?.bodyBytes));
    expect(await response.json()).toMatchObject({ received_sha256: request?.sha256 });
  });

  it("are sent once: a failure is not repeated, and its outcome is unknown", async () => {
    stack.script({ status: 500, body: "" });
    const response = await upload(randomBytes(2_000_000));
    expect(await readProblem(response)).toMatchObject({ error_code: "outcome_unknown", veto: "unsafe-to-repeat" });
    expect(stack.gen.control.ledger().totals.requests).toBe(1);
  });

  it("must be multipart for a client confined to some agents, and may not name another agent inside", async () => {
    const key = await stack.worker.addClient({ name: "confined", agents: ["42"] });
    expect((await upload(randomBytes(2_000_000), undefined, key)).status).toBe(201);
    const big = JSON.stringify({ spreadsheet_cell: { value: "x".repeat(1_200_000) } });
    const asJson = await stack.call("/v1/vidsheet/101/cells/10111?agent_id=42", {
      method: "PATCH",
      body: big,
      headers: { "x-api-key": key, "content-type": "application/json" },
    });
    expect(asJson.status).toBe(413);
    const form = new FormData();
    form.append("file", new Blob([randomBytes(2_000_000)]), "clip.mp4");
    form.append("agent_id", "43");
    const sly = await stack.call("/v1/content_resources?agent_id=42", {
      method: "POST",
      body: form,
      headers: { "x-api-key": key },
    });
    expect(sly.status).toBe(400);
    expect((await readProblem(sly)).developer_detail).toContain(
      "agent_id stands twice in one place, or differs between two",
    );
  });
});

describe("a body that can't be read for certain", () => {
  it.each([
    ["JSON that is none", "application/json", "{", 400],
    ["bytes that are no text", "application/json", Buffer.from([0x7b, 0xff, 0x7d]), 400],
    ["another format", "application/xml", "<a/>", 415],
    ["another charset", "application/json; charset=utf-16", "{}", 415],
    ["a broken multipart form", "multipart/form-data; boundary=XX", "nothing", 400],
  ])("is refused before it is sent: %s", async (_, contentType, body, status) => {
    const headers = { "content-type": contentType };
    const response = await stack.call("/v1/vidsheet?agent_id=42", { method: "POST", headers, body });
    expect(response.status).toBe(status);
    expect(stack.gen.control.ledger().totals.requests).toBe(0);
  });

  it("is refused when it is compressed", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const response = await stack.call("/v1/vidsheet?agent_id=42", { method: "POST", headers, body: "{}" });
    expect(response.status).toBe(415);
  });

  it("does no harm when it is JSON nested a hundred thousand deep", async () => {
    const body = `{"agent_id":42,"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const response = await stack.call("/v1/vidsheet", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(response.status).toBeLessThan(500);
  });
});

describe("a path that is not in the table", () => {
  it.each([
    "/v1/../admin",
    "/v1/%2e%2e/admin",
    "/v1/vidsheet/..%2f..%2fadmin?agent_id=42",
    "/v1/vidsheet/%2e%2e%2fadmin?agent_id=42",
    "/v1/vidsheet/%252e%252e?agent_id=42",
    "/v1/vidsheet/a%5cb?agent_id=42",
    "/v1/vidsheet/..\\..\\admin?agent_id=42",
    "/v1/vidsheet/a%00b?agent_id=42",
    "/v1/vidsheet/%zz?agent_id=42",
    "/v1/vidsheet/a%3fb?agent_id=42",
    "//v1/me",
    "/v1//me",
    "/v1/me/x",
    "/v1/platform/get_oauth_account",
    "/platform/get_oauth_account",
    "/admin",
    "/v1",
    "/v1/",
    "/V1/me",
  ])("is refused before it is sent: %s", async (path) => {
    const answer = await sendRaw(`GET ${path} HTTP/1.1`);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
    expect(stack.gen.control.ledger().totals.requests).toBe(0);
  });

  it("names no other host as an absolute URL", async () => {
    const answer = await sendRaw("GET http://evil.test/v1/me HTTP/1.1");
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404) /);
    for (const request of stack.gen.control.ledger().requests) expect(request.host).toBe("api");
  });

  it("is answered with 405 and the right methods when GEN does not have that method there", async () => {
    const response = await stack.call("/v1/generations/9000", { method: "PUT" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect(await readProblem(response)).toMatchObject({ error_code: "method_not_allowed" });
  });

  it("tells its methods to OPTIONS with a key", async () => {
    const response = await stack.call("/v1/vidsheet/101", { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toBe("DELETE, GET, HEAD, OPTIONS, PATCH, PUT");
  });
});
