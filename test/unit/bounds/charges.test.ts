import { describe, expect, it } from "vitest";
import { countCharges } from "../../../src/bounds/charges.ts";
import type { OperationName } from "../../../src/gen/operations.ts";

const count = (operation: OperationName, body: unknown, search = "?agent_id=42") =>
  countCharges({ operation, search, json: typeof body === "string" ? body : JSON.stringify(body) });

const TARGET = { type: "cell", id: 1, sheet_id: 101 };
const generate = { action: "generate", target: TARGET, generation_type: "text", data: { prompt: "x" } };
const update = { action: "update", target: TARGET, value: "x" };
const act = (actions: unknown, more: object = {}) => ({ agent_id: 42, actions, auto_regenerate: false, ...more });

describe("a request of sheet actions", () => {
  it.each([
    ["each generation counts", act([generate, update, generate]), 2],
    ["fifty generations are fifty", act(Array(50).fill(generate)), 50],
    ["an edit is none", act([update, { action: "delete", target: TARGET }]), 0],
    ["a generation of a layer counts", act([{ ...generate, target: { type: "layer", id: 1 } }]), 1],
    ["a generation whose target has an id alone counts", act([{ ...generate, target: { cell_id: 1 } }]), 1],
  ])("counts its charges: %s", (_, body, charges) => {
    expect(count("sheets.act", body)).toBe(charges);
  });

  it.each([
    ["what depends on an edit is made anew", { ...act([update]), auto_regenerate: true }],
    ["nothing forbids that", { agent_id: 42, actions: [update] }],
    ["it is forbidden in other words", { ...act([update]), auto_regenerate: "false" }],
    ["it is forbidden twice", '{"actions":[{"action":"update"}],"auto_regenerate":true,"auto_regenerate":false}'],
    ["it is forbidden elsewhere", act([update], { more: { auto_regenerate: true } })],
    ["the actions stand twice", '{"actions":[{"action":"generate"}],"actions":[],"auto_regenerate":false}'],
    ["the actions stand in another spelling", act([], { Actions: [generate] })],
    ["an action stands in another one", act([{ ...update, more: [generate] }])],
    ["an action is said twice", '{"actions":[{"action":"generate","action":"update"}],"auto_regenerate":false}'],
    ["an action is said in brackets", act([{ ...update, "[action]": "generate" }])],
    ["an action is not known", act([{ ...update, action: "Generate" }])],
    ["an action is none", act([{ target: TARGET }])],
    ["the actions are no list", act({ 0: generate })],
    ["a generation is of a whole row", act([{ ...generate, target: { type: "row", id: 1 } }])],
    ["a generation is of many cells", act([{ ...generate, target: { type: "cell", ids: [1, 2] } }])],
    ["a generation is of a list", act([{ ...generate, target: ["1", "2"] }])],
    ["there is no object", "[]"],
  ])("can't be counted for certain when %s", (_, body) => {
    expect(count("sheets.act", body)).toBeNull();
  });

  it("can't be counted for certain in another format, nor when the query says more than the agent", () => {
    expect(countCharges({ operation: "sheets.act", search: "", json: null })).toBeNull();
    expect(count("sheets.act", act([update]), "?auto_regenerate=true")).toBeNull();
  });
});

describe("a user job", () => {
  it.each([
    [{ user_job_type: "song", data: {} }],
    [{ user_job: { user_job_type: "text", data: { prompt: "x" } } }],
    [{ user_job_type: "publish_content", data: "{}" }],
  ])("counts as one charge: %j", (body) => {
    expect(count("user_jobs.create", body)).toBe(1);
  });

  it.each([
    ["it is monitoring, which goes on", { user_job_type: "train_social" }],
    ["its type is not known", { user_job_type: "train_more" }],
    ["it has two types", { user_job_type: "text", user_job: { user_job_type: "train_social" } }],
    ["its type stands in another spelling", { user_job_type: "text", userJobType: "train_social" }],
    ["its type stands elsewhere", { user_job: {}, data: { user_job_type: "text" } }],
    ["it has no type", { data: {} }],
  ])("can't be counted for certain when %s", (_, body) => {
    expect(count("user_jobs.create", body)).toBeNull();
  });

  it("can't be counted for certain when it is a form", () => {
    expect(countCharges({ operation: "user_jobs.create", search: "", json: null })).toBeNull();
  });
});

it("every other call counts as one charge", () => {
  expect(countCharges({ operation: "cells.render", search: "", json: null })).toBe(1);
});
