import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import { handleHttp } from "../../src/http/handle.ts";
import { getIsolate } from "../../src/isolate.ts";
import { createWorld, pass } from "./world.ts";

const ALLOWED = 30;

let end: () => void;
let lookedUp: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  ({ end } = createWorld());
  lookedUp = vi.spyOn(env.CLIENTS, "get");
  let counted = 0;
  vi.spyOn(env.RATE_FAILED, "limit").mockImplementation(async () => ({ success: ++counted <= ALLOWED }));
});
afterEach(() => end());

const guess = async () => {
  const headers = { "x-api-key": formatClientKey(createClientKey()), "cf-connecting-ip": "192.0.2.66" };
  const request = new Request("https://worker.example/v1/vidsheet/101?agent_id=42", { headers });
  return (await handleHttp(request, getIsolate(env), () => {})).status;
};

it("a thousand keys from one address, each with a right checksum, cost the store as many look-ups as one minute allows", async () => {
  const statuses = [];
  for (let n = 0; n < 1_000; n += 1) statuses.push(await guess());

  expect(statuses.filter((status) => status === 401)).toHaveLength(ALLOWED);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1_000 - ALLOWED);
  expect(lookedUp).toHaveBeenCalledTimes(ALLOWED + 1);

  pass(60_000);
  await guess();
  expect(lookedUp).toHaveBeenCalledTimes(ALLOWED + 2);
});
