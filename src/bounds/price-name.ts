/** What a named price may be for: a generation type, known here or not, or an operation that GEN charges for. Pure. */
import { countMistakes } from "../encoding/nearest.ts";
import { OPERATIONS } from "../gen/operations.ts";
import { KNOWN_TYPES } from "./generation-types.ts";

const KNOWN: readonly string[] = [...KNOWN_TYPES, ...OPERATIONS.flatMap(({ name, charged }) => (charged ? name : []))];
/** GEN's newer types resemble the known ones, so fewer mistakes than elsewhere make a misspelt name. */
const MAX_MISTAKES = 2;

/** The name that was meant by a misspelt one; null for a known name, or one that is like none. */
export function findMeantName(name: string): string | null {
  if (KNOWN.includes(name)) return null;
  const most = Math.min(MAX_MISTAKES, Math.max(1, Math.floor(name.length / 4)));
  return KNOWN.find((known) => countMistakes(name, known) <= most) ?? null;
}
