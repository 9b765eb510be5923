/** What the object of a call must do next, and when. Pure. */
import { type CallState, isLive, type LiveState } from "./state.ts";

/** GEN remembers a key for 24 hours from the first send. Nothing is repeated after 22: it might become a new call. */
export const GIVE_UP_MS = 22 * 3_600_000;

type NextAction = "none" | "reserve" | "send" | "reconcile";

export function selectNextAction(state: CallState, now: number): NextAction {
  if (!isLive(state) || state.kind === "sending" || now < selectDueAt(state)) return "none";
  if (state.kind === "accepted") return "reserve";
  return now >= selectLookAt(state) ? "reconcile" : "send";
}

/** When the next action is due. No wait, not even one that GEN asked for, ends after GEN has forgotten the key. */
export function selectDueAt(state: LiveState): number {
  const sendAt = isExpired(state, state.notBefore) ? Number.POSITIVE_INFINITY : state.notBefore;
  return Math.min(sendAt, selectLookAt(state));
}

/** When something is due, in whole milliseconds; null while it is being sent, and after its end. */
export function selectNextAt(state: CallState): number | null {
  if (!isLive(state) || state.kind === "sending") return null;
  const dueAt = selectDueAt(state);
  return Number.isFinite(dueAt) ? Math.ceil(dueAt) : null;
}

/** When to search for evidence: as soon as there is a reason, and before GEN forgets the key. */
function selectLookAt({ reconcile, lookAt = 0, firstAmbiguousAt }: LiveState): number {
  if (reconcile) return lookAt;
  return firstAmbiguousAt === null ? Number.POSITIVE_INFINITY : Math.max(lookAt, firstAmbiguousAt + GIVE_UP_MS);
}

export function isExpired({ firstAmbiguousAt }: LiveState, now: number): boolean {
  return firstAmbiguousAt !== null && now - firstAmbiguousAt >= GIVE_UP_MS;
}
