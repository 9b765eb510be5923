import { type Match, matcherOf, type Target } from "./match.ts";
import type { Outcome } from "./outcome.ts";
import { drawFrom, type RandomMix } from "./random-mix.ts";

export interface FaultRule {
  readonly match?: Match;
  readonly outcomes: readonly Outcome[];
  /** The list starts again when it is used up. */
  readonly repeat?: boolean;
}

export interface FaultScript {
  readonly rules?: readonly FaultRule[];
  readonly random?: RandomMix & { readonly match?: Match };
}

interface LiveRule {
  readonly rule: FaultRule;
  readonly matches: (target: Target) => boolean;
  used: number;
}

/**
 * The scripted and random faults. Scripted rules go first, in the order given; each matching request uses up one
 * outcome.
 */
export class FaultBook {
  #rules: LiveRule[] = [];
  #mixes: { source: FaultScript["random"]; matches: (target: Target) => boolean; draw: () => Outcome }[] = [];

  add({ rules = [], random }: FaultScript): void {
    for (const rule of rules) {
      if (!Array.isArray(rule.outcomes)) throw new TypeError("A rule needs a list of outcomes");
      this.#rules.push({ rule, matches: matcherOf(rule.match ?? {}), used: 0 });
    }
    if (random) this.#mixes.push({ source: random, matches: matcherOf(random.match ?? {}), draw: drawFrom(random) });
  }

  next(target: Target): Outcome {
    for (const live of this.#rules) {
      const { outcomes, repeat } = live.rule;
      if (outcomes.length === 0 || (!repeat && live.used >= outcomes.length) || !live.matches(target)) continue;
      return outcomes[live.used++ % outcomes.length] ?? "pass";
    }
    for (const mix of this.#mixes) if (mix.matches(target)) return mix.draw();
    return "pass";
  }

  clear(): void {
    this.#rules = [];
    this.#mixes = [];
  }

  left(): { rules: FaultRule[]; random: NonNullable<FaultScript["random"]>[] } {
    const rules = this.#rules
      .filter(({ rule, used }) => rule.repeat || used < rule.outcomes.length)
      .map(({ rule, used }) => (rule.repeat ? rule : { ...rule, outcomes: rule.outcomes.slice(used) }));
    return { rules, random: this.#mixes.flatMap(({ source }) => (source ? [source] : [])) };
  }
}
