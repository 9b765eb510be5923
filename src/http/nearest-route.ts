/**
 * The route whose path is nearest to one that matches none: for an author who wrote `row` for `rows`, or left out an id or
 * `/v1`. Pure. The work is bounded whatever the path: few segments, short ones, and each is compared with each known word once.
 */
import { countMistakes } from "../encoding/nearest.ts";

interface Route {
  readonly method: string;
  /** With parameters as `:name`. */
  readonly path: string;
}

const MAX_SEGMENTS = 10;
const MAX_SEGMENT_CHARS = 48;
/** As many letters may differ in a word that is taken for a misspelt one. */
const MAX_TYPOS = 2;
/** Two may be left out (an id and `/v1`), or one be too much; no word may stand for another one. `name`: an id without a digit. */
const COST = { misspelt: 1, missing: 2, surplus: 3, name: 3, other: 5 } as const;
const MAX_COST = 4;

type FindNearest = (method: string, path: string) => string | null;

/** Finds a route's path by the method and path of a request; null when none is near. */
export function createNearestFinder(routes: readonly Route[]): FindNearest {
  const known = routes.map(({ method, path }) => ({ method, path, segments: split(path) }));
  return (method, path) => {
    const segments = split(path);
    if (segments.length > MAX_SEGMENTS || segments.some(({ length }) => length > MAX_SEGMENT_CHARS)) return null;
    if (segments.every((segment) => segment === "v1")) return null;
    const compare = createComparison();
    const wanted = method === "HEAD" ? "GET" : method;
    let best = { path: null as string | null, cost: MAX_COST + 1 };
    for (const route of known) {
      if (route.method !== wanted) continue;
      const cost = computeCost(segments, route.segments, compare);
      if (cost < best.cost) best = { path: route.path, cost };
    }
    return best.path;
  };
}

function split(path: string): string[] {
  return path.split("/", MAX_SEGMENTS + 3).filter((segment) => segment !== "");
}

type Compare = (segment: string, known: string) => number;

/** Remembers what it has compared: the same words stand in many routes. */
function createComparison(): Compare {
  const costs = new Map<string, number>();
  return (segment, known) => {
    if (segment === known) return 0;
    if (known.startsWith(":")) return /\d/.test(segment) ? 0 : COST.name;
    const pair = `${segment}/${known}`;
    const cost = costs.get(pair) ?? (isMisspelt(segment.toLowerCase(), known) ? COST.misspelt : COST.other);
    costs.set(pair, cost);
    return cost;
  };
}

/** The edit distance of two lists of segments (Wagner and Fischer). */
function computeCost(segments: readonly string[], known: readonly string[], compare: Compare): number {
  let row = known.map((_, index) => (index + 1) * COST.missing);
  for (const [index, segment] of segments.entries()) {
    let diagonal = index * COST.surplus;
    let left = diagonal + COST.surplus;
    row = row.map((above, at) => {
      const cost = Math.min(diagonal + compare(segment, known[at] ?? ""), above + COST.surplus, left + COST.missing);
      [diagonal, left] = [above, cost];
      return cost;
    });
  }
  return row.at(-1) ?? segments.length * COST.surplus;
}

/** Whether most of the word is the same. */
function isMisspelt(word: string, known: string): boolean {
  return countMistakes(word, known) <= Math.min(MAX_TYPOS, Math.floor(known.length / 3));
}
