/** How long a call with an unknown outcome waits before it is sent again. */
import { type Failure, isCoded } from "../../gen/failure.ts";
import { Backoff } from "../../resilience/backoff.ts";

const BASE_MS = 1_000;
const CAP_MS = 5 * 60_000;
/** A gateway stopped waiting: GEN may still be working on the call. */
const GATEWAY_TIMEOUTS = new Set([408, 504, 524]);
/** A gateway lost its connection to GEN, as the Worker may lose its own. */
const GATEWAY_LOSSES = new Set([502, 520]);

/** In milliseconds. */
export interface QuietTimes {
  /** After a send that GEN may still be working on. */
  readonly quietMs: number;
  /** After a send whose connection broke: GEN may be working on it, or never received it. */
  readonly lostQuietMs: number;
}

/** 50 to 100 % of a step that doubles from 1 s up to 5 min. */
export function toWaitMs(tries: number, random: number): number {
  return new Backoff(BASE_MS, CAP_MS, tries - 1).ceilingMs * (0.5 + random / 2);
}

/** How long GEN may still be working after a send that failed like this. Null: the machine died during the send. */
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
