import * as v from "valibot";
import type { OperationName } from "../gen/operations.ts";

/**
 * GEN answers, and has not done it. `confirm`: a person must say yes first (428). `not-ready`: something else must be
 * done first (202 `source_not_ready`). `at-work`: GEN may have begun (any other 202 that asks for a repeat).
 */
export interface Deferral {
  readonly why: "confirm" | "not-ready" | "at-work";
  /** What GEN asks to wait. */
  readonly askedMs: number;
}

const Later = v.object({
  retryable: v.literal(true),
  error_code: v.optional(v.unknown()),
  retry_after_seconds: v.fallback(v.pipe(v.number(), v.minValue(0)), 0),
});

/** GEN's other 202s say what they have begun, some of them with `retryable` among their members. */
const MAY_COME_LATER = "sheets.act" satisfies OperationName;

/** Null: it is done, or has begun. */
export function parseDeferral(operation: OperationName, status: number, content: unknown): Deferral | null {
  if (status === 428) return { why: "confirm", askedMs: 0 };
  const later = v.safeParse(Later, content);
  if (operation !== MAY_COME_LATER || status !== 202 || !later.success) return null;
  const { error_code, retry_after_seconds } = later.output;
  return { why: error_code === "source_not_ready" ? "not-ready" : "at-work", askedMs: retry_after_seconds * 1_000 };
}
