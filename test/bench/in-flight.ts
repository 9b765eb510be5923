/** Runs `total` pieces of work, `width` at a time; returns the share of those that returned true. */
export async function runInFlight(
  { total, width }: { total: number; width: number },
  work: (index: number) => Promise<boolean>,
): Promise<number> {
  let next = 0;
  let succeeded = 0;
  const worker = async () => {
    while (next < total) {
      if (await work(next++)) succeeded += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return succeeded / total;
}
