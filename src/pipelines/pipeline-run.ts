/** A run of a pipeline as a Cloudflare Workflow: where it stands survives the machine. One instance per run. */
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import * as v from "valibot";
import { findPipeline } from "../app/pipelines.ts";
import { getIsolate } from "../isolate.ts";
import { parseJson } from "../json.ts";
import type { RunTrigger } from "./run.ts";
import { RETRIES, Runner } from "./runner.ts";
import { StepFailed, toRunError } from "./step-failed.ts";
import { fitsStep, toJson } from "./value.ts";

export interface RunPayload {
  readonly pipeline: string;
  readonly run: string;
}

const TOO_LARGE = { code: "result_too_large", detail: "A run's result may have 512 KiB as JSON.", step: "finish" };

export class PipelineRun extends WorkflowEntrypoint<Env, RunPayload> {
  override async run(event: Readonly<WorkflowEvent<RunPayload>>, step: WorkflowStep): Promise<void> {
    const { pipeline, run } = event.payload;
    const runs = this.env.PIPELINES.getByName(pipeline);
    const begun = parseJson(await step.do("begin", RETRIES, async () => toJson(await runs.begin(run))));
    if (begun === null) return;
    try {
      const output = toJson(await this.#work(event.payload, step, begun as { trigger: RunTrigger; input: string }));
      if (!fitsStep(output)) throw new StepFailed(TOO_LARGE);
      await step.do("finish", RETRIES, async () => void (await runs.finish(run, { output, error: null })));
    } catch (thrown) {
      const error = toRunError(thrown);
      await step.do("fail", RETRIES, async () => void (await runs.finish(run, { output: null, error })));
      throw thrown;
    }
  }

  #work({ pipeline: name, run }: RunPayload, steps: WorkflowStep, begun: { trigger: RunTrigger; input: string }) {
    const pipeline = findPipeline(name);
    if (pipeline === null) {
      throw new StepFailed({ code: "pipeline_unknown", detail: "The code has no such pipeline.", step: "begin" });
    }
    const input = v.parse(pipeline.input, parseJson(begun.input));
    const stage = { pipeline: name, run, env: this.env, isolate: getIsolate(this.env) };
    return pipeline.run(new Runner(stage, steps, { input, trigger: begun.trigger }));
  }
}
