import { expect, it } from "vitest";
import { StepFailed, toRunError } from "../../../src/pipelines/step-failed.ts";

it("a step's failure keeps its code, sentence and name", () => {
  const error = { code: "not_found", detail: "No such sheet.", step: "look" };
  expect(toRunError(new StepFailed(error))).toEqual(error);
});

it("any other error is the pipeline's own fault, described in 500 characters", () => {
  expect(toRunError(new TypeError("x"))).toEqual({ code: "pipeline_error", detail: "TypeError: x", step: null });
  expect(toRunError("thrown")).toMatchObject({ code: "pipeline_error", detail: "thrown" });
  expect(toRunError(new Error("a".repeat(900))).detail).toHaveLength(500);
});
