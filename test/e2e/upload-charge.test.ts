import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../support/durable-calls.ts";
import { type Stack, startStack } from "../support/stack.ts";

const MIB = 1_024 * 1_024;

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(() => stack.close());

/** A user job with a file that is too large to be kept and sent again. */
function order(): Promise<Response> {
  const form = new FormData();
  form.set("agent_id", "42");
  form.set("user_job_type", "transcription");
  form.set("data", JSON.stringify({ audio: "file" }));
  form.set("file", new File([new Uint8Array(9 * MIB)], "speech.mp3"));
  return stack.call("/v1/user_jobs", { method: "POST", body: form, headers: { "x-genedge-tag": "film" } });
}

async function listCharges() {
  const answer = await stack.call("/v1/usage/charges");
  return ((await answer.json()) as { charges: { state: string; operation: string; tag: string; jobs: unknown[] }[] })
    .charges;
}

it("an upload that is too large to be kept is in the ledger, too", async () => {
  expect((await order()).status).toBe(201);
  expect(stack.gen.control.ledger().charges).toHaveLength(1);
  const charges = await eventually(listCharges, ({ length }) => length === 1);
  expect(charges).toMatchObject([{ operation: "user_jobs.create", state: "spent", tag: "film" }]);
  expect(charges[0]?.jobs).toEqual([{ kind: "user_job", id: "9000" }]);
  await stack.resetUnheld("An upload's key at GEN is not made from a durable call, so the balance can't join them.");
});

it("one whose answer was lost is in the ledger as unknown, and one that GEN refused is not", async () => {
  stack.gen.control.addFaults({
    rules: [{ match: { method: "POST", path: "/v1/user_jobs" }, outcomes: [{ status: 422 }, "done_but_lost"] }],
  });
  expect((await order()).status).toBe(422);
  expect((await order()).status).toBe(502);
  const charges = await eventually(listCharges, ({ length }) => length > 0);
  expect(charges).toMatchObject([{ operation: "user_jobs.create", state: "unknown" }]);
  await stack.resetUnheld("The answer was lost, so nothing says what the upload has started.");
});
