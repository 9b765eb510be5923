/**
 * GEN becomes unhealthy after two bad checks in a row, so that one bad check notifies nobody, and healthy after one
 * good check. A check that can't be judged keeps its last result: low credits have not recovered because GEN fails to
 * report them.
 */
import type { CheckName, GenReport } from "./gen-report.ts";

export type WatchState =
  | { readonly kind: "healthy" }
  /**
   * One bad check so far. `bad`: the checks that were bad when last judged. `since`: the time of the check that changed
   * the state, in milliseconds since the epoch.
   */
  | { readonly kind: "suspect"; readonly bad: readonly CheckName[]; readonly since: number }
  | { readonly kind: "unhealthy"; readonly bad: readonly CheckName[]; readonly since: number };

export const HEALTHY: WatchState = { kind: "healthy" };

const EARLIER_NAMES: Readonly<Record<string, WatchState["kind"]>> = {
  well: "healthy",
  doubted: "suspect",
  ill: "unhealthy",
};

/** Reads a stored state. Earlier versions used other names. */
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
  // Two watch ticks may have shared one check, which counts once.
  const turns = state.kind === "suspect" && bad.length > 0 && at > state.since;
  return turns ? { kind: "unhealthy", bad: left, since: at } : { ...state, bad: left };
}

/** The notification for a change; null when there is none. */
export function selectNotification(before: WatchState, after: WatchState): "gen.unhealthy" | "gen.healthy" | null {
  if (before.kind === "unhealthy") return after.kind === "healthy" ? "gen.healthy" : null;
  return after.kind === "unhealthy" ? "gen.unhealthy" : null;
}

function selectBad({ checks }: GenReport): CheckName[] {
  return checks.filter(({ healthy }) => healthy === false).map(({ name }) => name);
}

/** Those of the bad checks that this report can't judge. */
function selectOpen(names: readonly CheckName[], { checks }: GenReport): CheckName[] {
  return names.filter((name) => checks.some((check) => check.name === name && check.healthy === null));
}
