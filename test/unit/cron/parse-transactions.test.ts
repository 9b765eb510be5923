import { expect, it } from "vitest";
import { parseTransactions } from "../../../src/cron/reconciliation/parse-transactions.ts";

const KEY = "gen_pat_of_this_test_alone";
const LINE = {
  id: 1,
  amount: 50,
  purpose: "render",
  is_incoming: false,
  source: { type: "UserJob", id: 9004 },
  created_at: "2026-11-22T10:00:00.000Z",
};

const parse = (list: unknown) =>
  parseTransactions(new TextEncoder().encode(typeof list === "string" ? list : JSON.stringify(list)), {
    account: "default",
    secrets: [KEY],
  });

it("reads GEN's lines as GEN documents them", () => {
  const read = { id: "1", account: "default", at: Date.UTC(2026, 10, 22, 10), amount: 50, purpose: "render" };
  expect(parse([LINE])).toEqual([{ ...read, source: { type: "UserJob", id: "9004" } }]);
  expect(parse([])).toEqual([]);
});

it.each<[string, object, object]>([
  ["an amount in text", { amount: "7.5" }, { amount: 7.5 }],
  ["an amount that has its sign", { amount: -7 }, { amount: 7 }],
  ["what GEN gave back", { is_incoming: true }, { amount: -50 }],
  ["an id in text", { id: "tx_1" }, { id: "tx_1" }],
  ["no source", { source: null }, { source: null }],
  [
    "a service's source",
    { source: { service: "agent", tool: "research", request_id: "r", more: 1 } },
    { source: { service: "agent", tool: "research", request_id: "r" } },
  ],
  ["GEN's key in a text", { purpose: `x ${KEY}` }, { purpose: "x [redacted]" }],
  ["a text without end", { purpose: "x".repeat(9_999) }, { purpose: "x".repeat(200) }],
])("takes %s", (_, change, expected) => {
  expect(parse([{ ...LINE, ...change }])).toMatchObject([expected]);
});

it.each<[string, unknown]>([
  ["text that is no JSON", '[{"id": 1,'],
  ["an object", { transactions: [LINE] }],
  ["a line without id", [LINE, { ...LINE, id: undefined }]],
  ["a line with an empty id", [{ ...LINE, id: " " }]],
  ["a line with an id without end", [{ ...LINE, id: "x".repeat(257) }]],
  ["an amount that is none", [{ ...LINE, amount: "many" }]],
  ["an amount beyond all sums", [{ ...LINE, amount: -1e300 }]],
  ["no amount", [{ ...LINE, amount: null }]],
  ["no direction", [{ ...LINE, is_incoming: undefined }]],
  ["a time that is none", [{ ...LINE, created_at: "yesterday" }]],
  ["a source that is text", [{ ...LINE, source: "job" }]],
])("takes nothing of an answer with %s", (_, list) => {
  expect(parse(list)).toBeNull();
});
