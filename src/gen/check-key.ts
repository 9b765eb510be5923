/**
 * What a 401 `unauthorized` of GEN means: its key, or something else that the operation needs (a social account's session, a
 * voice provider's key, one host's own rules). An account is closed for all only after `GET /me` has said the same.
 */
import type { RefusedCall } from "./account.ts";
import { type AskEnvironment, ask } from "./ask.ts";
import type { Outcome } from "./attempt.ts";
import { type Failure, isRefused } from "./failure.ts";

const MAX_CHECK_MS = 5_000;

/** Asks once, whoever else is refused meanwhile, and within `maxMs`. An answer that says nothing of the key leaves all as it is. */
export async function checkKey(refused: RefusedCall, env: AskEnvironment, maxMs = MAX_CHECK_MS): Promise<void> {
  const { account, clock } = env;
  if (!account.guard.beginCheck(clock.now())) return;
  const timeoutMs = Math.min(maxMs, MAX_CHECK_MS);
  const me = await ask({ host: "api", method: "GET", path: "/me" }, { ...env, timeoutMs });
  learnOfKey(me, refused, env);
}

/** `me`: what came of `GET /me`. */
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

/** Of `GET /me`, which needs nothing but the key: a 401 in GEN's words is about it, whatever its code. */
export function isKeyRefused(failure: Failure): boolean {
  return failure.kind === "status" && failure.status === 401 && failure.error.code !== null;
}

/** Null: it can't be told. What refuses without a code of GEN's is not GEN. */
function judge(me: Outcome): "accepted" | "rejected" | null {
  if (me.kind !== "failure") return "accepted";
  const { failure } = me;
  if (isKeyRefused(failure)) return "rejected";
  return failure.kind === "status" && failure.error.code !== null && isRefused(failure) ? "accepted" : null;
}
