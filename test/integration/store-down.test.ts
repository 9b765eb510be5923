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

it("a problem that can't be rendered is told as a mistake of the Worker's, with the headers of every answer", async () => {
  const isolate = getIsolate(env);
  const select = vi.fn(isolate.texts.select.bind(isolate.texts)).mockRejectedValueOnce(new TypeError("undefined"));
  const texts = Object.assign(Object.create(isolate.texts), { select });
  const headers = { origin: "https://app.example.com" };
  const answer = await handleHttp(
    new Request("https://worker.example/nowhere", { headers }),
    { ...isolate, texts },
    () => {},
  );

  expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([500, "https://app.example.com"]);
  expect(await answer.json()).toMatchObject({ error_code: "internal", retryable: false });
});

it("health says that the Worker runs all the same", async () => {
  const answer = await ask("/health");
  expect([answer.status, await answer.json()]).toEqual([200, { status: "ok", version: expect.any(String) }]);
});
