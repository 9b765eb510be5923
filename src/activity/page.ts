/** Pages of lists that are read from several tables or objects in one order. Pure. */

/** A page looks at no more rows than this: with filters that few of them fit, it is shorter than asked, and goes on. */
const MAX_LOOKED_AT = 2_000;

/** `key`: the row's place in the order of its list. */
interface Listed<Key, Row> {
  readonly key: Key;
  readonly row: Row;
}

/** `lookedTo`: where the page ended before its limit, because too many rows did not fit; null otherwise. */
export interface Page<Key, Row> {
  readonly listed: readonly Listed<Key, Row>[];
  readonly lookedTo: Key | null;
}

/** The first rows that fit. `look`: a row's place, and the row itself; null when it does not fit. */
export function takePage<Read, Key, Row>(
  rows: Iterable<Read>,
  limit: number,
  look: (read: Read) => Listed<Key, Row | null>,
): Page<Key, Row> {
  const listed: Listed<Key, Row>[] = [];
  let looked = 0;
  for (const read of rows) {
    const { key, row } = look(read);
    if (row !== null) listed.push({ key, row });
    looked += 1;
    if (listed.length >= limit) break;
    if (looked >= MAX_LOOKED_AT) return { listed, lookedTo: key };
  }
  return { listed, lookedTo: null };
}

/** Pages of one order as one. What lies beyond the place where one of them stopped looking is left for the next. */
export function joinPages<Key, Row>(
  pages: readonly Page<Key, Row>[],
  compare: (a: Key, b: Key) => number,
  limit: number,
): Page<Key, Row> {
  const stops = pages.flatMap(({ lookedTo }) => (lookedTo === null ? [] : [lookedTo])).sort(compare);
  const [stop] = stops;
  const sorted = pages.flatMap(({ listed }) => listed).sort((a, b) => compare(a.key, b.key));
  const once = sorted.filter(({ key }, index) => index === 0 || compare((sorted[index - 1] ?? { key }).key, key) !== 0);
  const listed = once.filter(({ key }) => stop === undefined || compare(key, stop) <= 0).slice(0, limit);
  return { listed, lookedTo: stop !== undefined && listed.length < limit ? stop : null };
}
