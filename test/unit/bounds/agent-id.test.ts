import { describe, expect, it } from "vitest";
import { type AgentMention, findInFields, findInJson, findInQuery, namesOnly } from "../../../src/bounds/agent-id.ts";

const plain = (value: string): AgentMention => ({ kind: "plain", value });
const BRACKETED: AgentMention = { kind: "bracketed" };
const NOT_SCALAR: AgentMention = { kind: "not-scalar" };

describe("an agent in a query", () => {
  it.each([
    ["agent_id=7", "7"],
    ["a=1&agent_id=ag_7&b=2", "ag_7"],
    ["agent_id=", ""],
    ["agent_id", ""],
    ["agent_id=a%20b+c", "a b c"],
    ["agent_id=a=b", "a=b"],
    ["agent%5Fid=7", "7"],
    ["%61%67%65%6e%74%5f%69%64=7", "7"],
    ["agent_id=%26agent_id%3D8", "&agent_id=8"],
  ])("is named once in %s", (text, value) => {
    expect(findInQuery(text)).toEqual([plain(value)]);
  });

  it.each([
    ["agent_id=1&agent_id=2"],
    ["agent_id=1&x=y&agent%5fid=2"],
    ["agent_id=1;agent_id=2"],
    ["agent_id=1&&agent_id=2"],
    ["agent_id=1&x=y;agent_id=2"],
  ])("is named twice in %s", (text) => {
    expect(findInQuery(text)).toEqual([plain("1"), plain("2")]);
  });

  it.each([
    "agent_id[]=7",
    "agent_id[0]=7",
    "agent_id[id]=7",
    "user_job[agent_id]=7",
    "[agent_id]=7",
    "[agent_id=7",
    "agent_id]=7",
    "a[b][agent_id]=7",
    "user_job%5Bagent_id%5D=7",
    "user_job%5Bagent%5Fid%5D=7",
    "user_job[ agent_id ]=7",
    "+agent_id=7",
    "agent_id+=7",
    "agent+_id=7",
    "agent%20_id=7",
    "%20agent_id=7",
    "%09agent_id=7",
    "agent_id%0A=7",
    "agent_id%00=7",
    "%C2%A0agent_id=7",
    "%EF%BB%BFagent_id=7",
    "Agent_Id=7",
    "agentId=7",
    "agent-id=7",
    "agent.id=7",
    "agent%255Fid=7",
    "user_job[agentId]=7",
    "?agent_id=7",
    "a=1&?agent_id=7",
    "%3Fagent_id=7",
  ])("is named in a way that parsers read differently in %s", (text) => {
    expect(findInQuery(text)).toEqual([BRACKETED]);
  });

  it.each([
    "",
    "&&",
    "agent=7",
    "agent_ids=7",
    "my_agent_id=7",
    "x=agent_id",
    "x=agent_id%3D7",
    "user_job[agent_ids]=7",
    "q=100%&r=+",
  ])("is not named in “%s”", (text) => {
    expect(findInQuery(text)).toEqual([]);
  });
});

describe("an agent in JSON", () => {
  it.each([
    ['{"agent_id":"ag_7"}', "ag_7"],
    ['{"agent_id":7}', "7"],
    ['{"agent_id":7.0}', "7.0"],
    ['{"a":[{"agent_id":1}],"agent_id":"7"}', "7"],
    [String.raw`{"\u0061gent_id":"7"}`, "7"],
    [String.raw`{"agent\u005Fid":"\u0037"}`, "7"],
  ])("is named once in %s", (text, value) => {
    expect(findInJson(text)).toEqual([plain(value)]);
  });

  it("is named each time when the member is repeated", () => {
    expect(findInJson('{"agent_id":1,"agent_id":2}')).toEqual([plain("1"), plain("2")]);
    expect(findInJson(String.raw`{"agent_id":1,"agent_\u0069d":2}`)).toEqual([plain("1"), plain("2")]);
  });

  it.each(['{"agent_id":[7]}', '{"agent_id":{"id":7}}', '{"agent_id":null}', '{"agent_id":true}'])(
    "is no scalar in %s",
    (text) => {
      expect(findInJson(text)).toEqual([NOT_SCALAR]);
    },
  );

  it.each(['{"user_job":{"agent_id":7}}', String.raw`{"user_job":{"agent\u005fid":7}}`])("is nested in %s", (text) => {
    expect(findInJson(text)).toEqual([BRACKETED]);
  });

  it("is seen at both places when it is plain and nested", () => {
    expect(findInJson('{"agent_id":1,"user_job":{"agent_id":2}}')).toEqual([plain("1"), BRACKETED]);
  });

  it.each([
    "{}",
    "[]",
    '"agent_id"',
    '{"x":"agent_id"}',
    '{"x":"{\\"agent_id\\":7}"}',
    '{"agent_ids":[7]}',
    '["agent_id",7]',
    String.raw`{"agent\\u005fid":7}`,
  ])("is not named in %s", (text) => {
    expect(findInJson(text)).toEqual([]);
  });
});

