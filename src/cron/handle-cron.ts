/** From a tick of a cron trigger to its tasks. */
import type { PipelinesIsolate } from "../pipelines/pipeline-runs.ts";
import { isAnyDue, startPipelines } from "./pipeline-schedules.ts";
import { runTask, type TaskRun, type Tick } from "./run-task.ts";

export interface CronIsolate extends PipelinesIsolate {
  /** Why the isolate can't work, found when it was made. */
  readonly fault: Error | null;
}

const MINUTE_MS = 60_000;

export async function handleCron(
  { cron, scheduledTime }: Pick<ScheduledController, "cron" | "scheduledTime">,
  isolate: CronIsolate,
): Promise<void> {
  const { clock, config, log } = isolate;
  // A cron trigger knows minutes: what comes again some seconds off is the same tick.
  const tick = { cron, scheduledAt: scheduledTime - (scheduledTime % MINUTE_MS) };
  const env = { tick, budgetMs: config.cronBudgetMs, clock, log };
  await Promise.all(selectTasks(tick, isolate).map((task) => runTask(task, env)));
}

/** Every tick runs what is due: the watch over GEN says itself when it is. The same tick again does no harm. */
function selectTasks(tick: Tick, isolate: CronIsolate): TaskRun[] {
  const { fault, objects, pipelines } = isolate;
  const watch = { name: "health-watch", run: () => objects.GEN_HEALTH.getByName("all").watch(tick.scheduledAt) };
  const start = { name: "pipelines", run: () => startPipelines(tick, isolate) };
  const tasks = isAnyDue(pipelines, tick.cron) ? [watch, start] : [watch];
  return fault === null ? tasks : tasks.map(({ name }) => ({ name, run: () => Promise.reject(fault) }));
}
