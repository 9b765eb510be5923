import * as v from "valibot";
import type { OperationName } from "../../gen/operations.ts";

/**
 * GEN answered without carrying out the call. `confirm`: a person must confirm first (428). `not-ready`: something else
 * must be done first (202 `source_not_ready`). `at-work`: GEN may have begun (any other 202 that asks for a repeat).
 */
export interface Deferral {
  readonly why: "confirm" | "not-ready" | "at-work";
  /** The wait that GEN asked for. */
  readonly askedMs: number;
}

const Later = v.object({
  retryable: v.literal(true),
  error_code: v.optional(v.unknown()),
  retry_after_seconds: v.fallback(v.pipe(v.number(), v.minValue(0)), 0),
});

/** The only operation with a deferring 202. Other 202s report what was begun, some with a `retryable` member. */
const MAY_COME_LATER = "sheets.act" satisfies OperationName;

/** Null: the call was carried out, or has begun. */
export function parseDeferral(operation: OperationName, status: number, content: unknown): Deferral | null {
  if (status === 428) return { why: "confirm", askedMs: 0 };
  const later = v.safeParse(Later, content);
  if (operation !== MAY_COME_LATER || status !== 202 || !later.success) return null;
  const { error_code, retry_after_seconds } = later.output;
  return { why: error_code === "source_not_ready" ? "not-ready" : "at-work", askedMs: retry_after_seconds * 1_000 };
}
