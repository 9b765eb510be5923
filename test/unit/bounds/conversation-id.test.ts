import { describe, expect, it } from "vitest";
import { findConversation } from "../../../src/bounds/conversation-id.ts";

const find = (from: { search?: string; form?: string; json?: unknown }) =>
  findConversation({
    search: from.search ?? "",
    form: from.form ?? "",
    json: from.json === undefined ? null : JSON.stringify(from.json),
  });

describe("the conversation that a request goes on with", () => {
  it.each([
    ["none", {}, null],
    ["none in a body about something else", { json: { message: "a conversation" } }, null],
    ["none where the member is null", { json: { conversation_id: null } }, null],
    ["one in the body", { json: { conversation_id: "c" } }, "c"],
    ["a number, as it is written", { json: { conversation_id: 7 } }, "7"],
    ["one in the query", { search: "?agent_id=42&conversation_id=c" }, "c"],
    ["one in a form", { form: "message=x&conversation_id=c" }, "c"],
  ])("is read from the request: %s", (_, from, id) => {
    expect(find(from)).toEqual(id === null ? { kind: "none" } : { kind: "named", id });
  });

  it.each([
    ["twice", { search: "?conversation_id=a", json: { conversation_id: "a" } }],
    ["deeper in the body", { json: { more: { conversation_id: "c" } } }],
    ["in a list", { json: { more: [{ conversation_id: "c" }] } }],
    ["as an object", { json: { conversation_id: { id: "c" } } }],
    ["in brackets", { json: { "x[conversation_id]": "c" } }],
    ["with a blank", { json: { " conversation_id": "c" } }],
    ["in another spelling", { json: { conversationId: "c" } }],
    ["in brackets of a query", { search: "?x[conversation_id]=c" }],
    ["at a length that no id has", { json: { conversation_id: "c".repeat(257) } }],
  ])("is unclear when it stands there %s", (_, from) => {
    expect(find(from)).toEqual({ kind: "unclear" });
  });
});
