import { parseJsonBytes } from "../encoding/json.ts";
import { findMade } from "../generations/belongings.ts";
import { findStarted, findUnnamed } from "../generations/tracked-job.ts";
import type { Answer } from "./call.ts";
import { canBeFound } from "./evidence/reconcile.ts";
import type { KeptCall } from "./kept-call.ts";
import type { FollowUp } from "./states/record.ts";
import type { CallEvent } from "./states/state.ts";

/**
 * Settles a call with GEN's answer, and records what it started. False when the answer lacks what GEN's would contain,
 * and the call can be repeated.
 */
export function settle(call: KeptCall, event: CallEvent, answer: Answer): boolean {
  const { followUps, submission } = call.record;
  const asked = { ...submission, body: call.store.body() };
  const content = parseJsonBytes(answer.body);
  const started = findStarted(asked, content);
  if (started === null && submission.mode === "keyed") return false;
  call.store.saveAnswer(answer);
  const isSought = started === null && canBeFound(asked);
  const more: readonly FollowUp[] = isSought ? [...followUps, "look"] : followUps;
  const unnamed = findUnnamed(asked, content);
  call.apply(event, { jobs: started ?? [], made: findMade(asked, content), unnamed, followUps: more });
  if (started === null && !isSought) call.apply({ kind: "untraced" });
  return true;
}
