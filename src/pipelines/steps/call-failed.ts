/** What a failure at GEN means for a step: wait and try again, wait for credits, or fail. */
import { findOperation, type OperationName } from "../../gen/operations.ts";
import { type FailedCall, type PublicError, toPublicError } from "../../gen/public-error.ts";
import type { Turn } from "../protocol.ts";

const HOUR_MS = 3_600_000;
/** One day: GEN is asked once an hour. */
const MAX_CREDIT_WAITS = 24;
const FIRST_WAIT_MS = 30_000;
const MAX_WAIT_MS = 5 * 60_000;
/** About a day of waits of five minutes. */
const MAX_TURNS = 290;

const NO_CREDITS = new Set<string>([
  "payment_required",
  "usable_gen_credit_required",
  "no_active_credit_purchase",
  "insufficient_credits_for_job",
]);

/** Thrown inside a step's work when GEN could not be read. */
export class GenCallFailed extends Error {
  override readonly name = "GenCallFailed";
  readonly publicError: PublicError;

  constructor(publicError: PublicError) {
    super(describeError(publicError));
    this.publicError = publicError;
  }
}

export function toStepError(failed: FailedCall, operation: OperationName): PublicError {
  return toPublicError(failed, { operation: findOperation(operation), ownKey: true });
}

export function toFailedTurn(publicError: PublicError, decision: { turns: number; creditWaits: number }): Turn {
  if (NO_CREDITS.has(publicError.code) && decision.creditWaits < MAX_CREDIT_WAITS) {
    return { kind: "waiting", waitsFor: "credits", ms: HOUR_MS };
  }
  if (publicError.retry === "no" || decision.turns >= MAX_TURNS)
    return { kind: "failed", code: publicError.code, detail: describeError(publicError) };
  return { kind: "waiting", waitsFor: "gen", ms: Math.min(FIRST_WAIT_MS * 2 ** (decision.turns - 1), MAX_WAIT_MS) };
}

function describeError({ code, status, genText }: PublicError): string {
  return genText ?? `GEN could not do it: ${code} (${status}).`;
}
