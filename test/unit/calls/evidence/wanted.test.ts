import { describe, expect, it } from "vitest";
import { isGivenTo, readWanted } from "../../../../src/calls/evidence/wanted.ts";
import type { OperationName } from "../../../../src/gen/operations.ts";

const DATA = { prompt: "A line", seed: 7 };

describe("what a call asks GEN to make", () => {
  it.each<[OperationName, string, unknown]>([
    ["cells.generate", JSON.stringify({ generation_type: "text", data: DATA }), { type: "text", input: DATA }],
    ["layers.generate", JSON.stringify({ generation_type: "text" }), { type: "text", input: {} }],
    ["cells.render", "", { type: "render", input: {} }],
    ["user_jobs.create", JSON.stringify({ user_job_type: "text", data: DATA }), { type: "text", input: DATA }],
    ["user_jobs.create", JSON.stringify({ user_job: { user_job_type: "t", data: "{}" } }), { type: "t", input: {} }],
    ["user_jobs.create", `user_job_type=t&data=${JSON.stringify(DATA)}`, { type: "t", input: DATA }],
    ["user_jobs.create", "user_job[user_job_type]=t&user_job[data]={}", { type: "t", input: {} }],
  ])("is read from a call of %s with the body “%s”", (operation, text, wanted) => {
    expect(readWanted(operation, text)).toEqual(wanted);
  });

  it.each<[OperationName, string]>([
    ["cells.generate", "no JSON"],
    ["cells.generate", '{"generation_type":1,"data":{}}'],
    ["cells.generate", '{"generation_type":"text","data":[]}'],
    ["user_jobs.create", "user_job_type=t&data=no+JSON"],
    ["sheets.act", '{"actions":[]}'],
    ["runs.create", '{"message":"x"}'],
  ])("is not known of %s with %s", (operation, text) => {
    expect(readWanted(operation, text)).toBeNull();
  });
});

describe("a job", () => {
  it.each([
    ["the same", DATA],
    ["the same and more, which GEN has added", { ...DATA, model: "default" }],
    ["the same in another order", { seed: 7, prompt: "A line" }],
  ])("may be the call's own when it was given %s", (_, data) => {
    expect(isGivenTo(data, { input: DATA })).toBe(true);
  });

  it("may be the call's own whatever the order of what is nested in it", () => {
    const input = { list: [{ a: 1, b: { c: null } }] };
    expect(isGivenTo({ list: [{ b: { c: null }, a: 1 }] }, { input })).toBe(true);
    expect(isGivenTo({ list: [{ b: { c: null }, a: 1, d: 2 }] }, { input })).toBe(false);
  });

  it.each([
    ["less", { prompt: "A line" }],
    ["something else", { ...DATA, seed: 8 }],
    ["a text for a number", { ...DATA, seed: "7" }],
    ["a list for an object", { ...DATA, prompt: ["A line"] }],
  ])("is not the call's own when it was given %s", (_, data) => {
    expect(isGivenTo(data, { input: DATA })).toBe(false);
  });

  it("is told apart from another one by the last digit of a number past 2^53", () => {
    const read = (seed: string) => readWanted("cells.generate", `{"generation_type":"t","data":{"seed":${seed}}}`);
    const data = read("9007199254740993")?.input ?? {};
    expect(isGivenTo(data, { input: read("9007199254740993")?.input ?? {} })).toBe(true);
    expect(isGivenTo(data, { input: read("9007199254740992")?.input ?? {} })).toBe(false);
  });
});
