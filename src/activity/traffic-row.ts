import type { Histogram } from "./latency.ts";

/** What names a row of traffic. `name`: the operation, or the route's pattern. */
interface TrafficKey {
  /** Its start. Milliseconds since the epoch. */
  readonly minute: number;
  readonly name: string;
  /** Empty while nobody is known. */
  readonly clientId: string;
  /** The first digit of the status. */
  readonly statusClass: number;
  /** Empty for a success. */
  readonly code: string;
}

export interface TrafficCounts {
  readonly requests: number;
  readonly attempts: number;
  readonly ms: number;
  readonly latency: Histogram;
}

/** Requests of one minute that were alike. Approximate: what an isolate has not handed over is lost with it. */
export type TrafficRow = TrafficKey & TrafficCounts;

/** Jobs at GEN whose tracking began in one minute, and how many of such have ended. */
export interface JobRow {
  readonly minute: number;
  readonly begun: number;
  readonly ended: number;
}

/** The name and client of rows that are beyond a bound. */
const OTHER = "other";

export function toOther(row: TrafficRow): TrafficRow {
  return { ...row, name: OTHER, clientId: OTHER, code: row.code === "" ? "" : OTHER };
}
