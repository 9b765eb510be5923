import type { Clock } from "./clock.ts";

type Within<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "late" };

/** Waits for work, at most `ms`. Late work continues and its result is ignored; work that fails in time throws. */
export async function within<T>(ms: number, work: Promise<T>, clock: Clock): Promise<Within<T>> {
  const timer = new AbortController();
  const done = work.then((value) => ({ kind: "done", value }) as const);
  const late = clock.sleep(ms, timer.signal).then(() => ({ kind: "late" }) as const);
  try {
    return await Promise.race([done, late]);
  } finally {
    timer.abort();
  }
}
