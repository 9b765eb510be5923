import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { PIPELINES } from "../../../src/app/pipelines.ts";
import { checkScheduleVariables } from "../../../src/cron/schedule-variables.ts";
import { cron, definePipeline, type PipelineVariables } from "../../../src/pipelines/define.ts";

const NAME = "PIPELINE_FILL_EMPTY_CELLS";
const INPUT = { agent_id: 42, sheet: 101, column: "Video", generation: { generation_type: "text", data: {} } };

function makePipeline(inputs: (variables: PipelineVariables) => readonly unknown[]) {
  const input = v.object({ sheet: v.number() });
  return definePipeline({
    name: "nightly",
    description: "A test.",
    triggers: [cron("0 0 * * *", inputs)],
    input,
    run: async () => null,
  });
}

describe("the variables of pipelines", () => {
  it("may be missing, and are known by their names all the same", () => {
    expect(checkScheduleVariables(PIPELINES, {})).toEqual({ read: [NAME], problems: [] });
  });

  it("are fine when every input fits", () => {
    expect(checkScheduleVariables(PIPELINES, { [NAME]: JSON.stringify([INPUT]) }).problems).toEqual([]);
  });

  it.each([
    ["is no JSON", "[{", "must be a JSON list of inputs, and is not JSON."],
    ["is no list", "{}", "must be a JSON list of inputs: it: "],
    ["lacks a member", JSON.stringify([{ ...INPUT, sheet: undefined }]), "must be a JSON list of inputs: 0.sheet: "],
  ])("are wrong when one %s", (_what, text, fault) => {
    const { problems } = checkScheduleVariables(PIPELINES, { [NAME]: text });
    expect(problems).toEqual([{ variable: NAME, fault: expect.stringContaining(fault) }]);
  });

  it("are wrong when an input that is made of one does not fit its pipeline", () => {
    const pipeline = makePipeline(({ PIPELINE_SHEET, PIPELINE_OTHER }) => [
      { sheet: PIPELINE_SHEET ?? PIPELINE_OTHER },
    ]);
    const { read, problems } = checkScheduleVariables([pipeline], { PIPELINE_SHEET: "none" });
    expect(read).toEqual(["PIPELINE_SHEET", "PIPELINE_OTHER"]);
    expect(problems).toEqual([
      { variable: "PIPELINE_SHEET", fault: expect.stringContaining("does not suit the pipeline nightly: sheet: ") },
    ]);
  });

  it("are not to blame for inputs that are wrong without any", () => {
    const pipeline = makePipeline(() => [{ sheet: "none" }]);
    expect(checkScheduleVariables([pipeline], { PIPELINE_SHEET: "none" }).problems).toEqual([]);
  });
});
