import { afterEach, expect, it } from "vitest";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

const IMAGE = { generation_type: "image_from_text", data: { prompt: "A cup of coffee" } };

let stack: Stack;

afterEach(() => stack.close());

interface Charge {
  readonly type: string | null;
  readonly state: string;
}

const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";

it("a call that GEN refuses does not fill the ledger with what its caller has invented", async () => {
  stack = await startStack({ BUDGETS: "all 100 calls/day" });
  const type = "x".repeat(900_000);
  const init = json("POST", { ...IMAGE, generation_type: type }, { "idempotency-key": "a", prefer: "wait=10" });
  expect((await stack.call(GENERATE, init)).status).toBe(422);
  const read = async () => {
    const answer = await stack.call("/v1/usage/charges");
    return ((await answer.json()) as { charges: Charge[] }).charges;
  };
  await expect.poll(read).toEqual([]);
});

it("a second tag beside the first, or one in another spelling, gets nobody into another's budget", async () => {
  stack = await startStack({ BUDGETS: "tag:* 1 calls/day" });
  const client = await stack.worker.addClient({ name: "fixed", tag: "web" });
  const refused = async (tags: readonly string[], key: string) => {
    const headers = new Headers({ "content-type": "application/json", "idempotency-key": key, "x-api-key": client });
    for (const tag of tags) headers.append("x-genedge-tag", tag);
    const init = { method: "POST", headers, body: JSON.stringify(IMAGE) };
    const problem = await readProblem(await stack.call(GENERATE, init));
    return [problem.status, problem.error_code];
  };
  for (const [index, tags] of [["web", "other"], ["other", "web"], ["WEB"], ["web,"], ["web other"]].entries())
    expect(await refused(tags, `tags-${index}`)).toEqual([400, "bad_request"]);
  expect(stack.gen.control.ledger().charges).toEqual([]);
});
