/** Runs the tasks of a cron tick. */
import { SINGLETON } from "../objects/gate.ts";
import type { PipelinesIsolate } from "../pipelines/pipelines-isolate.ts";
import { isAnyDue, startPipelines } from "./pipeline-schedules.ts";
import { checkLedger } from "./reconciliation/check-ledger.ts";
import { runTask, type TaskRun, type Tick } from "./run-task.ts";

export interface CronIsolate extends PipelinesIsolate {
  /** The configuration error found when the isolate was created, or null. */
  readonly fault: { readonly error: Error } | null;
}

const MINUTE_MS = 60_000;

export async function handleCron(
  { cron, scheduledTime }: Pick<ScheduledController, "cron" | "scheduledTime">,
  isolate: CronIsolate,
): Promise<void> {
  const { clock, config, log } = isolate;
  // Cron triggers have minute resolution: a repeat some seconds later is the same tick.
  const tick = { cron, scheduledAt: scheduledTime - (scheduledTime % MINUTE_MS) };
  const env = { tick, budgetMs: config.cronBudgetMs, clock, log };
  await Promise.all(selectTasks(tick, isolate).map((task) => runTask(task, env)));
}

/** Every tick runs what is due; the health watch and the ledger's check decide for themselves whether they are. Repeating a tick is harmless. */
function selectTasks(tick: Tick, isolate: CronIsolate): TaskRun[] {
  const { fault, objects, pipelines } = isolate;
  const watch = { name: "health-watch", run: () => objects.GEN_HEALTH.getByName(SINGLETON).watch(tick.scheduledAt) };
  const start = { name: "pipelines", run: () => startPipelines(tick, isolate) };
  const check = { name: "ledger-check", run: () => checkLedger(tick, isolate) };
  const tasks = isAnyDue(pipelines, tick.cron) ? [watch, check, start] : [watch, check];
  return fault === null ? tasks : tasks.map(({ name }) => ({ name, run: () => Promise.reject(fault.error) }));
}