describe("an agent anywhere in JSON", () => {
  it.each([
    '{"Agent_ID":7}',
    '{"agentId":7}',
    '{"agent_id ":7}',
    String.raw`{"agent\u0000_id":7}`,
    String.raw`{"\ufeffagent_id":7}`,
    '{"agent_id[]":7}',
    '{"a":[{"b":{"agent_id":7}}]}',
  ])("is named in a way that parsers read differently in %s", (text) => {
    expect(findInJson(text, "agent_id", true)).toEqual([BRACKETED]);
  });
});

describe("an agent in the fields of a form", () => {
  it("is named plainly only by a field of exactly that name", () => {
    expect(findInFields([["agent_id", "7"]])).toEqual([plain("7")]);
    expect(findInFields([["agent_id ", "7"]])).toEqual([BRACKETED]);
    expect(findInFields([["agent_idx", "7"]])).toEqual([]);
  });

  it("is named by each field of that name", () => {
    const fields = [
      ["title", "agent_id"],
      ["agent_id", "7"],
      ["agent_id", "8"],
    ] as const;

    expect(findInFields(fields)).toEqual([plain("7"), plain("8")]);
  });

  it("is named in brackets by a field with brackets", () => {
    expect(findInFields([["user_job[agent_id]", "7"]])).toEqual([BRACKETED]);
  });

  it("is no file", () => {
    expect(findInFields([["agent_id", null]])).toEqual([NOT_SCALAR]);
  });

  it("is not named by a file of another name", () => {
    expect(findInFields([["file", null]])).toEqual([]);
  });
});

describe("a request for one agent", () => {
  const isOnly = (json: unknown, search = "") => namesOnly("7", { search, json: JSON.stringify(json) });

  it.each([
    [{}, ""],
    [{ agent_id: 7 }, "?agent_id=7"],
    [{ agent_id: "7", target_agent_id: 7 }, ""],
    [{ data: [{ agent_id: "7" }] }, ""],
    [{ agent: 8, prompt: "agent_id: 8" }, "?page=8"],
  ])("is allowed when every member that names an agent names that one: %j %s", (json, search) => {
    expect(isOnly(json, search)).toBe(true);
  });

  it.each([
    [{ agent_id: 8 }, ""],
    [{ agent_id: 7 }, "?agent_id=8"],
    [{ target_agent_id: 8 }, ""],
    [{ data: { agent_id: 8 } }, ""],
    [{ data: [[{ target_agent_id: "8" }]] }, ""],
    [{ agent_id: [7] }, ""],
    [{ "user_job[agent_id]": 7 }, ""],
    [{ " agent_id": 7 }, ""],
    [{}, "?a[agent_id]=7"],
  ])("is refused when any of them names something else: %j %s", (json, search) => {
    expect(isOnly(json, search)).toBe(false);
  });

  it("is judged by its query when it has no body", () => {
    expect(namesOnly("7", { search: "?agent_id=7", json: null })).toBe(true);
    expect(namesOnly("7", { search: "?agent_id=8", json: null })).toBe(false);
  });
});

describe("the agent that a copy goes to", () => {
  it("is found like the other, under a name of its own", () => {
    expect(findInQuery("agent_id=1&target_agent_id=2", "target_agent_id")).toEqual([plain("2")]);
    expect(findInQuery("copy[target%5Fagent_id]=2", "target_agent_id")).toEqual([BRACKETED]);
    expect(findInJson('{"agent_id":1,"target_agent_id":2,"a":{"target_agent_id":3}}', "target_agent_id")).toEqual([
      plain("2"),
      BRACKETED,
    ]);
    expect(findInFields([["target_agent_id", "2"]], "target_agent_id")).toEqual([plain("2")]);
  });

  it("is named by nothing else", () => {
    expect(findInQuery("agent_id=1", "target_agent_id")).toEqual([]);
    expect(findInJson('{"agent_id":1}', "target_agent_id")).toEqual([]);
    expect(findInFields([["agent_id", "1"]], "target_agent_id")).toEqual([]);
  });

  it("is not the agent that a request is for", () => {
    expect(findInQuery("target_agent_id=2")).toEqual([]);
    expect(findInJson('{"target_agent_id":2}')).toEqual([]);
    expect(findInFields([["target_agent_id", "2"]])).toEqual([]);
  });
});
