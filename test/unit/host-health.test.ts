import { describe, expect, it } from "vitest";
import { HostHealth } from "../../src/resilience/host-health.ts";

const ATTEMPT_TIMEOUT_MS = 10_000;

/** A host whose circuit opened at 0, while `count` attempts were still under way. */
function createDown(count: number) {
  const health = new HostHealth(ATTEMPT_TIMEOUT_MS);
  const late = Array.from({ length: count }, () => take(health, 0));
  for (let each = 0; each < 20; each += 1) health.record(take(health, 0), true, 0);
  return { health, late };
}

function take({ circuit }: HostHealth, now: number) {
  const permit = circuit.begin(now);
  if (permit === null) throw new Error(`There is no leave for an attempt at ${now}.`);
  return permit;
}

describe("the health of a host", () => {
  it("is told of an outcome once, for circuit and retries alike", () => {
    const { health } = createDown(0);

    expect(health.circuit.openForMs(0)).toBe(1_000);
    expect(health.throttle.allowsRetry).toBe(false);
  });

  it("takes a late success into account for retries, and leaves the circuit open", () => {
    const { health, late } = createDown(20);

    for (const permit of late) health.record(permit, false, 100);

    expect(health.throttle.allowsRetry).toBe(true);
    expect(health.circuit.openForMs(100)).toBe(900);
  });

  it("gives a lost probe's place to another once an attempt would have timed out", () => {
    const { health } = createDown(0);
    take(health, 1_000);

    expect(health.circuit.openForMs(1_000)).toBe(ATTEMPT_TIMEOUT_MS);
  });
});
