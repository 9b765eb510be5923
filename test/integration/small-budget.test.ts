import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import { handleHttp } from "../../src/http/handle.ts";
import { getIsolate } from "../../src/isolate.ts";
import { OnePipeline } from "./pipeline-world.ts";
import { createWorld } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

const POLICY = { name: "ops", scopes: ["operator", "pipelines"], agents: "*", origins: [], expiresAt: null };

let end: () => void;
let key: string;

beforeEach(async () => {
  ({ end } = createWorld());
  const created = createClientKey();
  key = formatClientKey(created);
  await env.CLIENTS.put(created.id, JSON.stringify({ ...POLICY, secretHash: await hashSecret(created.secret) }));
});
afterEach(() => end());

interface Page {
  readonly started?: number;
  readonly next?: { readonly after: number };
}

async function order(path: string, body: object): Promise<Page> {
  const headers = { "x-api-key": key, "content-type": "application/json", prefer: "wait=1" };
  const request = new Request(`https://worker.example${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const response = await handleHttp(request, getIsolate(env), (work) => void work.catch(() => {}));
  return response.json();
}

/** Sends the order, and each `next` of its answers. */
async function orderAll(path: string, body: object): Promise<Page[]> {
  const pages = [await order(path, body)];
  for (let next = pages[0]?.next; next && pages.length < 5; next = pages.at(-1)?.next)
    pages.push(await order(path, next));
  return pages;
}

it("an order to run all again starts at least one run, however small its budget is, and so comes to its end", async () => {
  const pipeline = new OnePipeline(async () => Promise.reject(new Error("no")));
  const runs = [await pipeline.play("a"), await pipeline.play("b")];
  for (const run of runs) await run.go();

  const pages = await orderAll(`/pipelines/${pipeline.name}/rerun`, { state: "failed", since: "2026-01-01" });
  expect(pages.map(({ started }) => started)).toEqual([1, 1]);
  const states = await Promise.all(runs.map(async (run) => (await run.report()).state));
  expect(states).toEqual(["queued", "queued"]);
});

it("an order to deliver all again tries at least one delivery, however small its budget is", async () => {
  const incoming = env.INCOMING.getByName("all");
  for (const id of ["a", "b"]) {
    const what = { id, source: "github", deliveryId: id, eventType: null, pipeline: "gone", at: Date.now() };
    await incoming.reject({ ...what, issues: ["as it came"], body: new TextEncoder().encode("{}"), headers: {} });
  }

  const pages = await orderAll("/deliveries/deliver", { since: "2026-01-01", pipeline: "gone" });
  expect(pages).toHaveLength(2);
  for (const id of ["a", "b"])
    expect((await incoming.row(id))?.reasons).toEqual(["There is no such pipeline any more."]);
});
