import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/encoding/json.ts";
import type { OperationName } from "../../../src/gen/operations.ts";
import { findStarted, toTrackerName } from "../../../src/generations/tracked-job.ts";

const generation = (id: string) => ({ kind: "generation", id });

describe("a job that an answer has started", () => {
  const find = (operation: OperationName, answer: unknown) =>
    findStarted({ operation, params: {}, body: null }, answer);

  it.each<[OperationName, unknown, unknown[]]>([
    ["cells.generate", { generation_id: 9000, status: "pending" }, [generation("9000")]],
    ["layers.generate", { generation_id: "gen_9" }, [generation("gen_9")]],
    ["user_jobs.create", { user_job_id: 7 }, [{ kind: "user_job", id: "7" }]],
    ["runs.create", { run_id: "run-1", conversation_id: "c" }, [{ kind: "run", id: "run-1" }]],
    ["runs.create", { pending_id: 5, status: "ok" }, []],
  ])("is found in the answer to %s: %o", (operation, answer, jobs) => {
    expect(find(operation, answer)).toEqual(jobs);
  });

  it("is found for each of the sheet actions", () => {
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
    "is not found in the answer to %s, whatever it repeats of the request",
    (operation) => {
      expect(find(operation, { generation_id: 9000, user_job_id: 7, run_id: "run-1" })).toEqual([]);
    },
  );

  it.each(["gen.01HZX", "gen:1", "x y", "é", "x".repeat(256), 1.5])("is found by an id of any shape: %s", (id) => {
    expect(find("cells.generate", { generation_id: id })).toEqual([generation(String(id))]);
    expect(find("user_jobs.create", { user_job_id: id })).toEqual([{ kind: "user_job", id: String(id) }]);
  });

  it("is found by a number with all its digits", () => {
    const answer = parseJson('{"generation_id":9007199254740993,"status":"pending"}');
    expect(find("cells.generate", answer)).toEqual([generation("9007199254740993")]);
  });

  it.each(["../x", "a/b", "..", "a?b", "a\u0000b", "\ud800", "x".repeat(257)])(
    "is not found by an id that can be no name here, though the answer is GEN's: %j",
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
  ])("is missing in an answer that is or holds %s, which is not GEN's", (_, answer) => {
    expect(find("user_jobs.create", answer)).toBeNull();
    expect(find("layers.generate", answer === null ? null : { ...Object(answer), generation_id: null })).toBeNull();
  });

  it.each<OperationName>(["characters.create", "ideas.generate", "generations.continue", "rows.create", "sheets.ask"])(
    "is missing in an empty answer to %s, which is not GEN's",
    (operation) => {
      expect(find(operation, {})).toBeNull();
      expect(find(operation, null)).toBeNull();
    },
  );

  it.each<OperationName>(["voices.clone", "sheets.create"])("is not expected in an empty answer to %s", (operation) => {
    expect(find(operation, {})).toEqual([]);
  });

  it("is not expected in the answer to a question, of which GEN's reference does not say what it holds", () => {
    expect(find("sheets.ask", { answer: "Yes" })).toEqual([]);
  });

  it.each([
    ["no results", { ok: true }],
    ["results that are no list", { results: { result: { user_job_id: 1 } } }],
  ])("is missing in an answer to sheet actions with %s, which is not GEN's", (_, answer) => {
    expect(find("sheets.act", answer)).toBeNull();
  });

  it("is not expected in an answer to sheet actions, unless a generation was asked for", () => {
    const results = [null, 1, {}, { result: null }, { result: "user_job_id" }];
    const ask = (action: string) => new TextEncoder().encode(JSON.stringify({ actions: [{ action }] }));
    const act = (body: Uint8Array) => findStarted({ operation: "sheets.act", params: {}, body }, { results });
    expect(act(ask("update"))).toEqual([]);
    expect(act(ask("generate"))).toBeNull();
  });

  it("has a name that jobs of other kinds do not share", () => {
    expect(toTrackerName({ kind: "generation", id: "1" })).toBe("generation:1");
    expect(toTrackerName({ kind: "user_job", id: "1" })).not.toBe("generation:1");
  });
});

describe("what a call has started", () => {
  const params = { sheet: "1", cell: "2" };

  it.each(["cells.generate", "cells.render", "layers.generate"] as const)(
    "is missing in an answer to %s that names no generation, which is not GEN's",
    (operation) => {
      expect(findStarted({ operation, params, body: null }, { generation_id: 5 })).toEqual([generation("5")]);
      expect(findStarted({ operation, params, body: null }, { ok: true })).toBeNull();
      expect(findStarted({ operation, params, body: null }, null)).toBeNull();
    },
  );

  it("is the generation in the path when it is continued, whatever the answer says", () => {
    const call = { operation: "generations.continue" as const, params: { generation: "9000" }, body: null };
    expect(findStarted(call, { status: "pending" })).toEqual([generation("9000")]);
  });

  it("is nothing that can be followed for other calls", () => {
    expect(findStarted({ operation: "characters.create", params: {}, body: null }, { id: 801 })).toEqual([]);
  });
});
