import { describe, expect, it } from "vitest";
import { Circuit, type Permit } from "../../../src/resilience/circuit.ts";
import { createRandom } from "../../support/fake-clock.ts";

const LEASE_MS = 10_000;

function begin(circuit: Circuit, now: number): Permit {
  const permit = circuit.begin(now);
  if (permit === null) throw new Error(`There is no leave for an attempt at ${now}.`);
  return permit;
}

/** Attempts that begin and end at `now`. */
function record(circuit: Circuit, attempts: { successes?: number; failures?: number }, now: number): void {
  for (let each = 0; each < (attempts.successes ?? 0); each += 1) circuit.record(begin(circuit, now), false, now);
  for (let each = 0; each < (attempts.failures ?? 0); each += 1) circuit.record(begin(circuit, now), true, now);
}

/** A circuit that opened at `now`, for its first second. */
function createOpen(now = 0): Circuit {
  const circuit = new Circuit(LEASE_MS);
  record(circuit, { failures: 20 }, now);
  return circuit;
}

describe("a closed circuit", () => {
  it("lets any number of attempts through", () => {
    const circuit = new Circuit(LEASE_MS);

    expect([circuit.begin(0), circuit.begin(0), circuit.begin(0)]).not.toContain(null);
    expect(circuit.openForMs(0)).toBe(0);
  });

  it("stays closed on nineteen failures, and opens on the twentieth", () => {
    const circuit = new Circuit(LEASE_MS);

    record(circuit, { failures: 19 }, 0);
    expect(circuit.openForMs(0)).toBe(0);

    record(circuit, { failures: 1 }, 0);
    expect(circuit.openForMs(0)).toBe(1_000);
  });

  it("opens when 90 % of twenty failed", () => {
    const circuit = new Circuit(LEASE_MS);

    record(circuit, { successes: 2, failures: 18 }, 0);

    expect(circuit.openForMs(0)).toBe(1_000);
  });

  it("stays closed when fewer than 90 % failed", () => {
    const circuit = new Circuit(LEASE_MS);

    record(circuit, { successes: 3, failures: 26 }, 0);

    expect(circuit.openForMs(0)).toBe(0);
  });

  it("counts the last 10 s", () => {
    const circuit = new Circuit(LEASE_MS);

    record(circuit, { failures: 19 }, 0);
    record(circuit, { failures: 1 }, 9_999);

    expect(circuit.openForMs(9_999)).toBe(1_000);
  });

  it("forgets what is 10 s old", () => {
    const circuit = new Circuit(LEASE_MS);

    record(circuit, { failures: 19 }, 0);
    record(circuit, { failures: 19 }, 10_000);

    expect(circuit.openForMs(10_000)).toBe(0);
  });

  it("forgets second by second, not all at once", () => {
    const circuit = new Circuit(LEASE_MS);

    record(circuit, { failures: 10 }, 0);
    record(circuit, { failures: 10 - 1 }, 5_000);
    record(circuit, { failures: 10 }, 10_000);
    expect(circuit.openForMs(10_000)).toBe(0);

    record(circuit, { failures: 1 }, 10_000);
    expect(circuit.openForMs(10_000)).toBe(1_000);
  });

  it("never opens on 30 % failures, though many come in a row", () => {
    const circuit = new Circuit(LEASE_MS);
    const random = createRandom(3);

    let opened = 0;
    for (let now = 0; now < 1_000_000; now += 50) {
      circuit.record(begin(circuit, now), random() < 0.3, now);
      opened += circuit.openForMs(now) > 0 ? 1 : 0;
    }

    expect(opened).toBe(0);
  });
});

