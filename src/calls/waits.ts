/** How long a call in doubt waits before GEN is asked again. */
import { type Failure, isCoded } from "../gen/failure.ts";
import { Backoff } from "../resilience/backoff.ts";

const BASE_MS = 1_000;
const CAP_MS = 5 * 60_000;
/** Something on the way gave up waiting: GEN may still be at work. */
const GATEWAY_TIMEOUTS = new Set([408, 504, 524]);
/** Something on the way has lost its connection to GEN, as we may lose ours. */
const GATEWAY_LOSSES = new Set([502, 520]);

/** In milliseconds. */
export interface QuietTimes {
  /** After a send that GEN may still be at work on: nobody has said that it ended. */
  readonly quietMs: number;
  /** After one whose connection broke: GEN may be at work, or was never reached. */
  readonly lostQuietMs: number;
}

/** Between half of the step and the whole of it: 1 s doubling to 5 min. */
export function toWaitMs(tries: number, random: number): number {
  return new Backoff(BASE_MS, CAP_MS, tries - 1).ceilingMs * (0.5 + random / 2);
}

/** How long GEN may be at work still on a send that has ended so; null: the machine died meanwhile. */
export function toQuietMs(failure: Failure | null, { quietMs, lostQuietMs }: QuietTimes): number {
  switch (failure?.kind) {
    case undefined:
    case "timeout":
      return quietMs;
    case "lost":
    case "cut":
      return lostQuietMs;
    case "unreadable":
      return 0;
    case "status":
      if (GATEWAY_TIMEOUTS.has(failure.status)) return quietMs;
      return GATEWAY_LOSSES.has(failure.status) && !isCoded(failure) ? lostQuietMs : 0;
  }
}
