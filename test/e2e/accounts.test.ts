import { afterEach, describe, expect, it } from "vitest";
import { CANARY_KEY, json, readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;

afterEach(() => stack.close());

/** A key that GEN does not know. */
const DEAD_KEY = "gen_pat_dead_0123456789abcdef";
const SHEET = "/v1/vidsheet/101?agent_id=42";
const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
const TEXT = { generation_type: "text", data: { prompt: "x" } };

const fellOver = () => stack.worker.lines.filter(({ message }) => message === "gen_key_fell_over");
const received = () => stack.gen.control.ledger().requests.length;

describe("a change of GEN's key", () => {
  it("uses the next key when GEN refuses the first, and from then on; the log says so once", async () => {
    stack = await startStack({ GEN_API_KEY: DEAD_KEY, GEN_API_KEY_NEXT: CANARY_KEY });
    const first = await stack.call(SHEET);
    const before = received();
    const second = await stack.call(SHEET);

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(received() - before).toBe(1);
    expect(fellOver()).toMatchObject([{ level: "warn", account: "default" }]);
  });

  it("leaves the first key in use while it is good", async () => {
    stack = await startStack({ GEN_API_KEY_NEXT: DEAD_KEY });

    expect((await stack.call(SHEET)).status).toBe(200);
    expect(received()).toBe(1);
    expect(fellOver()).toEqual([]);
  });

  it("takes a charged call and its generation over, too, and they are charged once", async () => {
    stack = await startStack({ GEN_API_KEY: DEAD_KEY, GEN_API_KEY_NEXT: CANARY_KEY });
    const made = await stack.call(GENERATE, json("POST", TEXT, { prefer: "wait=20, return=representation" }));

    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject({ status: "completed" });
    expect(stack.gen.control.ledger().charges).toHaveLength(1);
  });

  it("alerts the operator when GEN refuses both keys, and neither is in any answer or line", async () => {
    const other = `${DEAD_KEY}_2`;
    stack = await startStack({ GEN_API_KEY: DEAD_KEY, GEN_API_KEY_NEXT: other });
    const refused = await stack.call(SHEET);
    const text = await refused.clone().text();

    expect(await readProblem(refused)).toMatchObject({ error_code: "gen_key_rejected", retryable: false });
    expect(stack.worker.lines.some(({ message }) => message === "gen_key_rejected")).toBe(true);
    expect(text + stack.worker.output()).not.toContain(DEAD_KEY);
  });
});

describe("a policy of another GEN account", () => {
  it("works with that account's key, and nobody else does", async () => {
    stack = await startStack({ GEN_API_KEY: DEAD_KEY, GEN_API_KEY_ACME_CORP: CANARY_KEY });
    const acme = await stack.worker.addClient({ name: "acme", account: "acme-corp" });
    const theirs = await stack.call(SHEET, { headers: { "x-api-key": acme } });
    const ours = await stack.call(SHEET);

    expect(theirs.status).toBe(200);
    expect(await readProblem(ours)).toMatchObject({ error_code: "gen_key_rejected" });
    expect((await stack.call(SHEET, { headers: { "x-api-key": acme } })).status).toBe(200);
  });

  it("has its generations made, followed and watched with that key, out of sight of other accounts", async () => {
    stack = await startStack({ GEN_API_KEY: DEAD_KEY, GEN_API_KEY_ACME: CANARY_KEY });
    const acme = await stack.worker.addClient({ name: "acme", account: "acme" });
    const order = json("POST", TEXT, { "x-api-key": acme, prefer: "wait=20, return=representation" });
    const made = (await (await stack.call(GENERATE, order)).json()) as { id: number; status: string };
    const path = `/v1/generations/${made.id}`;

    expect(made.status).toBe("completed");
    expect((await stack.call(path, { headers: { "x-api-key": acme } })).headers.has("age")).toBe(true);
    expect(await readProblem(await stack.call(path))).toMatchObject({ error_code: "gen_key_rejected" });
    expect((await stack.call(`${path}/events`)).status).toBe(404);
  });

  it("is refused when its key is missing, and the log names the account", async () => {
    stack = await startStack();
    const lost = await stack.worker.addClient({ name: "lost", account: "nowhere" });
    const refused = await stack.call(SHEET, { headers: { "x-api-key": lost } });

    expect(await readProblem(refused)).toMatchObject({ status: 502, error_code: "gen_key_rejected" });
    expect(stack.worker.lines).toContainEqual(
      expect.objectContaining({ message: "gen_account_missing", account: "nowhere" }),
    );
    expect(received()).toBe(0);
  });
});
