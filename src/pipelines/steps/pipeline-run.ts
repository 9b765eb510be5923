/** A run of a pipeline as a Cloudflare Workflow, so that its progress survives the machine. One instance per run. */
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import * as v from "valibot";
import { parseJson, writeJsonOrNull } from "../../encoding/json.ts";
import { toStack } from "../../observability/log.ts";
import { findPipeline } from "../define.ts";
import type { RunPayload } from "../instance.ts";
import type { PipelinesIsolate } from "../pipelines-isolate.ts";
import { type InLine, type RunTask, TURN } from "../protocol.ts";
import { findRequestId } from "../run.ts";
import { fitsStep } from "../run-record.ts";
import { type RunError, StepFailed, toRunError } from "../step-failed.ts";
import { RETRIES, Runner, type Steps } from "./runner.ts";
import { toRunSpender } from "./spender.ts";

const TOO_LARGE = { code: "result_too_large", detail: "A run's result may have 512 KiB as JSON.", step: "finish" };

/** How a run's code has ended, and what failed it. */
type Ended = { readonly kind: "finished" | "stopped" } | { readonly kind: "failed"; readonly thrown: unknown };

/** The output of a Workflow instance. One that fails its run ends like any other: `errored` are mistakes of the Worker. */
interface Outcome {
  readonly state: Ended["kind"];
  readonly error?: RunError;
}

export class PipelineRun extends WorkflowEntrypoint<Env, RunPayload> {
  readonly #isolate: PipelinesIsolate;

  constructor(ctx: ExecutionContext, env: Env, isolate: PipelinesIsolate) {
    super(ctx, env);
    this.#isolate = isolate;
  }

  override async run({ payload }: Readonly<WorkflowEvent<RunPayload>>, step: WorkflowStep): Promise<Outcome> {
    const ended = await playRun(payload, step, this.#isolate);
    return { state: ended.kind, ...(ended.kind === "failed" ? { error: toRunError(ended.thrown) } : {}) };
  }
}

/**
 * Runs it from the start, or from where it was when the machine died, to its end. What fails a run is returned, because
 * the platform reports what is thrown as a crash. Throws when the end can't be recorded.
 */
export async function playRun(payload: RunPayload, steps: Steps, isolate: PipelinesIsolate): Promise<Ended> {
  const { pipeline, run } = payload;
  const runs = isolate.objects.PIPELINES.getByName(pipeline);
  const begun = await begin(steps, async () => writeJsonOrNull(await runs.begin(run)));
  if (begun === null) return { kind: "stopped" };
  const { play = 1 } = begun;
  try {
    const output = writeJsonOrNull(await work(payload, begun, steps, isolate));
    if (!fitsStep(output)) throw new StepFailed(TOO_LARGE);
    await steps.do("finish", RETRIES, async () =>
      writeJsonOrNull(await runs.finish(run, { play, output, error: null })),
    );
    return { kind: "finished" };
  } catch (thrown) {
    const error = toRunError(thrown);
    await steps.do("fail", RETRIES, async () => {
      if (!(thrown instanceof StepFailed)) logMistake(thrown, { ...payload, ...begun }, isolate);
      return writeJsonOrNull(await runs.finish(run, { play, output: null, error }));
    });
    return { kind: "failed", thrown };
  }
}

/** The run has the error's text alone: the stack says where in the pipeline's code it was thrown. */
function logMistake(
  thrown: unknown,
  { pipeline, run, trigger }: RunPayload & Pick<RunTask, "trigger">,
  { log }: PipelinesIsolate,
): void {
  const ids = { run_id: run, request_id: findRequestId(trigger) };
  log("warn", { message: "pipeline_error", pipeline, ...ids, error: String(thrown), stack: toStack(thrown) });
}

/** Waits for the run's turn, which may take hours if other runs must end first. */
async function begin(steps: Steps, ask: () => Promise<string>): Promise<RunTask | null> {
  for (let turn = 1; ; turn += 1) {
    const label = turn === 1 ? "begin" : `begin (${turn})`;
    const begun = parseJson(await steps.do(label, RETRIES, ask)) as RunTask | InLine | null;
    if (begun === null || "input" in begun) return begun;
    await steps.waitForEvent(`${label}: its turn`, { type: TURN, timeout: begun.waitMs }).catch(() => {});
  }
}

/** Runs the pipeline's own code on the steps of a Workflow. */
async function work(
  { pipeline: name, run }: RunPayload,
  task: RunTask,
  steps: Steps,
  isolate: PipelinesIsolate,
): Promise<unknown> {
  const pipeline = findPipeline(isolate.pipelines, name);
  if (pipeline === null) {
    throw new StepFailed({ code: "pipeline_unknown", detail: "The code has no such pipeline.", step: "begin" });
  }
  const input = v.parse(pipeline.input, parseJson(task.input));
  const { trigger, play = 1, renewed = {} } = task;
  const spender = toRunSpender(task, pipeline);
  const stage = { pipeline: name, run, play, requestId: findRequestId(trigger), spender, isolate };
  const agent = pipeline.agent?.(input) ?? null;
  return pipeline.run(new Runner(stage, steps, { input, trigger, agent, renewed }));
}
