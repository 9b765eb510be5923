/** The time that a page shows: the last hours or days, or from one time to another. Kept in the address. */
import type { Place } from "./place.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const RANGES = {
  "15m": { name: "Last 15 minutes", ms: 15 * MINUTE_MS },
  "1h": { name: "Last hour", ms: HOUR_MS },
  "6h": { name: "Last 6 hours", ms: 6 * HOUR_MS },
  "24h": { name: "Last 24 hours", ms: DAY_MS },
  "7d": { name: "Last 7 days", ms: 7 * DAY_MS },
  "30d": { name: "Last 30 days", ms: 30 * DAY_MS },
} as const;

type RangeName = keyof typeof RANGES;

export interface Span {
  /** Null: from one time to another. */
  readonly range: RangeName | null;
  readonly from: number;
  /** Null: up to now. */
  readonly to: number | null;
}

export function readSpan({ query }: Place, fallback: RangeName, now: number): Span {
  const from = Date.parse(query.get("from") ?? "");
  const to = Date.parse(query.get("to") ?? "");
  if (!Number.isNaN(from)) return { range: null, from, to: Number.isNaN(to) ? null : to };
  const named = query.get("range") ?? "";
  const range = Object.hasOwn(RANGES, named) ? (named as RangeName) : fallback;
  return { range, from: now - RANGES[range].ms, to: null };
}

export function toIso(at: number): string {
  return new Date(at).toISOString();
}

/** As the API takes times. */
export function toTimes({ from, to }: Span): { from: string; to: string | null } {
  return { from: toIso(from), to: to === null ? null : toIso(to) };
}

/** A step that gives a chart between 15 and some hundred points. */
export function toStep({ from, to }: Span, now: number): "minute" | "hour" | "day" {
  const ms = (to ?? now) - from;
  if (ms <= 6 * HOUR_MS) return "minute";
  return ms <= 8 * DAY_MS ? "hour" : "day";
}
