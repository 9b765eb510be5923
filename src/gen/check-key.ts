/**
 * Finds out what GEN's 401 `unauthorized` means: that it refuses the Worker's key, or that something else is missing
 * that the operation needs (a social account's session, a voice provider's key, rules of one host). An account is
 * blocked for everybody only after `GET /me` was refused, too.
 */
import type { RefusedCall } from "./account.ts";
import { type AskEnvironment, ask } from "./ask.ts";
import type { Outcome } from "./attempt.ts";
import { type Failure, isRefused } from "./failure.ts";

const MAX_CHECK_MS = 5_000;

/** Checks once, however many calls are refused meanwhile, within `maxMs`. An inconclusive answer changes nothing. */
export async function checkKey(refused: RefusedCall, env: AskEnvironment, maxMs = MAX_CHECK_MS): Promise<void> {
  const { account, clock } = env;
  if (!account.guard.beginCheck(clock.now())) return;
  const timeoutMs = Math.min(maxMs, MAX_CHECK_MS);
  const me = await ask({ host: "api", method: "GET", path: "/me" }, { ...env, timeoutMs });
  learnOfKey(me, refused, env);
}

/** `me`: the outcome of `GET /me`. */
export function learnOfKey(
  me: Outcome,
  refused: RefusedCall,
  { account, clock }: Pick<AskEnvironment, "account" | "clock">,
): void {
  const verdict = judge(me);
  if (verdict === "accepted") account.guard.accepted(clock.now());
  if (verdict !== "rejected") return;
  account.guard.rejected(clock.now());
  account.alert(refused);
}

/** For `GET /me`, which needs only the key: a 401 with any GEN error code is about the key. */
export function isKeyRefused(failure: Failure): boolean {
  return failure.kind === "status" && failure.status === 401 && failure.error.code !== null;
}

/** Null: inconclusive. A refusal without a GEN error code does not come from GEN. */
function judge(me: Outcome): "accepted" | "rejected" | null {
  if (me.kind !== "failure") return "accepted";
  const { failure } = me;
  if (isKeyRefused(failure)) return "rejected";
  return failure.kind === "status" && failure.error.code !== null && isRefused(failure) ? "accepted" : null;
}
