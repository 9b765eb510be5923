import { describe, expect, it } from "vitest";
import type { OperationName } from "../../src/gen/operations.ts";
import { findStarted, toSubjectName } from "../../src/generations/subject.ts";

const generation = (id: string) => ({ kind: "generation", id });

describe("what an answer has started is found", () => {
  const find = (operation: OperationName, answer: unknown) => findStarted({ operation, params: {} }, answer);

  it.each<[OperationName, unknown, unknown[]]>([
    ["cells.generate", { generation_id: 9000, status: "pending" }, [generation("9000")]],
    ["layers.generate", { generation_id: "gen_9" }, [generation("gen_9")]],
    ["user_jobs.create", { user_job_id: 7 }, [{ kind: "user_job", id: "7" }]],
    ["runs.create", { run_id: "run-1", conversation_id: "c" }, [{ kind: "run", id: "run-1" }]],
    ["runs.create", { pending_id: 5, status: "ok" }, []],
  ])("%s: %o", (operation, answer, subjects) => {
    expect(find(operation, answer)).toEqual(subjects);
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

  it.each([
    ["no object", "9000"],
    ["null", null],
    ["a list", [{ user_job_id: 1 }]],
    ["an id with a slash", { user_job_id: "../x" }],
    ["an empty id", { user_job_id: "" }],
    ["an id that is too long", { user_job_id: "x".repeat(129) }],
    ["an object as id", { user_job_id: { id: 1 } }],
    ["a number that is not whole", { user_job_id: 1.5 }],
    ["a number that has lost its last digits", { user_job_id: 2 ** 53 }],
    ["another kind's id", { generation_id: 1, run_id: 2 }],
  ])("nothing in %s", (_, answer) => {
    expect(find("user_jobs.create", answer)).toEqual([]);
  });

  it.each([
    ["results that are no list", { results: { result: { user_job_id: 1 } } }],
    ["results without a result", { results: [null, 1, {}, { result: null }, { result: "user_job_id" }] }],
  ])("nothing in %s", (_, answer) => {
    expect(find("sheets.act", answer)).toEqual([]);
  });

  it("kinds do not share names", () => {
    expect(toSubjectName({ kind: "generation", id: "1" })).toBe("generation:1");
    expect(toSubjectName({ kind: "user_job", id: "1" })).not.toBe("generation:1");
  });
});

describe("what a call has started", () => {
  const params = { sheet: "1", cell: "2" };

  it.each(["cells.generate", "cells.render", "layers.generate"] as const)(
    "%s: an answer that names no generation is not GEN's",
    (operation) => {
      expect(findStarted({ operation, params }, { generation_id: 5 })).toEqual([generation("5")]);
      expect(findStarted({ operation, params }, { ok: true })).toBeNull();
      expect(findStarted({ operation, params }, null)).toBeNull();
    },
  );

  it("continue: the generation in the path, whatever the answer says", () => {
    const call = { operation: "generations.continue" as const, params: { generation: "9000" } };
    expect(findStarted(call, { status: "pending" })).toEqual([generation("9000")]);
  });

  it("others may start nothing that can be followed", () => {
    expect(findStarted({ operation: "characters.create", params: {} }, { id: 801 })).toEqual([]);
  });
});
