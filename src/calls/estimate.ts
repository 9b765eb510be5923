/** Asks GEN what a call would cost before it is sent (`POST /user_jobs/estimate`, which is not charged). */
import { type Isolate, toAskEnvironment } from "../context.ts";
import { ask } from "../gen/ask.ts";
import { checkKey } from "../gen/check-key.ts";
import { type Failure, isCoded, isKeyRejection, isRefused, KEY_REJECTION } from "../gen/failure.ts";
import { parseEstimate, selectNamedPrice, toEstimateBody } from "../money/price.ts";
import type { Submission } from "./call.ts";

type Estimated =
  | { readonly kind: "known"; readonly credits: number }
  /** GEN has no price for it, or there is no way to ask. */
  | { readonly kind: "unknown" }
  | { readonly kind: "failure"; readonly failure: Failure };

/** GEN's estimate, or, where GEN has none, the price that a limit names. */
export async function estimate(submission: Submission, isolate: Isolate): Promise<Estimated> {
  const estimated = await askGen(submission, isolate);
  const named = estimated.kind === "unknown" ? selectNamedPrice(submission) : null;
  return named === null ? estimated : { kind: "known", credits: named };
}

async function askGen(submission: Submission, isolate: Isolate): Promise<Estimated> {
  const { operation, search, agentId, account } = submission;
  const json = submission.body && new TextDecoder().decode(submission.body);
  const body = toEstimateBody({ operation, search, json }, agentId);
  if (body === null) return { kind: "unknown" };
  const env = toAskEnvironment(isolate, account);
  if (env.account.guard.isRejected(env.clock.now())) return { kind: "failure", failure: KEY_REJECTION };
  const outcome = await ask({ host: "api", method: "POST", path: "/user_jobs/estimate", body }, env);
  if (outcome.kind === "whole-answer") {
    const credits = parseEstimate(new TextDecoder().decode(outcome.body));
    return credits === null ? { kind: "unknown" } : { kind: "known", credits };
  }
  if (outcome.kind !== "failure") return { kind: "unknown" };
  const { failure } = outcome;
  if (isKeyRejection(failure)) await checkKey({ requestId: null, operation: "user_jobs.estimate" }, env);
  else if (isRefused(failure) && isCoded(failure)) return { kind: "unknown" };
  return { kind: "failure", failure };
}
