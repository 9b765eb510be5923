/**
 * Measures the ratio of the work on twice the input to the work on the input: 2 if it is linear, 4 if it is quadratic.
 */

/** The shortest duration that the clock measures well. */
const ENOUGH_MS = 4;
/** How long rounds are repeated to find the best one: other work on the machine makes single rounds slow. */
const MAX_ROUNDS_MS = 5_000;

/**
 * `prepare` makes an input of a size and returns the work on it. The best round counts on both sides; the rounds end
 * once the ratio is below `limit`.
 */
export async function measureWorkRatio(
  prepare: (size: number) => () => unknown,
  { size, limit }: { size: number; limit: number },
): Promise<number> {
  const [single, double] = [prepare(size), prepare(2 * size)];
  const repeats = await countRepeats(single);
  const endsAt = performance.now() + MAX_ROUNDS_MS;
  let [singleMs, doubleMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  do {
    singleMs = Math.min(singleMs, await time(single, repeats));
    doubleMs = Math.min(doubleMs, await time(double, repeats));
  } while (doubleMs / singleMs >= limit && performance.now() < endsAt);
  return doubleMs / singleMs;
}

async function countRepeats(work: () => unknown): Promise<number> {
  let repeats = 1;
  while ((await time(work, repeats)) < ENOUGH_MS) repeats *= 2;
  return repeats;
}

async function time(work: () => unknown, repeats: number): Promise<number> {
  const startedAt = performance.now();
  for (let each = 0; each < repeats; each += 1) await work();
  return performance.now() - startedAt;
}
