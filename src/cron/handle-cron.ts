/** From a tick of a cron trigger to its tasks. */
import type { Isolate } from "../context.ts";
import { runTask } from "./run-task.ts";
import { selectTasks } from "./schedule.ts";
import { TASKS } from "./tasks.ts";
import { toTick } from "./tick.ts";

export async function handleCron(
  { cron, scheduledTime }: Pick<ScheduledController, "cron" | "scheduledTime">,
  isolate: Isolate,
): Promise<void> {
  const { clock, config, fault, log } = isolate;
  const tick = toTick(cron, scheduledTime);
  const names = selectTasks(cron);
  if (names.length === 0) log("error", { message: "cron_without_task", cron });
  const run = async (name: (typeof names)[number]) => {
    if (fault) throw fault;
    await TASKS[name](tick, isolate);
  };
  const budgetMs = config.cronBudgetMs;
  await Promise.all(names.map((name) => runTask({ name, run: () => run(name) }, { tick, budgetMs, clock, log })));
}
