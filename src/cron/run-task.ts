/**
 * Runs one task within a time budget and writes one log line for it. Never throws, so a task that fails or overruns
 * stops no other. Nobody waits for an overrun task: Durable Objects or the next tick finish its work.
 */
import { toIso } from "../encoding/time.ts";
import type { Log } from "../observability/log.ts";
import type { Clock } from "../resilience/clock.ts";
import { within } from "../resilience/within.ts";

/** One firing of a cron trigger. */
export interface Tick {
  /** The cron expression, as in `wrangler.toml`. */
  readonly cron: string;
  /** The scheduled minute, in milliseconds since the epoch. A tick can be repeated or missed. */
  readonly scheduledAt: number;
}

export interface TaskRun {
  readonly name: string;
  readonly run: () => Promise<void>;
}

interface TaskEnvironment {
  readonly tick: Tick;
  readonly budgetMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

type End = { readonly outcome: "ok" | "overrun" } | { readonly outcome: "failed"; readonly error: string };

export async function runTask(task: TaskRun, env: TaskEnvironment): Promise<void> {
  const { clock, log, tick } = env;
  const startedAt = clock.now();
  const end = await settle(task, env);
  log(end.outcome === "ok" ? "info" : "error", {
    message: "cron",
    cron: tick.cron,
    scheduled_at: toIso(tick.scheduledAt),
    task: task.name,
    ...end,
    ms: clock.now() - startedAt,
  });
}

/** The only `catch` of cron triggers. */
async function settle({ run }: TaskRun, { budgetMs, clock }: TaskEnvironment): Promise<End> {
  try {
    const { kind } = await within(budgetMs, run(), clock);
    return { outcome: kind === "late" ? "overrun" : "ok" };
  } catch (error) {
    return { outcome: "failed", error: String(error) };
  }
}
