import { type Tracked, toPeriodMs } from "./state.ts";

/** The public view of a tracked job. */
export interface TrackedView {
  readonly phase: Tracked["phase"];
  readonly status: string;
  readonly revision: number;
  readonly owners: readonly string[];
  readonly account: string;
  /** GEN's last answer as JSON; null before the first. */
  readonly body: string | null;
  /** Whole seconds since GEN gave that answer. */
  readonly ageSeconds: number;
  /** Not older than the polling period: asking GEN now would gain nothing. */
  readonly fresh: boolean;
}

export function toView(tracked: Tracked, now: number): TrackedView {
  const { phase, status, revision, owners, account, body, seenAt } = tracked;
  const ageMs = now - (seenAt ?? tracked.startedAt);
  // A stopped job can be continued without the Worker, directly at GEN, so `stopped` is not final.
  const isFinal = phase === "settled" && status !== "stopped";
  const fresh = body !== null && (isFinal || ageMs <= toPeriodMs(tracked, now));
  return { phase, status, revision, owners, account, body, ageSeconds: Math.floor(ageMs / 1_000), fresh };
}
