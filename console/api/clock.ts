/** The time by the Worker's clock, where that of this machine is wrong: lists are asked for by time. */
const TOLERATED_MS = 60_000;

let aheadMs = 0;

export function readTime(): number {
  return Date.now() - aheadMs;
}

/** `date`: the header of an answer, as far as it has one. */
export function compareClocks(date: string | null): void {
  const ms = Date.now() - Date.parse(date ?? "");
  aheadMs = Math.abs(ms) > TOLERATED_MS ? ms : 0;
}
