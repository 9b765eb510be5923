/**
 * What GEN's answers say about its health: whether GEN answers, whether it accepts the Worker's key, whether credits
 * are left. GEN's own texts are not repeated.
 */
import * as v from "valibot";
import { parseJsonBytes } from "../encoding/json.ts";
import type { Outcome } from "../gen/attempt.ts";
import { isKeyRefused } from "../gen/check-key.ts";
import { type Failure, isCoded } from "../gen/failure.ts";

export type CheckName = "reachable" | "key" | "credits";

interface Check {
  readonly name: CheckName;
  /** Null: could not be judged. */
  readonly healthy: boolean | null;
  /** A sentence for people; null when there is nothing to say. */
  readonly detail: string | null;
}

export interface GenReport {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Includes credits only if `LOW_CREDITS` is set. */
  readonly checks: readonly Check[];
  /** The workspace's credits; null when GEN did not report them. */
  readonly credits: number | null;
}

/** Null when it could not be judged, or was not. */
export function selectHealthy(report: GenReport | null, name: CheckName): boolean | null {
  return report?.checks.find((check) => check.name === name)?.healthy ?? null;
}

interface Answers {
  /** To `GET /me`. */
  readonly me: Outcome;
  /** To `GET /credit_balance`. */
  readonly balance: Outcome;
}

type Me =
  | { readonly kind: "accepted" | "rejected" | "busy" }
  | { readonly kind: "unreachable"; readonly detail: string };

const JsonObject = v.record(v.string(), v.unknown());

/** GEN gives credits as a number or as a numeric string. */
const Balance = v.object({
  available_credits: v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+(?:\.\d+)?$/), v.transform(Number))]),
});

export function toReport(answers: Answers, { at, lowCredits }: { at: number; lowCredits: number | null }): GenReport {
  const me = readMe(answers.me);
  const credits = me.kind === "accepted" ? readCredits(answers.balance) : null;
  const checks = [judgeReach(me), judgeKey(me), ...(lowCredits === null ? [] : [judgeCredits(credits, lowCredits)])];
  return { at, checks, credits };
}

function readMe(outcome: Outcome): Me {
  switch (outcome.kind) {
    case "failure":
      return readFailure(outcome.failure);
    case "whole-answer":
      return v.is(JsonObject, parseJsonBytes(outcome.body)) ? { kind: "accepted" } : NOT_GEN;
    case "answer":
    case "caller-gone":
      throw new Error("A question's answer is read whole, and nobody leaves.");
  }
}

const NOT_GEN = { kind: "unreachable", detail: "What answers is not GEN." } as const;
const KEY_REFUSED = "GEN refuses the Worker's key.";

function readFailure(failure: Failure): Me {
  if (isKeyRefused(failure)) return { kind: "rejected" };
  const { status } = failure.kind === "status" ? failure : { status: null };
  if (status === 429) return { kind: "busy" };
  const isRefusal = status !== null && status < 500 && status !== 408;
  if (isRefusal && isCoded(failure)) return { kind: "accepted" };
  return isRefusal ? NOT_GEN : { kind: "unreachable", detail: describeFailure(failure) };
}

/** A failure of GEN's as a sentence for people. */
export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case "timeout":
      return "GEN does not answer in time.";
    case "lost":
      return "No connection to GEN.";
    case "cut":
      return "GEN's answer breaks off.";
    case "unreadable":
      return NOT_GEN.detail;
    case "status":
      return isKeyRefused(failure) ? KEY_REFUSED : `GEN answers with ${failure.status}.`;
  }
}

function readCredits(outcome: Outcome): number | null {
  const parsed = v.safeParse(Balance, outcome.kind === "whole-answer" ? parseJsonBytes(outcome.body) : null);
  return parsed.success ? parsed.output.available_credits : null;
}

function judgeReach(me: Me): Check {
  return {
    name: "reachable",
    healthy: me.kind !== "unreachable",
    detail: me.kind === "unreachable" ? me.detail : null,
  };
}

function judgeKey({ kind }: Me): Check {
  switch (kind) {
    case "accepted":
      return { name: "key", healthy: true, detail: null };
    case "rejected":
      return { name: "key", healthy: false, detail: KEY_REFUSED };
    case "busy":
      return { name: "key", healthy: null, detail: "Not judged: GEN is busy." };
    case "unreachable":
      return { name: "key", healthy: null, detail: "Not judged: GEN is not reachable." };
  }
}

function judgeCredits(credits: number | null, low: number): Check {
  if (credits === null) return { name: "credits", healthy: null, detail: "Not judged: GEN does not tell the balance." };
  const healthy = credits > low;
  return { name: "credits", healthy, detail: `${credits} credits are left; LOW_CREDITS is ${low}.` };
}
