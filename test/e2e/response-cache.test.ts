import { afterEach, describe, expect, it } from "vitest";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;

afterEach(() => stack.close());

const asked = () => stack.gen.control.ledger().requests.filter(({ path }) => path.startsWith("/v1/agents")).length;

describe("GET /v1/agents", () => {
  it("asks GEN once for many who ask at the same time, and each gets the whole answer", async () => {
    stack = await startStack();
    const answers = await Promise.all(Array.from({ length: 20 }, () => stack.call("/v1/agents")));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(bodies).size).toBe(1);
    expect(asked()).toBe(1);
  });

  it("is answered from memory, with its age, and by 304 to who has it", async () => {
    stack = await startStack();
    const first = await stack.call("/v1/agents");
    const etag = first.headers.get("etag") ?? "";
    const again = await stack.call("/v1/agents");
    const known = await stack.call("/v1/agents", { headers: { "if-none-match": etag } });

    expect(Number(again.headers.get("age"))).toBeGreaterThanOrEqual(0);
    expect(again.headers.get("cache-status")).toMatch(/^gen-edge; hit/);
    expect([known.status, await known.text()]).toEqual([304, ""]);
    expect(asked()).toBe(1);
    // Whoever keeps it takes off its age, and gives it to nobody who comes with another key.
    for (const answer of [first, again, known]) {
      expect(answer.headers.get("cache-control")).toBe("private, max-age=60");
      expect(answer.headers.get("vary")?.toLowerCase().split(/, */)).toEqual(
        expect.arrayContaining(["authorization", "x-api-key", "cf-access-jwt-assertion", "origin", "accept-language"]),
      );
    }
  });

  it("is never given from one client's memory to another", async () => {
    stack = await startStack();
    await stack.call("/v1/agents");
    await stack.call("/v1/agents", { headers: { "x-api-key": await stack.worker.addClient({ name: "other" }) } });

    expect(asked()).toBe(2);
  });
});
