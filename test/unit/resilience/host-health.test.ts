import { describe, expect, it } from "vitest";
import { HostHealth } from "../../../src/resilience/host-health.ts";

const ATTEMPT_TIMEOUT_MS = 10_000;

function take(health: HostHealth, now: number, by = "a") {
  const permit = health.begin(now, by);
  if (permit === null) throw new Error(`There is no leave for an attempt at ${now}.`);
  return permit;
}

type Attempts = { readonly failures?: number; readonly successes?: number };

/** Attempts of one client that begin and end at `now`, as long as they are permitted. */
function record(health: HostHealth, by: string, { failures = 0, successes = 0 }: Attempts, now = 0): void {
  for (let each = 0; each < failures + successes; each += 1) {
    const permit = health.begin(now, by);
    if (permit) health.record(permit, each < failures, now);
  }
}

const isOpen = (health: HostHealth, by: string, now = 0) => health.openForMs(now, by) > 0;
const create = () => new HostHealth(ATTEMPT_TIMEOUT_MS);

/** A host whose circuit opened at 0 for all, while `count` attempts were still under way. */
function createDown(count: number) {
  const health = create();
  const late = Array.from({ length: count }, () => take(health, 0));
  record(health, "a", { failures: 10 });
  record(health, "b", { failures: 10 });
  return { health, late };
}

describe("the health of a host", () => {
  it("counts an outcome once, for circuit and retries alike", () => {
    const { health } = createDown(0);

    expect(health.openForMs(0, "c")).toBe(1_000);
    expect(health.allowsRetry("a")).toBe(false);
  });

  it("takes a late success into account for retries, and leaves the circuit open", () => {
    const { health, late } = createDown(20);

    for (const permit of late) health.record(permit, false, 100);

    expect(health.allowsRetry("a")).toBe(true);
    expect(health.openForMs(100, "a")).toBe(900);
  });

  it("gives a lost probe's place to another once an attempt would have timed out", () => {
    const { health } = createDown(0);
    take(health, 1_000);

    expect(health.openForMs(1_000, "b")).toBe(ATTEMPT_TIMEOUT_MS);
  });

  it("forgets a client after a thousand others", () => {
    const health = create();
    record(health, "a", { failures: 20 });
    for (let n = 0; n < 1_000; n += 1) record(health, String(n), { successes: 1 });
    expect(isOpen(health, "a")).toBe(false);
  });
});

describe("what one client sees", () => {
  it("closes the host for itself while nobody else is there, and for nobody else", () => {
    const health = create();
    record(health, "a", { failures: 200 });
    expect([isOpen(health, "a"), isOpen(health, "b")]).toEqual([true, false]);
  });

  it("closes it for nobody while another is well, whatever its own circuit says", () => {
    const health = create();
    record(health, "a", { failures: 200 });
    record(health, "b", { successes: 1 }, 100);
    record(health, "b", { failures: 5 }, 101);
    expect([isOpen(health, "a", 101), isOpen(health, "b", 101)]).toEqual([false, false]);
    record(health, "a", { failures: 200 }, 102);
    expect([isOpen(health, "a", 102), isOpen(health, "b", 102)]).toEqual([false, false]);
  });

  it("closes it for nobody else though many attempts were under way when it closed", () => {
    const health = create();
    const permits = Array.from({ length: 200 }, () => take(health, 0));
    for (const permit of permits) health.record(permit, true, 100);
    expect([isOpen(health, "a", 100), isOpen(health, "b", 100)]).toEqual([true, false]);
    expect(health.allowsRetry("b")).toBe(true);
  });

  it("is probed as any circuit is, and another's last success counts for ten seconds", () => {
    const health = create();
    record(health, "b", { successes: 1 }, 0);
    record(health, "a", { failures: 20 }, 9_500);
    expect([isOpen(health, "a", 9_999), health.openForMs(10_000, "a")]).toEqual([false, 500]);
    record(health, "a", { failures: 1 }, 10_500);
    expect(health.openForMs(10_500, "a")).toBe(2_000);
    record(health, "a", { successes: 1 }, 12_500);
    expect(isOpen(health, "a", 12_500)).toBe(false);
  });

  it("closes the host for all once another sees as much, and not for a single failure of it", () => {
    const health = create();
    record(health, "a", { failures: 20 });
    record(health, "b", { failures: 1 });
    expect(isOpen(health, "c")).toBe(false);
    record(health, "b", { failures: 9 });
    expect(isOpen(health, "c")).toBe(true);
  });

  it("counts as any other failure when ten clients see a few each", () => {
    const health = create();
    for (let n = 0; n < 20; n += 1) record(health, `client ${n % 10}`, { failures: 1 }, n * 450);
    expect(isOpen(health, "a", 19 * 450)).toBe(true);
  });
});

describe("retries", () => {
  it("are held back by the client's own failures, and nobody else's are", () => {
    const health = create();
    for (let n = 0; n < 10; n += 1) record(health, "a", { failures: 20 }, n * 60_000);
    expect([health.allowsRetry("a"), health.allowsRetry("b")]).toEqual([false, true]);
  });

  it("are held back for all once several clients see failures", () => {
    const health = create();
    for (let each = 0; each < 10; each += 1) record(health, `client ${each}`, { failures: 1 });
    expect(health.allowsRetry("somebody new")).toBe(false);
  });

  it("are held back for a client with little time alone, and no circuit counts its timeouts", () => {
    const health = create();
    for (let each = 0; each < 100; each += 1) health.recordHasty(take(health, 0));
    expect([health.allowsRetry("a"), health.allowsRetry("b", true)]).toEqual([false, true]);
    expect([isOpen(health, "a"), isOpen(health, "b")]).toEqual([false, false]);
  });

  it("are held back for all clients with little time once several had to break off, and for no others", () => {
    const health = create();
    for (let each = 0; each < 10; each += 1) health.recordHasty(take(health, 0, `client ${each}`));
    expect([health.allowsRetry("b", true), health.allowsRetry("b")]).toEqual([false, true]);
    record(health, "b", { successes: 10 });
    expect(health.allowsRetry("b", true)).toBe(true);
  });
});
