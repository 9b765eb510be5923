import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { json, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const lineOf = (id: string) => stack.worker.waitForLine((line) => line.message === "request" && line.request_id === id);

describe("the lines of a request and of its durable call", () => {
  const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
  const ids = { sheet: "101", cell: "10111", agent_id: "42" };
  const order = (requestId: string, key: string, prefer = "wait=20") =>
    stack.call(
      GENERATE,
      json(
        "POST",
        { generation_type: "text", data: { prompt: "x" } },
        { "idempotency-key": key, "x-request-id": requestId, prefer },
      ),
    );
  const callLine = (id: unknown) => stack.worker.waitForLine((line) => line.message === "call" && line.call_id === id);

  it("name each other, and agent, sheet and cell by the same names", async () => {
    const response = await order("joined-1", "k1", "respond-async");
    const id = response.headers.get("location")?.split("/").at(-1);
    const request = await lineOf("joined-1");
    expect(request).toMatchObject({ call_id: id, ids });
    expect(await callLine(id)).toMatchObject({
      request_id: "joined-1",
      run_id: null,
      client_id: stack.key.split("_")[1],
      operation: "cells.generate",
      ids,
    });
  });

  it("name the request that came first, when others have repeated it", async () => {
    await order("joined-2", "k2");
    await order("joined-3", "k2");
    const { call_id: id } = await lineOf("joined-3");
    expect((await lineOf("joined-2")).call_id).toBe(id);
    expect((await callLine(id)).request_id).toBe("joined-2");
    expect(stack.worker.lines.filter((line) => line.message === "call" && line.call_id === id)).toHaveLength(1);
  });

  it("name none where no durable call has answered", async () => {
    await stack.call("/v1/vidsheet/101?agent_id=42", { headers: { "x-request-id": "joined-4" } });
    expect((await lineOf("joined-4")).call_id).toBeNull();
  });
});
