import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import { handleHttp } from "../../src/http/handle.ts";
import { getIsolate } from "../../src/isolate.ts";
import { createWorld } from "./world.ts";

let end: () => void;

beforeEach(() => {
  ({ end } = createWorld());
  vi.spyOn(env.CLIENTS, "get").mockImplementation((async () => {
    throw new Error("KV GET failed: 500 Internal Server Error");
  }) as never);
});

afterEach(() => end());

function ask(path: string): Promise<Response> {
  const headers = { "x-api-key": formatClientKey(createClientKey()), origin: "https://app.example.com" };
  return handleHttp(new Request(`https://worker.example${path}`, { headers }), getIsolate(env), () => {});
}

it("a request whose key can't be looked up is told to come again, and reaches nobody", async () => {
  const answer = await ask("/v1/vidsheet/101?agent_id=42");

  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
  expect(await answer.json()).toMatchObject({ error_code: "sign_in_unavailable", retryable: true, charged: "no" });
  expect(globalThis.fetch).not.toHaveBeenCalled();
});

it("health says that the Worker runs all the same", async () => {
  const answer = await ask("/health");
  expect([answer.status, await answer.json()]).toEqual([200, { status: "ok", version: expect.any(String) }]);
});
