import { describe, expect, it } from "vitest";
import { answerPreflight, EXPOSED_HEADERS, isPreflight, parseOrigin } from "../../../src/http/cors.ts";

const PREFLIGHT = { origin: "https://app.example", "access-control-request-method": "POST" };

const ask = (method: string, headers: Record<string, string>) =>
  new Request("https://edge.example/v1/me", { method, headers });
const preflight = (headers: Record<string, string> = {}) => ask("OPTIONS", { ...PREFLIGHT, ...headers });

describe("a preflight", () => {
  it("is an OPTIONS that names an origin and a method", () => {
    expect(isPreflight(preflight())).toBe(true);
  });

  it.each([
    ["no origin", ask("OPTIONS", { "access-control-request-method": "POST" })],
    ["no method", ask("OPTIONS", { origin: "https://app.example" })],
    ["another method than OPTIONS", ask("POST", PREFLIGHT)],
  ])("is no preflight with %s", (_what, request) => {
    expect(isPreflight(request)).toBe(false);
  });

  it("is told every method, and that it need not ask again for two hours", () => {
    const { status, headers } = answerPreflight(preflight());

    expect(status).toBe(204);
    expect(headers.get("access-control-allow-methods")).toBe("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    expect(headers.get("access-control-max-age")).toBe("7200");
  });

  it("gets back the headers it asks for, and no cache may give them to another", () => {
    const asked = "x-api-key, content-type,idempotency-key";
    const { headers } = answerPreflight(preflight({ "access-control-request-headers": asked }));

    expect(headers.get("access-control-allow-headers")).toBe(asked);
    expect(headers.get("vary")).toBe("Access-Control-Request-Headers");
  });

  it.each([
    ["one that is no list of names", "x-api-key; content-type"],
    ["one with an empty name", "x-api-key,,content-type"],
    ["one with brackets", "<script>"],
    ["one that is too long", "a".repeat(1_001)],
  ])("does not get back %s", (_what, asked) => {
    const { headers } = answerPreflight(preflight({ "access-control-request-headers": asked }));

    expect(headers.has("access-control-allow-headers")).toBe(false);
  });

  it("is never allowed to send cookies", () => {
    expect(answerPreflight(preflight()).headers.has("access-control-allow-credentials")).toBe(false);
  });
});

describe("an origin", () => {
  it.each([
    "https://app.example",
    "http://localhost:5173",
    "https://app.example:8443",
    "https://xn--bcher-kva.example",
    "http://127.0.0.1:8787",
    "http://[::1]:3000",
    "capacitor://localhost",
    "ionic://localhost",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "moz-extension://2f0a5b9e-3c1d-4f6a-8f55-0d2f6a1b7c3e",
    "safari-web-extension://4EE2F65E-6C5F-4C2B-9D0A-3C0D2B1A7F11",
    "tauri://localhost",
    "https://tauri.localhost",
    "https://my_app.example.com",
    "http://192.168.0.7:65535",
  ])("is well formed: %s", (header) => {
    expect(parseOrigin(header)).toBe(header);
  });

  it.each([
    "",
    "null",
    "*",
    "app.example",
    "https://app.example/",
    "https://app.example/path",
    "https://app.example?x",
    "https://APP.example",
    "https://user@app.example",
    "https://a.example, https://b.example",
    "https://a.example https://b.example",
    "https://bücher.example",
    "https://",
    "javascript:alert(1)",
    "data:text/html,x",
    "file://",
    "capacitor://",
    "capacitor://localhost/",
    "Capacitor://localhost",
    "capacitor:localhost",
    "://localhost",
    "https://app.example:",
    "https://app.example:x",
    "https://app.example\n",
    "https://[::1",
    "https://app.example:443",
    "http://app.example:80",
    "http://[0:0:0:0:0:0:0:1]:3000",
    "https://app.example:65536",
    "https://app.example:08443",
    "https://1.2.3",
    "https://*.example",
    "capacitor://*",
    "capacitor://localhost/index.html",
    "http://",
    `https://${"a".repeat(300)}.example`,
  ])("is not well formed: “%s”", (header) => {
    expect(parseOrigin(header)).toBeNull();
  });

  it("is absent when there is no header", () => {
    expect(parseOrigin(null)).toBeNull();
  });
});

describe("the headers that a page may read", () => {
  it.each(["Retry-After", "X-Request-Id", "Idempotency-Key", "X-Should-Retry", "Content-Language", "Server-Timing"])(
    "hold %s",
    (name) => {
      expect(EXPOSED_HEADERS.split(", ")).toContain(name);
    },
  );
});
