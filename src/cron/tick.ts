/** One moment of a cron trigger. */
export interface Tick {
  /** The expression, as it stands in `wrangler.toml`. */
  readonly cron: string;
  /** The minute it was due, in milliseconds since the epoch. The same tick can come twice, and one can be missing. */
  readonly scheduledAt: number;
}

const MINUTE_MS = 60_000;

/** A cron trigger knows minutes: what comes again some seconds off is the same tick. */
export function toTick(cron: string, scheduledTime: number): Tick {
  return { cron, scheduledAt: scheduledTime - (scheduledTime % MINUTE_MS) };
}
