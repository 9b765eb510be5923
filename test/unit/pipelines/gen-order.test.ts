import { describe, expect, it } from "vitest";
import { toPipelineClient } from "../../../src/calls/pipeline-client.ts";
import { findFault, type GenOrder, toGenCall, toSubmission } from "../../../src/pipelines/steps/gen-order.ts";
import { toRunSpender } from "../../../src/pipelines/steps/spender.ts";

const ORDER: GenOrder = {
  operation: "cells.generate",
  params: { sheet: "101", cell: "7" },
  query: { agent_id: "42" },
  body: { generation_type: "text", prompt: "ä" },
};
const LISTENER = { run: "r", event: "step-1" };
const SPENDER = toRunSpender({ trigger: { kind: "manual", clientId: "k" } }, { name: "a", budget: {}, tag: "t" });
const toSubmitted = (change: Partial<GenOrder> = {}) =>
  toSubmission(
    { ...ORDER, ...change },
    { spender: SPENDER, callId: "c", requestId: "r-1", listener: LISTENER, config: { budgets: [], prices: {} } },
  );

describe("a request to GEN", () => {
  it("has path, query and JSON body of what was asked", () => {
    const { path, search, body, headers } = toGenCall(ORDER);
    expect([path, search]).toEqual(["/vidsheet/101/cells/7/generate", "?agent_id=42"]);
    expect(headers).toMatchObject({ "content-type": "application/json" });
    expect(body.kind === "bytes" && new TextDecoder().decode(body.bytes)).toBe(JSON.stringify(ORDER.body));
  });

  it("has no query and no body when none is asked for", () => {
    const { search, body, headers } = toGenCall({ ...ORDER, query: {}, body: null });
    expect([search, body]).toEqual(["", { kind: "none" }]);
    expect(headers).not.toHaveProperty("content-type");
  });

  it.each(["", "../me", "a/b", "a?b", "%2e", "a b", "a".repeat(257)])("never leaves its path: %j is no id", (cell) => {
    expect(() => toGenCall({ ...ORDER, params: { sheet: "101", cell } })).toThrow("The parameter cell is no id.");
  });

  it.each(["gen.01HZX", "urn:cell:1", "é", "9007199254740993"])("takes an id of any shape: %j", (cell) => {
    const path = `/vidsheet/101/cells/${encodeURIComponent(cell)}/generate`;
    expect(toGenCall({ ...ORDER, params: { sheet: "101", cell } }).path).toBe(path);
  });

  it("can't be made without one of its parameters", () => {
    expect(() => toGenCall({ ...ORDER, params: { sheet: "101" } })).toThrow("The parameter cell is no id.");
  });
});

describe("a call of a run that acts for one agent", () => {
  const fault = (change: Partial<GenOrder>, agent: string | null = "42") =>
    findFault({ ...ORDER, ...change }, agent)?.code ?? null;

  it("names that one, or none", () => {
    expect(fault({})).toBeNull();
    expect(fault({ query: {}, body: null })).toBeNull();
    expect(fault({ operation: "agents.get", params: { agent: "42" }, body: null })).toBeNull();
  });

  it.each<[string, Partial<GenOrder>]>([
    ["path", { operation: "agents.get", params: { agent: "43" }, query: {}, body: null }],
    ["query", { query: { agent_id: "43" } }],
    ["body", { body: { generation_type: "text", data: { agent_id: 43 } } }],
  ])("names no other in its %s", (_, change) => {
    expect(fault(change)).toBe("agent_not_allowed");
    expect(fault(change, null)).toBeNull();
  });

  it("is refused as wrong input when it can't be made", () => {
    expect(fault({ params: { sheet: "101" } })).toBe("input_invalid");
  });
});

describe("a durable call of a step", () => {
  it("goes on by itself, joins the one before it, and wakes its run", async () => {
    expect(await toSubmitted()).toMatchObject({
      callId: "c",
      clientId: toPipelineClient("a"),
      tag: "t",
      spending: { payer: "k", pipeline: "a" },
      async: true,
      join: true,
      listener: LISTENER,
      agentId: "42",
    });
  });

  it.each([
    ["cells.generate", "keyed"],
    ["rows.create", "keyed"],
    ["user_jobs.create", "once"],
  ] as const)("is sent again after a lost answer only where GEN knows a key: %s is %s", async (operation, mode) => {
    expect(await toSubmitted({ operation })).toMatchObject({ mode });
  });

  it("is another request when anything in it is another", async () => {
    const changes = [
      {},
      { params: { sheet: "101", cell: "8" } },
      { query: {} },
      { body: { generation_type: "image" } },
    ];
    const prints = await Promise.all(changes.map(async (change) => (await toSubmitted(change)).fingerprint));
    expect(new Set(prints).size).toBe(4);
    expect((await toSubmitted()).fingerprint).toBe(prints[0]);
  });

  it.each([
    ["the path's", { operation: "agents.get", params: { agent: "1" } }, "1"],
    ["the query's", {}, "42"],
    ["the body's", { query: {}, body: { agent_id: 43 } }, "43"],
    ["nobody's", { query: {}, body: null }, null],
  ] as const)("is about an agent: %s", async (_, change, agentId) => {
    expect(await toSubmitted(change as Partial<GenOrder>)).toMatchObject({ agentId });
  });
});
