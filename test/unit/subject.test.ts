import { describe, expect, it } from "vitest";
import { findStarted, findSubjects, toSubjectName } from "../../src/generations/subject.ts";

const generation = (id: string) => ({ kind: "generation", id });

describe("what an answer has started is found", () => {
  it.each([
    ["a generation", { generation_id: 9000, status: "pending" }, [generation("9000")]],
    ["an id that is text", { generation_id: "gen_9" }, [generation("gen_9")]],
    ["a user job", { user_job_id: 7 }, [{ kind: "user_job", id: "7" }]],
    ["a run", { run_id: "run-1", conversation_id: "c" }, [{ kind: "run", id: "run-1" }]],
    ["nothing", { id: 5, status: "ok" }, []],
  ])("%s", (_, answer, subjects) => {
    expect(findSubjects(answer)).toEqual(subjects);
  });

  it("each job of the sheet actions", () => {
    const results = [
      { index: 0, result: { user_job_id: 1 } },
      { index: 1, result: { id: 5 } },
      { index: 2, result: { user_job_id: "2" } },
    ];
    expect(findSubjects({ results, change_set_id: "x" })).toEqual([
      { kind: "user_job", id: "1" },
      { kind: "user_job", id: "2" },
    ]);
  });

  it.each([
    ["no object", "9000"],
    ["null", null],
    ["a list", [{ generation_id: 1 }]],
    ["an id with a slash", { generation_id: "../x" }],
    ["an empty id", { generation_id: "" }],
    ["an id that is too long", { generation_id: "x".repeat(129) }],
    ["an object as id", { generation_id: { id: 1 } }],
    ["a number that is not whole", { generation_id: 1.5 }],
    ["a number that has lost its last digits", { generation_id: 2 ** 53 }],
    ["results that are no list", { results: { result: { user_job_id: 1 } } }],
    ["results without a result", { results: [null, 1, {}, { result: null }, { result: "user_job_id" }] }],
  ])("nothing in %s", (_, answer) => {
    expect(findSubjects(answer)).toEqual([]);
  });

  it("kinds do not share names", () => {
    expect(toSubjectName({ kind: "generation", id: "1" })).toBe("generation:1");
    expect(toSubjectName({ kind: "user_job", id: "1" })).not.toBe("generation:1");
  });
});

describe("what a call has started", () => {
  const params = { sheet: "1", cell: "2" };

  it.each(["cells.generate", "cells.render", "layers.generate"])(
    "%s: an answer that names no generation is not GEN's",
    (operation) => {
      expect(findStarted({ operation, params }, { generation_id: 5 })).toEqual([generation("5")]);
      expect(findStarted({ operation, params }, { ok: true })).toBeNull();
      expect(findStarted({ operation, params }, null)).toBeNull();
    },
  );

  it("continue: the generation in the path, whatever the answer says", () => {
    const call = { operation: "generations.continue", params: { generation: "9000" } };
    expect(findStarted(call, { status: "pending" })).toEqual([generation("9000")]);
  });

  it("others may start nothing that can be followed", () => {
    expect(findStarted({ operation: "characters.create", params: {} }, { id: 801 })).toEqual([]);
  });
});
