/**
 * When GEN counts as ill: after two bad checks in a row, so that a blip is no news. It counts as well after one good
 * check. What can't be judged stays as it was: credits that are low are not better because GEN does not tell them.
 */
import type { CheckName, GenReport } from "./gen-report.ts";

export type WatchState =
  | { readonly kind: "healthy" }
  /** One bad check. `bad`: what was bad when it was last judged. `since`: the check that turned it, ms since the epoch. */
  | { readonly kind: "suspect"; readonly bad: readonly CheckName[]; readonly since: number }
  | { readonly kind: "unhealthy"; readonly bad: readonly CheckName[]; readonly since: number };

export const HEALTHY: WatchState = { kind: "healthy" };

const EARLIER_NAMES: Readonly<Record<string, WatchState["kind"]>> = {
  well: "healthy",
  doubted: "suspect",
  ill: "unhealthy",
};

/** As it was stored, by this version or an earlier one, which had other names for the states. */
export function toWatchState(stored: WatchState | undefined): WatchState {
  if (stored === undefined) return HEALTHY;
  return { ...stored, kind: EARLIER_NAMES[stored.kind] ?? stored.kind } as WatchState;
}

export function apply(state: WatchState, report: GenReport): WatchState {
  const { at } = report;
  const bad = selectBad(report);
  const left = state.kind === "healthy" ? bad : [...new Set([...bad, ...selectOpen(state.bad, report)])];
  if (left.length === 0) return HEALTHY;
  if (state.kind === "healthy") return { kind: "suspect", bad: left, since: at };
  // Two turns of the watch may have shared one check: it counts once.
  const turns = state.kind === "suspect" && bad.length > 0 && at > state.since;
  return turns ? { kind: "unhealthy", bad: left, since: at } : { ...state, bad: left };
}

/** What is to be told of a change; null when it is no news. */
export function selectNews(before: WatchState, after: WatchState): "gen.unhealthy" | "gen.healthy" | null {
  if (before.kind === "unhealthy") return after.kind === "healthy" ? "gen.healthy" : null;
  return after.kind === "unhealthy" ? "gen.unhealthy" : null;
}

function selectBad({ checks }: GenReport): CheckName[] {
  return checks.filter(({ healthy }) => healthy === false).map(({ name }) => name);
}

/** Of those that were bad, what this report can't judge. */
function selectOpen(names: readonly CheckName[], { checks }: GenReport): CheckName[] {
  return names.filter((name) => checks.some((check) => check.name === name && check.healthy === null));
}
