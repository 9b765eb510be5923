/**
 * When a notification is sent: the schedule in Standard Webhooks 1.0.0, "Deliverability and reliability". Its numbers
 * are delays, each from the end of the previous attempt: the tenth attempt starts at least 75 h 35 min after the first.
 * Each delay is randomly up to 10 % longer, so that deliveries that failed together don't retry together.
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
 * The delay after `attempts` attempts; null when there is no further one. `random`: from 0 (included) to 1 (excluded).
 * Rounded up to whole milliseconds: an alarm drops the fraction and would fire too early.
 */
export function computeDelayMs(attempts: number, random: number): number | null {
  const delayMs = DELAYS_MS[attempts];
  return delayMs === undefined ? null : Math.ceil(delayMs * (1 + JITTER * random));
}
