/** A share of the word's length: more mistakes than this, and another word is meant. */
const MAX_MISTAKES_SHARE = 1 / 4;
/** A shorter text begins too many words. */
const MIN_PART_CHARS = 4;

/**
 * The word that was probably meant: the nearest within a few mistakes, else the first that begins or ends with the given
 * text. Case is ignored. Null when none is near.
 */
export function findNearest(given: string, words: readonly string[]): string | null {
  const text = given.toLowerCase();
  const most = Math.max(1, Math.floor(text.length * MAX_MISTAKES_SHARE));
  const [best] = words
    .map((word) => ({ word, distance: countMistakes(text, word.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return best?.word ?? findWhole(text, words);
}

/** ` Did you mean …?`, to be put behind a sentence; empty when no word is near. */
export function askWhetherMeant(given: string, words: readonly string[], prefix = ""): string {
  const nearest = findNearest(given, words);
  return nearest === null ? "" : ` Did you mean ${prefix}${nearest}?`;
}

function findWhole(part: string, words: readonly string[]): string | null {
  if (part.length < MIN_PART_CHARS) return null;
  const lower = (word: string) => word.toLowerCase();
  return words.find((word) => lower(word).startsWith(part) || lower(word).endsWith(part)) ?? null;
}

/** Damerau–Levenshtein distance (optimal string alignment): a swap of two neighbours is one mistake. */
export function countMistakes(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, changed, swapped));
    }
    beforeLast = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
