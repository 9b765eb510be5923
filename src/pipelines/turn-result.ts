import type { Waiting } from "./run-record.ts";

/** What a turn came to. The value is JSON. */
export type Turn =
  | { readonly kind: "done"; readonly value: string }
  | { readonly kind: "failed"; readonly code: string; readonly detail: string }
  | { readonly kind: "waiting"; readonly waitsFor: Waiting; readonly ms: number };

/** A turn, and what it brought to light. */
export type Result = Turn & { readonly generation?: string; readonly charged?: "no" | "yes" | "unknown" };
