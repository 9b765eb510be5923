import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../../src/resilience/clock.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const LONG_MS = 60_000;

/** Both clocks are tested: the fake one must not promise more than the real one. */
const CLOCKS: readonly (readonly [string, () => Clock])[] = [
  ["the system's clock", () => systemClock],
  ["the clock of the tests", () => new FakeClock()],
];

describe.each(CLOCKS)("a sleep on %s", (_whose, createClock) => {
  it("is over at once when nobody waits from the start", async () => {
    const startedAt = performance.now();

    await createClock().sleep(LONG_MS, AbortSignal.abort());

    expect(performance.now() - startedAt).toBeLessThan(LONG_MS / 2);
  });

  it("is over at once when nobody waits any more", async () => {
    const caller = new AbortController();
    const startedAt = performance.now();
    const sleep = createClock().sleep(LONG_MS, caller.signal);

    caller.abort();
    await sleep;

    expect(performance.now() - startedAt).toBeLessThan(LONG_MS / 2);
  });

  it("leaves nothing behind on a signal that outlives it", async () => {
    const clock = createClock();
    const { signal, listening } = createCountedSignal();

    const sleep = clock.sleep(1, signal);
    expect(listening()).toBe(1);
    await (clock instanceof FakeClock ? clock.settle(sleep) : sleep);

    expect(listening()).toBe(0);
  });
});

describe("a sleep", () => {
  it("lasts as long as it is told, to a timer's precision", async () => {
    const startedAt = performance.now();

    await systemClock.sleep(30);

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(28);
  });
});

type Listener = Parameters<AbortSignal["addEventListener"]>[1];

/** A signal that counts its listeners. */
function createCountedSignal() {
  const { signal } = new AbortController();
  const listeners = new Set<Listener>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: Listener) => {
    listeners.add(listener);
    add(type, listener);
  };
  signal.removeEventListener = (type: string, listener: Listener) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  return { signal, listening: () => listeners.size };
}
