/**
 * One task in its own budget, with a line of its own. It never throws, so one that fails or overruns stops no other.
 * What an overrun leaves undone is with durable objects, or comes with the next tick: nobody waits for it.
 */
import type { Log } from "../observability/log.ts";
import type { Clock } from "../resilience/clock.ts";
import { within } from "../resilience/within.ts";

/** One moment of a cron trigger. */
export interface Tick {
  /** The expression, as it stands in `wrangler.toml`. */
  readonly cron: string;
  /** The minute it was due, in milliseconds since the epoch. The same tick can come twice, and one can be missing. */
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
    scheduled_at: new Date(tick.scheduledAt).toISOString(),
    task: task.name,
    ...end,
    ms: clock.now() - startedAt,
  });
}

/** The one catch of cron triggers. */
async function settle({ run }: TaskRun, { budgetMs, clock }: TaskEnvironment): Promise<End> {
  try {
    const { kind } = await within(budgetMs, run(), clock);
    return { outcome: kind === "late" ? "overrun" : "ok" };
  } catch (error) {
    return { outcome: "failed", error: String(error) };
  }
}
