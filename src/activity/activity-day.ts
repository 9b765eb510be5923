/** The names of the `Activity` objects: one a day (UTC) and shard. A call stays in that of the day it was accepted. */
export const DAY_MS = 24 * 3_600_000;
export const MINUTE_MS = 60_000;
/** 30 days from the end of a call, which may be two days after it was accepted. */
export const KEPT_DAYS = 32;

export function toDayStart(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

export function toMinute(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

export function toActivityName(at: number, shard: number): string {
  return `${new Date(at).toISOString().slice(0, 10)}:${shard}`;
}

/** The shard of a call, by its id, which is a hash. */
export function toShard(callId: string, shards: number): number {
  return Number.parseInt(callId.slice(0, 8), 16) % shards || 0;
}

/** When the object of the day is deleted. */
export function toExpiry(at: number): number {
  return toDayStart(at) + KEPT_DAYS * DAY_MS;
}

/** The starts of the days that are kept, newest first, from the day of `to` to that of `from`. */
export function listDays(now: number, { from, to }: { readonly from: number; readonly to: number }): number[] {
  const newest = toDayStart(Math.min(now, to));
  const oldest = Math.max(toDayStart(now) - (KEPT_DAYS - 1) * DAY_MS, toDayStart(Math.max(from, 0)));
  const days: number[] = [];
  for (let day = newest; day >= oldest; day -= DAY_MS) days.push(day);
  return days;
}
