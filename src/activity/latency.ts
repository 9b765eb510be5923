/** A histogram of milliseconds: how many requests took at most so long, by bucket. */
export const BUCKETS_MS = [25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000] as const;

/** One count for each bucket, and one for what took longer than all of them. */
export type Histogram = readonly number[];

export const EMPTY: Histogram = Array(BUCKETS_MS.length + 1).fill(0);

export function toBucket(ms: number): number {
  const index = BUCKETS_MS.findIndex((limit) => ms <= limit);
  return index === -1 ? BUCKETS_MS.length : index;
}

export function addUp(a: Histogram, b: Histogram): Histogram {
  return a.map((count, index) => count + (b[index] ?? 0));
}

/** The milliseconds within which this share of the requests was answered, interpolated; null without a request. */
export function toQuantile(histogram: Histogram, share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = share * total;
  for (const [index, count] of histogram.entries()) {
    const [low, high] = [BUCKETS_MS[index - 1] ?? 0, BUCKETS_MS[index]];
    if (high === undefined) return low;
    if (left <= count) return Math.round(low + ((high - low) * left) / Math.max(count, 1));
    left -= count;
  }
  return null;
}
