/** Calls at a steady rate, whether or not earlier ones have ended, as users make them. */
import { setTimeout as sleep } from "node:timers/promises";
import { median, quantile } from "../statistics.ts";
import type { Ended } from "./clients.ts";

export interface Rate {
  /** The calls that are judged. */
  readonly judged: number;
  /** Those that come after them, so that traffic goes on while the judged ones are tried again. */
  readonly after: number;
  readonly perSecond: number;
}

export interface Calls {
  readonly ended: readonly Ended[];
  /** Milliseconds until each succeeded, or its caller was told anything else. */
  readonly times: readonly number[];
}

export async function callAtRate(
  { judged, after, perSecond }: Rate,
  call: (index: number) => Promise<Ended>,
): Promise<Calls> {
  const startedAt = performance.now();
  const timed = Array.from({ length: judged + after }, async (_, index) => {
    const dueAt = startedAt + (index * 1_000) / perSecond;
    await sleep(Math.max(1, dueAt - performance.now()));
    const ended = await call(index);
    return { ended, ms: performance.now() - dueAt };
  });
  const calls = (await Promise.all(timed)).slice(0, judged);
  return { ended: calls.map(({ ended }) => ended), times: calls.map(({ ms }) => ms) };
}

export function toShare({ ended }: Calls, which: Ended): number {
  return ended.filter((one) => one === which).length / ended.length;
}

/** `p50 12 ms, p99 1,234 ms` */
export function toTimes({ times }: Calls): string {
  return `p50 ${toMs(median(times))}, p99 ${toMs(quantile(times, 0.99))}`;
}

function toMs(ms: number): string {
  return `${Math.round(ms).toLocaleString("en")} ms`;
}
