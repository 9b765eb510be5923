import { describe, expect, it } from "vitest";
import { toEventType, toRunId, toStepCallId } from "../../../src/pipelines/run-id.ts";

describe("a run's id", () => {
  it("is the same for the same pipeline and origin, and fits a Workflow's instance", async () => {
    const id = await toRunId("a", "manual", "client", "key");
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await toRunId("a", "manual", "client", "key")).toBe(id);
  });

  it.each([
    ["pipeline", ["b", "manual", "client", "key"]],
    ["client", ["a", "manual", "other", "key"]],
    ["key", ["a", "manual", "client", "other"]],
    ["border between two parts", ["a", "manual", "clientk", "ey"]],
    ["number of parts", ["a", "manual", 'client","key']],
  ] as const)("is another for another %s", async (_, [pipeline, ...origin]) => {
    expect(await toRunId(pipeline, ...origin)).not.toBe(await toRunId("a", "manual", "client", "key"));
  });

  it("is never the id of a step's call", async () => {
    expect(await toStepCallId("a", "b")).not.toBe(await toRunId("a", "b"));
  });
});

describe("a step's call", () => {
  it("is told apart by run and step", async () => {
    const ids = await Promise.all([toStepCallId("r", "a"), toStepCallId("r", "b"), toStepCallId("s", "a")]);
    expect(new Set(ids).size).toBe(3);
    expect(await toStepCallId("r", "a")).toBe(ids[0]);
  });

  it("has an event that a Workflow can name", async () => {
    const id = await toStepCallId("r", "a");
    expect(toEventType(id)).toBe(`step-${id.slice(0, 32)}`);
    expect(toEventType(id)).toMatch(/^[a-zA-Z0-9_][a-zA-Z0-9-_]{0,99}$/);
  });
});
