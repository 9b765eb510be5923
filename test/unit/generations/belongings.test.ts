import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/encoding/json.ts";
import type { Operation } from "../../../src/gen/operation.ts";
import { findOperation, OPERATIONS, type OperationName } from "../../../src/gen/operations.ts";
import { findMade, selectNames } from "../../../src/generations/belongings.ts";

const operations: readonly Operation[] = OPERATIONS;

describe("a path that names an id and no agent", () => {
  const names = (operation: OperationName, params: Record<string, string>) =>
    selectNames(findOperation(operation), params);

  it.each<[OperationName, Record<string, string>, string[]]>([
    ["generations.get", { generation: "7" }, ["generation:7", "user_job:7"]],
    ["generations.lifecycle", { generation: "7" }, ["generation:7", "user_job:7"]],
    ["user_jobs.get", { job: "7" }, ["generation:7", "user_job:7"]],
    ["user_jobs.replace", { job: "7" }, ["generation:7", "user_job:7"]],
    ["runs.approve", { run: "r" }, ["run:r"]],
    ["posts.delete_published", { post: "p" }, ["post:p"]],
    ["conversations.pending.delete", { conversation: "c", message: "m" }, ["conversation:c"]],
    ["ideas.jobs.get", { job: "7" }, ["idea_job:7"]],
    ["analyses.get", { job: "7" }, ["analysis:7"]],
    ["ideas.get", { idea: "7" }, []],
    ["projects.share", { project: "7" }, []],
    ["user_voices.delete", { voice: "7" }, []],
  ])("has its owner looked up, in %s, under these names", (operation, params, expected) => {
    expect(names(operation, params)?.map(({ kind, id }) => `${kind}:${id}`)).toEqual(expected);
  });

  it("has its owner looked up for each such operation, and for user jobs, since a generation is one", () => {
    const asked = operations.filter((each) => selectNames(each, {}) !== null).map(({ name }) => name);
    const isIdAlone = ({ path, agent }: Operation) => path.includes("/:") && (agent === "id" || agent === "account");
    const expected = operations.filter((each) => isIdAlone(each) || /^user_jobs\.(get|replace)$/.test(each.name));
    expect(asked).toEqual(expected.map(({ name }) => name));
  });
});

describe("what a call has made", () => {
  const find = (operation: OperationName, answer: unknown, body?: unknown, search = "") =>
    findMade(
      { operation, search, body: body === undefined ? null : new TextEncoder().encode(JSON.stringify(body)) },
      answer,
    );

  it.each<[OperationName, unknown, unknown[]]>([
    ["posts.create", { post_id: 5 }, [{ kind: "post", id: "5" }]],
    ["runs.create", { run_id: "r", conversation_id: "c" }, [{ kind: "conversation", id: "c" }]],
    ["ideas.recreate", { job_id: "j" }, [{ kind: "idea_job", id: "j" }]],
    ["analyses.clip_moments", { job_id: 7 }, [{ kind: "analysis", id: "7" }]],
    ["posts.create", { job_id: 7, conversation_id: "c" }, []],
    ["posts.update", { post_id: 5 }, []],
    ["posts.create", { post_id: "" }, []],
    ["posts.create", { post_id: { id: 5 } }, []],
    ["posts.create", null, []],
  ])("is found in the answer to %s: %j", (operation, answer, made) => {
    expect(find(operation, answer)).toEqual(made);
  });

  it("is found by an id with all its digits", () => {
    const answer = parseJson('{"post_id":9007199254740993}');
    expect(find("posts.create", answer)).toEqual([{ kind: "post", id: "9007199254740993" }]);
  });

  it.each([
    [{ message: "x", conversation_id: "c" }, ""],
    [{ message: "x", conversation_id: 5 }, ""],
    [{ message: "x", more: { conversation_id: "c" } }, ""],
    [{ message: "x" }, "?conversation_id=c"],
  ])("is not the conversation that the request went on with, though the answer repeats it (%j %s)", (body, search) => {
    expect(find("runs.create", { run_id: "r", conversation_id: "c" }, body, search)).toEqual([]);
  });
});
