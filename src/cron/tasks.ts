/** What each task of the schedule does. */
import { PIPELINES } from "../app/pipelines.ts";
import { watchHealth } from "./health-watch.ts";
import { startPipelines } from "./pipeline-schedules.ts";
import type { TaskName } from "./schedule.ts";
import type { Task } from "./task.ts";

export const TASKS = {
  "health-watch": watchHealth,
  pipelines: startPipelines(PIPELINES),
} as const satisfies Readonly<Record<TaskName, Task>>;
