import type { Outcome } from "./outcome.ts";

export interface RandomMix {
  readonly seed: number;
  /** Shares from 0 to 1; the rest passes. */
  readonly mix: readonly { readonly outcome: Outcome; readonly share: number }[];
}

/** Outcomes drawn from a mix: the same seed gives the same sequence. */
export function drawFrom({ seed, mix }: RandomMix): () => Outcome {
  const next = mulberry32(seed);
  return () => {
    let rest = next();
    for (const { outcome, share } of mix) {
      rest -= share;
      if (rest < 0) return outcome;
    }
    return "pass";
  };
}

/** Tommy Ettinger's Mulberry32: 32 bits of state are enough for shares of faults. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
