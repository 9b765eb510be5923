/** Quotas are per UTC day. */
const DAY_MS = 24 * 3_600_000;

/** The day as `2026-11-22`. */
export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** When the next day begins. Milliseconds since the epoch. */
export function toNextDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS + DAY_MS;
}

/** The name of the object with a client's usage on a day. */
export function toAccountName(clientId: string, day: string): string {
  return `${clientId}:${day}`;
}
