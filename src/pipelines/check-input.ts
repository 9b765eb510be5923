/** Checks an input against its pipeline's schema, before anything is stored. */
import * as v from "valibot";
import { parseJson, toJsonText } from "../encoding/json.ts";
import type { Pipeline } from "./define.ts";
import { fitsStep } from "./run-record.ts";

/** Writing JSON that is nested some thousand levels deep overflows the stack, even if reading it did not. */
const MAX_DEPTH = 100;
const MAX_ISSUES = 20;
/** Messages and paths repeat values and names that were sent, so they are cut at this length. */
const MAX_ISSUE_CHARS = 200;
/** For the sender, and for the author of a mapping, who can write `String(payload.id)`. */
const TOO_LONG = "A number beyond 2^53 loses its last digits: take it as a string.";

export interface Issue {
  /** The place in the input, members joined by dots; empty for the whole input. */
  readonly path: string;
  readonly message: string;
}

export type Checked =
  | { readonly kind: "fits"; readonly input: unknown }
  | { readonly kind: "unfit"; readonly issues: readonly Issue[] };

/** Checks the input's JSON, which is what the run reads. An error thrown by a schema's own code is an issue. */
export function checkInput(pipeline: Pipeline, raw: unknown): Checked {
  const text = toJsonText(raw);
  if (text === null) return toUnfit("An input must be a value of JSON.");
  if (!fitsStep(text)) return toUnfit("An input may have 512 KiB as JSON.");
  const value = parseJson(text);
  if (isDeeper(value, MAX_DEPTH)) return toUnfit("An input may be nested 100 deep.");
  try {
    if (!hasFiniteNumbers(raw)) return toUnfit("A number of the input is too large to be held: take it as a string.");
    const parsed = v.safeParse(pipeline.input, value);
    if (parsed.success) return { kind: "fits", input: parsed.output };
    return { kind: "unfit", issues: parsed.issues.slice(0, MAX_ISSUES).map(toIssue) };
  } catch (error) {
    return toUnfit(error);
  }
}

/** `reason`: a sentence, or what the pipeline's own code threw. */
export function toUnfit(reason: unknown): Extract<Checked, { kind: "unfit" }> {
  const message = reason instanceof Error ? reason.message : String(reason);
  return { kind: "unfit", issues: [{ path: "", message: cut(message) }] };
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((each) => isDeeper(each, depth - 1));
}

/** JSON writes an infinite number as null. */
function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(hasFiniteNumbers);
}

export function toIssue(issue: v.BaseIssue<unknown>): Issue {
  const message = typeof issue.input === "bigint" ? TOO_LONG : issue.message;
  return { path: cut(v.getDotPath(issue) ?? ""), message: cut(message) };
}

function cut(text: string): string {
  return text.length <= MAX_ISSUE_CHARS ? text : `${text.slice(0, MAX_ISSUE_CHARS)}…`;
}
