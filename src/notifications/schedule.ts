/**
 * When a notification is sent: the schedule of the Standard Webhooks specification 1.0.0, "Deliverability and
 * reliability". Its numbers are delays, each from the end of the attempt before: the tenth attempt comes 75 h 35 min
 * after the first, at the earliest. Each is up to a tenth longer, by chance, so that what failed together does not come
 * back together.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const DELAYS_MS = [
  0,
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
const JITTER = 0.1;

/**
 * How long to wait for the next attempt after so many; null when there is none. `random` is from 0 up to, never
 * including, 1. Whole milliseconds, because an alarm drops the fraction and would ring too early.
 */
export function computeDelayMs(attempts: number, random: number): number | null {
  const delayMs = DELAYS_MS[attempts];
  return delayMs === undefined ? null : Math.ceil(delayMs * (1 + JITTER * random));
}
