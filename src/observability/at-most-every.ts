import type { Clock } from "../resilience/clock.ts";

/** Does it at the first call, and again only at a call that comes at least so much later. */
export function atMostEvery(ms: number, clock: Pick<Clock, "now">, act: () => void): () => void {
  let lastAt: number | null = null;
  return () => {
    const now = clock.now();
    if (lastAt !== null && now - lastAt < ms) return;
    lastAt = now;
    act();
  };
}
