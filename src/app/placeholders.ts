import type { Json } from "../encoding/json.ts";
import { writeJsonOrNull } from "../encoding/json.ts";
import { StepFailed } from "../pipelines/step-failed.ts";

type Data = { readonly [member: string]: Json | undefined };

/** Blanks inside the braces are trimmed afterwards: matching them in the pattern would backtrack. */
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
/** The limit for all inserted values together: a long value may be named many times. */
const MAX_FILLED_CHARS = 512 * 1_024;

/**
 * Replaces `{{Column title}}` in every text of `data` with the row's value. Unknown names stay as they are, because GEN
 * has variables of its own. Throws `StepFailed` for `step` when the result is larger than a step may hold.
 */
export function fillIn(data: Data, values: Readonly<Record<string, unknown>>, step: string): Data {
  let filledChars = 0;
  const replace = (all: string, name: string): string => {
    const title = name.trim();
    if (!Object.hasOwn(values, title)) return all;
    const text = toText(values[title]);
    filledChars += text.length;
    if (filledChars > MAX_FILLED_CHARS) throw new StepFailed({ code: "input_invalid", detail: TOO_LONG, step });
    return text;
  };
  return fill(data, (text) => text.replace(PLACEHOLDER, replace)) as Data;
}

const TOO_LONG = "With the values of its columns in it, a text would be longer than 512 KiB.";

function fill(value: Json | undefined, fillText: (text: string) => string): Json | undefined {
  if (typeof value === "string") return fillText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => fill(each, fillText) ?? null);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, fillText)]));
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : writeJsonOrNull(value ?? "");
}
