/**
 * Starts the pipelines whose schedule has come: a run for each input. A run's id is made of pipeline, tick and input,
 * so a tick that comes twice starts nothing twice. What can't be started is a line of its own and stops nothing else.
 */
import type { Isolate } from "../context.ts";
import { checkInput } from "../pipelines/check-input.ts";
import type { Pipeline, Trigger } from "../pipelines/define.ts";
import { startRun } from "../pipelines/start.ts";
import { writeJsonOrNull } from "../encoding/json.ts";
import type { Task } from "./task.ts";
import type { Tick } from "./tick.ts";

type Schedule = Extract<Trigger, { kind: "cron" }>;
type Started = "started" | "not-started";

export function startPipelines(pipelines: readonly Pipeline[]): Task {
  return async (tick, isolate) => {
    const due = pipelines.flatMap((pipeline) => {
      return selectDue(pipeline, tick.cron).map((schedule) => startAll({ pipeline, schedule, tick }, isolate));
    });
    const starts = (await Promise.all(due)).flat();
    const missing = starts.filter((start) => start === "not-started").length;
    if (missing > 0) throw new Error(`${missing} of ${starts.length} could not be started.`);
  };
}

function selectDue({ triggers }: Pipeline, cron: string): Schedule[] {
  return triggers.filter((trigger) => trigger.kind === "cron").filter((schedule) => schedule.cron === cron);
}

interface Due {
  readonly pipeline: Pipeline;
  readonly schedule: Schedule;
  readonly tick: Tick;
}

async function startAll(due: Due, isolate: Isolate): Promise<Started[]> {
  const { pipeline, schedule } = due;
  try {
    const inputs = schedule.inputs(isolate.config.pipelineVariables);
    return await Promise.all(inputs.map((raw) => start(raw, due, isolate)));
  } catch (error) {
    return [complain(pipeline, { error: String(error) }, isolate)];
  }
}

async function start(raw: unknown, { pipeline, tick }: Due, isolate: Isolate): Promise<Started> {
  const checked = checkInput(pipeline, raw);
  if (checked.kind === "unfit") return complain(pipeline, { issues: checked.issues }, isolate);
  const { cron, scheduledAt } = tick;
  const origin = ["cron", cron, String(scheduledAt), writeJsonOrNull(raw)];
  try {
    await startRun(pipeline, { raw, trigger: { kind: "cron", cron, scheduledAt }, origin }, isolate.env);
    return "started";
  } catch (error) {
    return complain(pipeline, { error: String(error) }, isolate);
  }
}

function complain({ name }: Pipeline, why: Readonly<Record<string, unknown>>, { log }: Isolate): "not-started" {
  log("error", { message: "schedule_failed", pipeline: name, ...why });
  return "not-started";
}
