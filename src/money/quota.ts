/** The quota of a day: days are UTC. */
const DAY_MS = 24 * 3_600_000;

/** Like `2026-11-22`. */
export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** When the next day begins. Milliseconds since the epoch. */
export function toNextDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS + DAY_MS;
}

/** The name of a client's account for a day. */
export function toAccountName(clientId: string, day: string): string {
  return `${clientId}:${day}`;
}
