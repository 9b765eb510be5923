/** `examples/node` and `examples/cron`, as they stand, against the built Worker. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { en } from "../../src/problems/english.ts";
import { cell, durableCalls, eventually } from "../support/durable-calls.ts";
import { type RunningExample, startExample } from "../support/examples.ts";
import { type Stack, startStack } from "../support/stack.ts";

const { path: PATH } = cell(10111);
const NOTIFY_SECRET = `whsec_${Buffer.from("twenty-four random bytes").toString("base64")}`;

let stack: Stack;
let receiver: RunningExample;
let hooks: string;
let folder: string;
let key: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-example-"));
  receiver = startExample("node/receive.js", { PORT: "0", NOTIFY_SECRET });
  hooks = await receiver.prints(/^(http\S+)$/m);
  stack = await startStack({ NOTIFY_URL: hooks, NOTIFY_SECRET });
  key = await stack.worker.addClient({ scopes: ["read", "generate"], agents: ["42"] });
  stack.gen.control.changeSettings({ generationMs: { text: { pendingMs: 0, processingMs: 0 } } });
}, 60_000);
afterAll(async () => {
  await Promise.all([receiver.kill(), stack.close()]);
  rmSync(folder, { recursive: true });
});

const calls = durableCalls(() => stack);
const charges = () => calls.chargesTo(PATH).length;
const intent = () => join(folder, "intent.json");
const generate = (KEY = key) => startExample("node/generate.js", { GEN_EDGE: stack.worker.url, KEY, INTENT: intent() });

it("generate.js charges once though it is killed, and prints what came of it; another start is another charge", async () => {
  stack.gen.control.changeSettings({ workMs: 500 });
  const killed = generate();
  await calls.received(PATH);
  await killed.kill();
  expect(existsSync(intent())).toBe(true);

  const again = generate();
  expect(await again.ended()).toBe(0);
  expect(JSON.parse(again.output())).toMatchObject({ status: "completed", result: expect.stringContaining("cooking") });
  expect(charges()).toBe(1);
  expect(existsSync(intent())).toBe(false);

  expect(await generate().ended()).toBe(0);
  expect(charges()).toBe(2);
});

it("generate.js ends with the problem when it is refused, and keeps the call for the next start", async () => {
  const before = charges();
  const refused = generate(await stack.worker.addClient({ scopes: ["read"] }));
  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toContain(en.problems.scope_required.title);
  expect(existsSync(intent())).toBe(true);
  expect(await generate().ended()).toBe(0);
  expect(charges()).toBe(before + 1);
});

it("receive.js takes what the Worker sends", async () => {
  await calls.generate(cell(10121).url);
  expect(await receiver.prints(/^\{"type":"(generation\.settled)"/m)).toBe("generation.settled");
});

it("receive.js handles an event once, and refuses what is not signed, is signed by another or is old", async () => {
  const body = JSON.stringify({ type: "example", text: "only once" });
  const send = (id: string, { secret = NOTIFY_SECRET, at = Date.now() } = {}) => {
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at / 1_000)),
      "webhook-signature": `v1,AAAA ${new Webhook(secret).sign(id, new Date(at), body)}`,
    };
    return fetch(hooks, { method: "POST", body, headers }).then(({ status }) => status);
  };
  expect(await send("msg_1")).toBe(204);
  expect(await send("msg_1")).toBe(204);
  const stranger = `whsec_${Buffer.from("another 24 random bytes!").toString("base64")}`;
  expect(await send("msg_2", { secret: stranger })).toBe(401);
  expect(await send("msg_3", { at: Date.now() - 600_000 })).toBe(401);
  expect((await fetch(hooks, { method: "POST", body })).status).toBe(401);
  expect(receiver.output().split("only once")).toHaveLength(2);
});

/** Starts `examples/cron` as the platform runs it. */
function startCron(KEY: string) {
  const script = readFileSync(new URL("../../examples/cron/worker.js", import.meta.url), "utf8");
  const bindings = { GEN_EDGE: stack.worker.url, KEY };
  const cron = new Miniflare(
    convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-10-01", bindings }),
  );
  return {
    /** How the tick of nine o'clock on that day of January ends. */
    fire: async (day: number) => {
      const scheduledTime = new Date(Date.UTC(2027, 0, day, 9));
      return (await (await cron.getWorker()).scheduled({ cron: "0 9 * * *", scheduledTime })).outcome;
    },
    close: () => cron.dispose(),
  };
}

it("the Worker of the cron trigger orders once for each scheduled time, however often it is fired", async () => {
  const before = stack.worker.lines.length;
  const cron = startCron(key);
  expect([...(await Promise.all([cron.fire(2), cron.fire(2)])), await cron.fire(2), await cron.fire(3)]).toEqual(
    Array(4).fill("ok"),
  );
  await cron.close();
  const orders = await eventually(
    () => stack.worker.lines.slice(before).filter((line) => line.message === "request" && "call_id" in line),
    ({ length }) => length === 4,
  );
  expect(new Set(orders.map(({ call_id }) => call_id)).size).toBe(2);
});

it("the Worker of the cron trigger fails a tick that gen-edge refuses", async () => {
  const cron = startCron(await stack.worker.addClient({ scopes: ["read"] }));
  expect(await cron.fire(4)).toBe("exception");
  await cron.close();
});