describe("an open circuit", () => {
  it("refuses attempts until its time is over", () => {
    const circuit = createOpen();

    expect(circuit.begin(999)).toBeNull();
    expect(circuit.openForMs(999)).toBe(1);
    expect(circuit.begin(1_000)).not.toBeNull();
  });

  it("sends one probe at a time", () => {
    const circuit = createOpen();

    expect(circuit.begin(1_000)).not.toBeNull();
    expect(circuit.begin(1_000)).toBeNull();
    expect(circuit.openForMs(1_000)).toBe(LEASE_MS);
  });

  it("closes when the probe succeeds", () => {
    const circuit = createOpen();
    const probe = begin(circuit, 1_000);

    circuit.record(probe, false, 1_200);

    expect([circuit.begin(1_200), circuit.begin(1_200)]).not.toContain(null);
  });

  it("doubles its time with each failed probe, up to 30 s", () => {
    const circuit = createOpen();
    const openMs: number[] = [];

    for (let now = 1_000; openMs.length < 7; now += openMs.at(-1) ?? 0) {
      record(circuit, { failures: 1 }, now);
      openMs.push(circuit.openForMs(now));
    }

    expect(openMs).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("counts its doubled time from the end of the probe", () => {
    const circuit = createOpen();
    const probe = begin(circuit, 1_000);

    circuit.record(probe, true, 1_700);

    expect(circuit.openForMs(1_700)).toBe(2_000);
  });

  it("gives the place of a lost probe to another after the lease, not before", () => {
    const circuit = createOpen();
    begin(circuit, 1_000);

    expect(circuit.begin(1_000 + LEASE_MS - 1)).toBeNull();
    expect(circuit.begin(1_000 + LEASE_MS)).not.toBeNull();
  });

  it("starts to count anew once it has closed", () => {
    const circuit = createOpen();
    record(circuit, { successes: 1 }, 1_000);

    record(circuit, { failures: 19 }, 1_001);

    expect(circuit.openForMs(1_001)).toBe(0);
  });

  it("opens for a second again after it has closed", () => {
    const circuit = createOpen();
    record(circuit, { failures: 1 }, 1_000);
    record(circuit, { successes: 1 }, 3_000);

    record(circuit, { failures: 20 }, 3_001);

    expect(circuit.openForMs(3_001)).toBe(1_000);
  });
});

describe("a late outcome, of an attempt from before the opening", () => {
  /** A circuit that opened at 0, while `count` attempts were still under way. */
  function createOpenWithLate(count: number) {
    const circuit = new Circuit(LEASE_MS);
    const late = Array.from({ length: count }, () => begin(circuit, 0));
    record(circuit, { failures: 20 }, 0);
    return { circuit, late };
  }

  it.each([false, true])("neither closes an open circuit nor opens it for longer (failed: %s)", (failed) => {
    const { circuit, late } = createOpenWithLate(30);

    for (const permit of late) circuit.record(permit, failed, 100);

    expect(circuit.openForMs(100)).toBe(900);
  });

  it.each([false, true])("is not taken for the probe's (failed: %s)", (failed) => {
    const { circuit, late } = createOpenWithLate(30);
    const probe = begin(circuit, 1_000);

    for (const permit of late) circuit.record(permit, failed, 1_100);
    expect(circuit.openForMs(1_100)).toBe(LEASE_MS - 100);

    circuit.record(probe, false, 1_200);
    expect(circuit.openForMs(1_200)).toBe(0);
  });

  it("does not open the circuit again once a probe has closed it", () => {
    const { circuit, late } = createOpenWithLate(30);
    record(circuit, { successes: 1 }, 1_000);

    for (const permit of late) circuit.record(permit, true, 1_100);
    record(circuit, { failures: 19 }, 1_100);

    expect(circuit.openForMs(1_100)).toBe(0);
  });

  it("counts for nothing once a probe has closed the circuit, not even as a success", () => {
    const { circuit, late } = createOpenWithLate(30);
    record(circuit, { successes: 1 }, 1_000);

    for (const permit of late) circuit.record(permit, false, 1_100);
    record(circuit, { failures: 20 }, 1_100);

    expect(circuit.openForMs(1_100)).toBe(1_000);
  });
});

describe("the outcome of a probe", () => {
  it("counts though its lease is over, as long as no other is out", () => {
    const circuit = createOpen();
    const probe = begin(circuit, 1_000);

    circuit.record(probe, false, 1_000 + LEASE_MS + 500);

    expect(circuit.openForMs(1_000 + LEASE_MS + 500)).toBe(0);
  });

  it.each([false, true])("counts for nothing once another has taken its place (failed: %s)", (failed) => {
    const circuit = createOpen();
    const lost = begin(circuit, 1_000);
    const other = begin(circuit, 1_000 + LEASE_MS);

    circuit.record(lost, failed, 11_100);
    expect(circuit.openForMs(11_100)).toBe(LEASE_MS - 100);

    circuit.record(other, true, 11_200);
    expect(circuit.openForMs(11_200)).toBe(2_000);
  });

  it("counts once", () => {
    const circuit = createOpen();
    const probe = begin(circuit, 1_000);
    circuit.record(probe, true, 1_000);

    circuit.record(probe, false, 1_100);

    expect(circuit.openForMs(1_100)).toBe(1_900);
  });
});

describe("an attempt that has shown nothing", () => {
  it("gives a probe's place to the next one at once", () => {
    const circuit = createOpen();
    circuit.release(begin(circuit, 1_000));
    expect(circuit.begin(1_001)).not.toBeNull();
  });

  it("frees no other probe's place when it was given up before", () => {
    const circuit = createOpen();
    const lost = begin(circuit, 1_000);
    begin(circuit, 1_000 + LEASE_MS);
    circuit.release(lost);
    expect(circuit.begin(1_000 + LEASE_MS)).toBeNull();
  });
});
