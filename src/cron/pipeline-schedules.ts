/**
 * Starts the pipelines that are due, one run per input. The run's id is derived from pipeline, tick and input, so a
 * repeated tick starts nothing twice. A run that can't be started is logged and does not stop the others.
 */
import { writeJsonOrNull } from "../encoding/json.ts";
import { checkInput } from "../pipelines/check-input.ts";
import type { Pipeline, Trigger } from "../pipelines/define.ts";
import type { PipelinesIsolate } from "../pipelines/pipelines-isolate.ts";
import { startRun } from "../pipelines/start.ts";
import type { Tick } from "./run-task.ts";

type Schedule = Extract<Trigger, { kind: "cron" }>;
type Started = "started" | "not-started";

export async function startPipelines(tick: Tick, isolate: PipelinesIsolate): Promise<void> {
  const due = isolate.pipelines.flatMap((pipeline) => {
    return selectDue(pipeline, tick.cron).map((schedule) => startAll({ pipeline, schedule, tick }, isolate));
  });
  const starts = (await Promise.all(due)).flat();
  const missing = starts.filter((start) => start === "not-started").length;
  if (missing > 0) throw new Error(`${missing} of ${starts.length} could not be started.`);
}

/** Whether some pipeline has a trigger with this cron expression. */
export function isAnyDue(pipelines: readonly Pipeline[], cron: string): boolean {
  return pipelines.some((pipeline) => selectDue(pipeline, cron).length > 0);
}

function selectDue({ triggers }: Pipeline, cron: string): Schedule[] {
  return triggers.filter((trigger) => trigger.kind === "cron").filter((schedule) => schedule.cron === cron);
}

interface Due {
  readonly pipeline: Pipeline;
  readonly schedule: Schedule;
  readonly tick: Tick;
}

async function startAll(due: Due, isolate: PipelinesIsolate): Promise<Started[]> {
  const { pipeline, schedule } = due;
  try {
    const inputs = schedule.inputs(isolate.config.pipelineVariables);
    return await Promise.all(inputs.map((raw) => start(raw, due, isolate)));
  } catch (error) {
    return [logFailure(pipeline, { error: String(error) }, isolate)];
  }
}

async function start(raw: unknown, { pipeline, tick }: Due, isolate: PipelinesIsolate): Promise<Started> {
  const checked = checkInput(pipeline, raw);
  if (checked.kind === "unfit") return logFailure(pipeline, { issues: checked.issues }, isolate);
  const { cron, scheduledAt } = tick;
  const origin = ["cron", cron, String(scheduledAt), writeJsonOrNull(raw)];
  try {
    await startRun(pipeline, { raw, trigger: { kind: "cron", cron, scheduledAt }, origin }, isolate.objects);
    return "started";
  } catch (error) {
    return logFailure(pipeline, { error: String(error) }, isolate);
  }
}

function logFailure(
  { name }: Pipeline,
  why: Readonly<Record<string, unknown>>,
  { log }: PipelinesIsolate,
): "not-started" {
  log("error", { message: "schedule_failed", pipeline: name, ...why });
  return "not-started";
}
