import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDocument } from "../../openapi/document.ts";
import { readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${stack.worker.url}${path}`, { headers });

describe("the description", () => {
  it("is served to anybody, and may be kept for five minutes", async () => {
    const response = await get("/openapi.json", { origin: "https://app.example.com" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(createDocument())));
  });

  it("is not sent again to a client that has it", async () => {
    const etag = (await get("/openapi.json")).headers.get("etag") ?? "";
    const response = await get("/openapi.json", { "if-none-match": etag });
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toContain(etag.replace("W/", ""));
    expect(await response.text()).toBe("");
    expect((await get("/openapi.json", { "if-none-match": '"another"' })).status).toBe(200);
  });
});

describe("the page", () => {
  it("loads nothing from anywhere else, and allows nothing else", async () => {
    const response = await get("/docs");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; /);
    const page = await response.text();
    expect(page).not.toMatch(/https?:|<script>|<style/);
    const files = Array.from(page.matchAll(/(?:src|href)="(\/[^"]+)"/g), ([, file = ""]) => file);
    expect(files).toContain("/docs/swagger-ui-bundle.js");
    for (const file of files) expect((await get(file)).status, file).toBe(200);
  });

  it.each(["/docs/nothing.js", "/docs/../openapi.json/", "/docs/..%2fdocs.html", "/docs.html", "/index.html"])(
    "gives away no other file: %s",
    async (path) => {
      const response = await get(path);
      expect([401, 404]).toContain(response.status);
      expect(["route_not_found", "unauthorized"]).toContain((await readProblem(response)).error_code);
    },
  );
});
