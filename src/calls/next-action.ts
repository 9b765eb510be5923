/** What the object of a call is to do, and when. Pure. */
import { type CallState, isLive, type LiveState } from "./state.ts";

/** GEN remembers a key for 24 hours from the first send: after 22 a repeat might be taken for a new call. */
export const GIVE_UP_MS = 22 * 3_600_000;

/** What the object is to do now. */
type NextAction = "none" | "reserve" | "send" | "reconcile";

export function selectNextAction(state: CallState, now: number): NextAction {
  if (!isLive(state) || state.kind === "sending" || now < selectDueAt(state)) return "none";
  if (state.kind === "accepted") return "reserve";
  return now >= selectLookAt(state) ? "reconcile" : "send";
}

/** When the next duty is due. No wait, not even one that GEN asked for, outlasts GEN's memory of the key. */
export function selectDueAt(state: LiveState): number {
  const sendAt = isExpired(state, state.notBefore) ? Number.POSITIVE_INFINITY : state.notBefore;
  return Math.min(sendAt, selectLookAt(state));
}

/** When evidence is looked for: as soon as there is a reason, and at the end. */
function selectLookAt({ reconcile, lookAt = 0, firstAmbiguousAt }: LiveState): number {
  if (reconcile) return lookAt;
  return firstAmbiguousAt === null ? Number.POSITIVE_INFINITY : Math.max(lookAt, firstAmbiguousAt + GIVE_UP_MS);
}

export function isExpired({ firstAmbiguousAt }: LiveState, now: number): boolean {
  return firstAmbiguousAt !== null && now - firstAmbiguousAt >= GIVE_UP_MS;
}
