import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/encoding/json.ts";
import type { OperationName } from "../../../src/gen/operations.ts";
import { findStarted, toTrackerName } from "../../../src/generations/tracked-job.ts";

const generation = (id: string) => ({ kind: "generation", id });

describe("what an answer has started is found", () => {
  const find = (operation: OperationName, answer: unknown) =>
    findStarted({ operation, params: {}, body: null }, answer);

  it.each<[OperationName, unknown, unknown[]]>([
    ["cells.generate", { generation_id: 9000, status: "pending" }, [generation("9000")]],
    ["layers.generate", { generation_id: "gen_9" }, [generation("gen_9")]],
    ["user_jobs.create", { user_job_id: 7 }, [{ kind: "user_job", id: "7" }]],
    ["runs.create", { run_id: "run-1", conversation_id: "c" }, [{ kind: "run", id: "run-1" }]],
    ["runs.create", { pending_id: 5, status: "ok" }, []],
  ])("%s: %o", (operation, answer, jobs) => {
    expect(find(operation, answer)).toEqual(jobs);
  });

  it("each job of the sheet actions", () => {
    const results = [
      { index: 0, result: { user_job_id: 1 } },
      { index: 1, result: { id: 5 } },
      { index: 2, result: { user_job_id: "2" } },
    ];
    expect(find("sheets.act", { results, change_set_id: "x", generation_id: 9 })).toEqual([
      { kind: "user_job", id: "1" },
      { kind: "user_job", id: "2" },
    ]);
  });

  it.each<OperationName>(["layers.create", "characters.create", "recurring.create", "sheets.create", "voices.clone"])(
    "nothing in the answer to %s, whatever it repeats of the request",
    (operation) => {
      expect(find(operation, { generation_id: 9000, user_job_id: 7, run_id: "run-1" })).toEqual([]);
    },
  );

  it.each(["gen.01HZX", "gen:1", "x y", "é", "x".repeat(256), 1.5])("an id of any shape: %s", (id) => {
    expect(find("cells.generate", { generation_id: id })).toEqual([generation(String(id))]);
    expect(find("user_jobs.create", { user_job_id: id })).toEqual([{ kind: "user_job", id: String(id) }]);
  });

  it("a number by its digits, all of them", () => {
    const answer = parseJson('{"generation_id":9007199254740993,"status":"pending"}');
    expect(find("cells.generate", answer)).toEqual([generation("9007199254740993")]);
  });

  it.each(["../x", "a/b", "..", "a?b", "a\u0000b", "\ud800", "x".repeat(257)])(
    "nothing that could be followed in an id that can be no name here, %j: but it is an answer",
    (id) => {
      expect(find("cells.generate", { generation_id: id })).toEqual([]);
      expect(find("sheets.act", { results: [{ index: 0, result: { user_job_id: id } }] })).toEqual([]);
    },
  );

  it.each([
    ["no object", "9000"],
    ["null", null],
    ["a list", [{ user_job_id: 1 }]],
    ["nothing at all", {}],
    ["an empty id", { user_job_id: "" }],
    ["an object as id", { user_job_id: { id: 1 } }],
    ["another kind's id", { generation_id: 1, run_id: 2 }],
  ])("in %s there is not what GEN's answer would hold", (_, answer) => {
    expect(find("user_jobs.create", answer)).toBeNull();
    expect(find("layers.generate", answer === null ? null : { ...Object(answer), generation_id: null })).toBeNull();
  });

  it.each<OperationName>(["characters.create", "ideas.generate", "generations.continue", "rows.create", "sheets.ask"])(
    "an empty answer to %s is not GEN's",
    (operation) => {
      expect(find(operation, {})).toBeNull();
      expect(find(operation, null)).toBeNull();
    },
  );

  it.each<OperationName>(["voices.clone", "sheets.create"])("an empty answer to %s started nothing", (operation) => {
    expect(find(operation, {})).toEqual([]);
  });

  it("GEN's reference does not say what it answers to a question: what names nothing is an answer still", () => {
    expect(find("sheets.ask", { answer: "Yes" })).toEqual([]);
  });

  it.each([
    ["no results", { ok: true }],
    ["results that are no list", { results: { result: { user_job_id: 1 } } }],
  ])("sheet actions: %s are not GEN's", (_, answer) => {
    expect(find("sheets.act", answer)).toBeNull();
  });

  it("sheet actions: results without a job are GEN's, unless one was asked for", () => {
    const results = [null, 1, {}, { result: null }, { result: "user_job_id" }];
    const ask = (action: string) => new TextEncoder().encode(JSON.stringify({ actions: [{ action }] }));
    const act = (body: Uint8Array) => findStarted({ operation: "sheets.act", params: {}, body }, { results });
    expect(act(ask("update"))).toEqual([]);
    expect(act(ask("generate"))).toBeNull();
  });

  it("kinds do not share names", () => {
    expect(toTrackerName({ kind: "generation", id: "1" })).toBe("generation:1");
    expect(toTrackerName({ kind: "user_job", id: "1" })).not.toBe("generation:1");
  });
});

describe("what a call has started", () => {
  const params = { sheet: "1", cell: "2" };

  it.each(["cells.generate", "cells.render", "layers.generate"] as const)(
    "%s: an answer that names no generation is not GEN's",
    (operation) => {
      expect(findStarted({ operation, params, body: null }, { generation_id: 5 })).toEqual([generation("5")]);
      expect(findStarted({ operation, params, body: null }, { ok: true })).toBeNull();
      expect(findStarted({ operation, params, body: null }, null)).toBeNull();
    },
  );

  it("continue: the generation in the path, whatever the answer says", () => {
    const call = { operation: "generations.continue" as const, params: { generation: "9000" }, body: null };
    expect(findStarted(call, { status: "pending" })).toEqual([generation("9000")]);
  });

  it("others may start nothing that can be followed", () => {
    expect(findStarted({ operation: "characters.create", params: {}, body: null }, { id: 801 })).toEqual([]);
  });
});
