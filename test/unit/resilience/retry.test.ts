import { describe, expect, it } from "vitest";
import { Backoff } from "../../../src/resilience/backoff.ts";
import { Deadline } from "../../../src/resilience/deadline.ts";
import { HostHealth } from "../../../src/resilience/host-health.ts";
import { type Judgement, type RetryReport, retry } from "../../../src/resilience/retry.ts";
import { type Chance, createRandom, FakeClock } from "../../support/fake-clock.ts";

const OK: Judgement = null;
const FAILED = { retryable: true, repeatable: true, retryAfterMs: null, backoffBaseMs: 250, blame: "host" } as const;
const TIMED_OUT = { ...FAILED, blame: "time" } as const;
const CALLERS = { ...FAILED, retryable: false, blame: "caller" } as const;
const RATE_LIMITED = { ...FAILED, backoffBaseMs: 1_000 } as const;
const NOT_RETRYABLE = { ...FAILED, retryable: false } as const;
const NOT_REPEATABLE = { ...FAILED, repeatable: false } as const;
const ATTEMPT_TIMEOUT_MS = 10_000;

const pausedFor = (retryAfterMs: number) => ({ ...FAILED, retryAfterMs });

interface Settings {
  readonly clock?: FakeClock;
  readonly random?: Chance;
  readonly health?: HostHealth;
  /** The outcome of each attempt; the last one is repeated. */
  readonly outcomes?: readonly Judgement[];
  readonly attemptMs?: number;
  readonly budgetMs?: number;
  readonly maxAttempts?: number;
  readonly subrequests?: number;
  readonly pauseGroup?: string;
  readonly by?: string;
  readonly attemptTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

interface Started {
  readonly clock: FakeClock;
  readonly health: HostHealth;
  readonly report: Promise<RetryReport<Judgement>>;
  /** When each attempt started, counted from the start of the task, and its time limit. */
  readonly attempts: { readonly startedMs: number; readonly limitMs: number }[];
  /** The report of each attempt: how long it took, and the wait before it. */
  readonly records: { readonly ms: number; readonly waitedMs: number }[];
}

/** Starts a task on a clock that does not move by itself. */
function start(settings: Settings = {}): Started {
  const clock = settings.clock ?? new FakeClock({ random: settings.random ?? 0 });
  const health = settings.health ?? new HostHealth(ATTEMPT_TIMEOUT_MS);
  const outcomes = [...(settings.outcomes ?? [OK])];
  const startsAt = clock.now();
  const attempts: Started["attempts"] = [];
  const records: Started["records"] = [];
  const report = retry<Judgement>({
    attempt: async (limitMs) => {
      attempts.push({ startedMs: clock.now() - startsAt, limitMs });
      if (settings.attemptMs) await pass(clock, Math.min(settings.attemptMs, limitMs));
      return (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? OK;
    },
    judge: (outcome) => outcome,
    onAttempt: (_outcome, ms, waitedMs) => records.push({ ms, waitedMs }),
    deadline: new Deadline({
      endsAt: startsAt + (settings.budgetMs ?? 25_000),
      subrequests: settings.subrequests ?? 50,
      signal: settings.signal ? () => settings.signal as AbortSignal : null,
    }),
    health,
    by: settings.by ?? "a",
    pauseGroup: settings.pauseGroup ?? "read",
    backoff: new Backoff(250, 2_000),
    maxAttempts: settings.maxAttempts ?? 8,
    attemptTimeoutMs: settings.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS,
    clock,
  });
  return { clock, health, report, attempts, records };
}

/** Starts a task and advances the clock to its end. */
async function run(settings: Settings = {}) {
  const started = start(settings);
  return { ...started, report: await started.clock.settle(started.report) };
}

/** Like a real clock, this one wakes no sleep at the exact millisecond. */
class LateClock extends FakeClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(ms + 2, signal);
  }
}

/** Time that passes inside an attempt. Unlike a sleep it is not counted among the retry loop's sleeps. */
const pass = (clock: FakeClock, ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));

function createHealth(record: { failures?: number; successes?: number }, clock: FakeClock): HostHealth {
  const health = new HostHealth(ATTEMPT_TIMEOUT_MS);
  for (let each = 0; each < (record.successes ?? 0); each += 1) recordOne(health, false, clock);
  for (let each = 0; each < (record.failures ?? 0); each += 1) recordOne(health, true, clock);
  return health;
}

/** An attempt of another task that begins and ends now. */
function recordOne(health: HostHealth, failed: boolean, clock: FakeClock, by = "a"): void {
  const permit = health.begin(clock.now(), by);
  if (permit === null) throw new Error("The circuit is open already.");
  health.record(permit, failed, clock.now());
}

/** A host that was well for long: its throttle is full, and its circuit has no failures. */
async function createWell(clock: FakeClock): Promise<HostHealth> {
  const health = createHealth({ successes: 10 }, clock);
  await clock.advance(10_000);
  return health;
}

/** Failures of other clients: two more open the circuit, while the throttle still allows retries. */
function nearlyOpenCircuit(health: HostHealth, clock: FakeClock): void {
  for (let each = 0; each < 10; each += 1) recordOne(health, true, clock, "x");
  for (let each = 0; each < 8; each += 1) recordOne(health, true, clock, "y");
}

/** Failures of other requests that open the circuit while a task sleeps. */
function openCircuit(health: HostHealth, clock: FakeClock): void {
  nearlyOpenCircuit(health, clock);
  while (health.openForMs(clock.now(), "y") === 0) recordOne(health, true, clock, "y");
}

/** A host whose circuit has just opened, for one second. */
const createDown = (clock: FakeClock) => createHealth({ failures: 20 }, clock);

describe("a task", () => {
  it("makes one attempt when that succeeds, at once", async () => {
    const { report, attempts, clock } = await run();

    expect(report).toEqual({ outcome: OK, attempts: 1, veto: null, retryAfterMs: null });
    expect(attempts[0]?.startedMs).toBe(0);
    expect(clock.sleeps).toEqual([]);
  });

  it("goes on until an attempt succeeds", async () => {
    const { report, attempts } = await run({ outcomes: [FAILED, FAILED, FAILED, OK] });

    expect(report).toEqual({ outcome: OK, attempts: 4, veto: null, retryAfterMs: null });
    expect(attempts).toHaveLength(4);
  });

  it("reports the last failure when it gives up", async () => {
    const last = { ...NOT_RETRYABLE };
    const { report } = await run({ outcomes: [FAILED, last] });

    expect(report.outcome).toBe(last);
    expect(report.attempts).toBe(2);
  });

  it("reports how long each attempt took and how long it waited before", async () => {
    const { records } = await run({ outcomes: [FAILED, OK], attemptMs: 120, random: 0.5 });

    expect(records).toEqual([
      { ms: 120, waitedMs: 0 },
      { ms: 120, waitedMs: 125 },
    ]);
  });

  it("gives each attempt a third of what remains, at least 1 s", async () => {
    const { attempts } = await run({ outcomes: [FAILED], attemptMs: 60_000, budgetMs: 9_000 });

    expect(attempts.map(({ limitMs }) => Math.round(limitMs))).toEqual([3_000, 2_000, 1_333, 1_000, 1_000, 667]);
  });

  it("gives no attempt more than the attempt's own limit", async () => {
    const { attempts } = await run({ budgetMs: 600_000 });

    expect(attempts[0]?.limitMs).toBe(ATTEMPT_TIMEOUT_MS);
  });
});

describe("giving up", () => {
  it("is called not-retryable when the failure can't pass", async () => {
    const { report } = await run({ outcomes: [NOT_RETRYABLE] });

    expect(report).toMatchObject({ attempts: 1, veto: "not-retryable" });
  });

  it("is called unsafe-to-repeat when the operation might be done twice", async () => {
    const { report } = await run({ outcomes: [NOT_REPEATABLE] });

    expect(report).toMatchObject({ attempts: 1, veto: "unsafe-to-repeat" });
  });

  it("is called attempts-spent after the last one allowed", async () => {
    const { report, attempts } = await run({ outcomes: [FAILED], maxAttempts: 3 });

    expect(report).toMatchObject({ attempts: 3, veto: "attempts-spent" });
    expect(attempts).toHaveLength(3);
  });

  it("is called subrequests-spent when the invocation's allowance is used up", async () => {
    const { report, attempts } = await run({ outcomes: [FAILED], subrequests: 2 });

    expect(report).toMatchObject({ attempts: 2, veto: "subrequests-spent" });
    expect(attempts).toHaveLength(2);
  });

  it("is called throttled while the host fails more than it answers", async () => {
    const clock = new FakeClock();
    const { report } = await run({ clock, health: createHealth({ failures: 9 }, clock), outcomes: [FAILED] });

    expect(report).toMatchObject({ attempts: 1, veto: "throttled" });
  });

  it("is called circuit-open when this very failure opened it", async () => {
    const clock = new FakeClock();
    const health = await createWell(clock);
    nearlyOpenCircuit(health, clock);
    recordOne(health, true, clock, "z");
    const { report } = await run({ clock, health, outcomes: [FAILED] });

    expect(report).toMatchObject({ attempts: 1, veto: "circuit-open", retryAfterMs: 1_000 });
  });

  it("is called no-time when less than 500 ms are left", async () => {
    const { report } = await run({ outcomes: [FAILED], attemptMs: 600, budgetMs: 1_000 });

    expect(report).toMatchObject({ attempts: 1, veto: "no-time" });
  });

  it("happens before the first attempt when no useful time is left for it", async () => {
    const { report, attempts } = await run({ budgetMs: 499 });

    expect(report).toEqual({ outcome: null, attempts: 0, veto: "no-time", retryAfterMs: null });
    expect(attempts).toEqual([]);
  });
});

describe("backing off", () => {
  it("doubles from the base, up to the cap, with full jitter", async () => {
    const { clock } = await run({ outcomes: [FAILED], random: 0.999_999, budgetMs: 60_000 });

    expect(clock.sleeps.map(Math.round)).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000, 2_000]);
  });

  it("may be no wait at all", async () => {
    const { clock, attempts } = await run({ outcomes: [FAILED], random: 0 });

    expect(clock.sleeps).toEqual([]);
    expect(attempts.every(({ startedMs }) => startedMs === 0)).toBe(true);
  });

  it("draws a new random number for each wait", async () => {
    const { clock } = await run({ outcomes: [FAILED, FAILED, FAILED, OK], random: [0.2, 0.8, 0.5] });

    expect(clock.sleeps).toEqual([50, 400, 500]);
  });

  it("starts from 1 s after a 429", async () => {
    const { clock } = await run({ outcomes: [RATE_LIMITED, OK], random: 0.5 });

    expect(clock.sleeps).toEqual([500]);
  });

  it("keeps the retries it has had when a 429 comes later", async () => {
    const { clock } = await run({ outcomes: [FAILED, RATE_LIMITED, OK], random: 0.5 });

    expect(clock.sleeps).toEqual([125, 1_000]);
  });

  it("shrinks a wait so that a useful attempt still fits behind it", async () => {
    const { clock, attempts } = await run({ outcomes: [RATE_LIMITED, OK], random: 0.9, budgetMs: 1_000 });

    expect(clock.sleeps).toEqual([500]);
    expect(attempts[1]).toEqual({ startedMs: 500, limitMs: 500 });
  });

  it("makes the attempt it left room for, though timers run a little late", async () => {
    const clock = new LateClock({ random: 0.9 });
    const { report, attempts } = await run({ clock, outcomes: [RATE_LIMITED, OK], budgetMs: 1_000 });

    expect(report).toMatchObject({ outcome: OK, attempts: 2 });
    expect(attempts[1]).toEqual({ startedMs: 502, limitMs: 498 });
  });

  it("starts no sleep that can't end with a useful attempt after it", async () => {
    const random = createRandom(11);
    for (let each = 0; each < 500; each += 1) {
      const budgetMs = 500 + Math.floor(random() * 12_000);
      const outcomes = Array.from({ length: 8 }, () =>
        random() < 0.5 ? FAILED : pausedFor(Math.floor(random() * 3_000)),
      );
      const { clock, attempts, records } = await run({
        budgetMs,
        outcomes,
        attemptMs: Math.floor(random() * 900),
        random,
      });

      expect(records.filter(({ waitedMs }) => waitedMs > 0)).toHaveLength(clock.sleeps.length);
      for (const { startedMs } of attempts) expect(budgetMs - startedMs).toBeGreaterThanOrEqual(500 - 1e-6);
    }
  });
});

describe("Retry-After", () => {
  it("is obeyed when it fits", async () => {
    const { clock, attempts } = await run({ outcomes: [pausedFor(3_000), OK] });

    expect(clock.sleeps).toEqual([3_000]);
    expect(attempts[1]?.startedMs).toBe(3_000);
  });

  it("is never undercut by the jitter, which comes on top", async () => {
    const { clock } = await run({ outcomes: [pausedFor(3_000), OK], random: 0.5 });

    expect(clock.sleeps).toEqual([3_125]);
  });

  it("is obeyed to the last moment that leaves a useful attempt", async () => {
    const { report, clock } = await run({ outcomes: [pausedFor(9_500), OK], budgetMs: 10_000, random: 0.9 });

    expect(report.outcome).toBe(OK);
    expect(clock.sleeps).toEqual([9_500]);
  });

  it("is passed on at once when it does not fit", async () => {
    const { report, clock } = await run({ outcomes: [pausedFor(9_501)], budgetMs: 10_000 });

    expect(report).toMatchObject({ attempts: 1, veto: "no-time", retryAfterMs: 9_501 });
    expect(clock.sleeps).toEqual([]);
  });

  it("is passed on whole when it is more than 30 s, though it pauses its group for 30 s only", async () => {
    const { report, health, clock } = await run({ outcomes: [pausedFor(120_000)] });

    expect(report.retryAfterMs).toBe(120_000);
    expect(health.pauses.remaining("read", clock.now())).toBe(30_000);
  });

  it("is obeyed by the task that received it, though it is more than 30 s, when the budget allows", async () => {
    const { report, clock, attempts } = await run({ outcomes: [pausedFor(45_000), OK], budgetMs: 60_000 });

    expect(report).toMatchObject({ outcome: OK, attempts: 2 });
    expect(attempts[1]?.startedMs).toBe(45_000);
    expect(clock.sleeps).toEqual([45_000]);
  });

  it("is obeyed, too, when another request received it meanwhile", async () => {
    const { clock, health, report, attempts, records } = start({
      outcomes: [pausedFor(500), OK],
      pauseGroup: "generate",
    });
    await clock.advance(400);
    health.pauses.pause("generate", 3_000, clock.now());

    expect(await clock.settle(report)).toMatchObject({ outcome: OK, attempts: 2 });
    expect(attempts[1]?.startedMs).toBe(3_400);
    expect(records[1]?.waitedMs).toBe(3_400);
  });

  it("holds back a first attempt when another request received it meanwhile", async () => {
    const first = await run({ outcomes: [pausedFor(500)], maxAttempts: 1 });
    const { clock, health } = first;
    const { report, attempts } = start({ clock, health });
    await clock.advance(400);
    health.pauses.pause("read", 3_000, clock.now());

    expect(await clock.settle(report)).toMatchObject({ outcome: OK, attempts: 1 });
    expect(attempts[0]?.startedMs).toBe(3_400);
  });

  it("ends the task with what it had when another request received it meanwhile and it does not fit", async () => {
    const failure = pausedFor(500);
    const { clock, health, report, attempts } = start({ outcomes: [failure], budgetMs: 2_000 });
    await clock.advance(400);
    health.pauses.pause("read", 3_000, clock.now());

    expect(await clock.settle(report)).toEqual({
      outcome: failure,
      attempts: 1,
      veto: "no-time",
      retryAfterMs: 2_900,
    });
    expect(attempts).toHaveLength(1);
  });

  it("is passed on when something else stops the task", async () => {
    const { report } = await run({ outcomes: [pausedFor(3_000)], maxAttempts: 1 });

    expect(report).toMatchObject({ veto: "attempts-spent", retryAfterMs: 3_000 });
  });

  it("holds back the next task of its pause group before its first attempt", async () => {
    const first = await run({ outcomes: [pausedFor(3_000)], maxAttempts: 1, pauseGroup: "generate" });

    const { report, clock } = await run({ clock: first.clock, health: first.health, pauseGroup: "generate" });

    expect(report.outcome).toBe(OK);
    expect(clock.sleeps).toEqual([3_000]);
  });

  it("holds back no other pause group", async () => {
    const first = await run({ outcomes: [pausedFor(3_000)], maxAttempts: 1, pauseGroup: "generate" });

    const { clock, attempts } = await run({ clock: first.clock, health: first.health, pauseGroup: "read" });

    expect(attempts).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
  });

  it("holds back nobody else when what was asked is refused, whatever time the refusal names", async () => {
    const refused = { ...NOT_RETRYABLE, retryAfterMs: 20_000 };
    const { health, clock } = await run({ outcomes: [refused] });
    expect(health.pauses.remaining("read", clock.now())).toBe(0);
  });

  it("refuses a first attempt at once when the pause outlasts its budget", async () => {
    const first = await run({ outcomes: [pausedFor(20_000)], maxAttempts: 1 });

    const { report, attempts } = await run({ clock: first.clock, health: first.health, budgetMs: 5_000 });

    expect(report).toEqual({ outcome: null, attempts: 0, veto: "no-time", retryAfterMs: 20_000 });
    expect(attempts).toEqual([]);
  });
});

describe("a caller who leaves", () => {
  it("ends a sleep at once", async () => {
    const caller = new AbortController();
    const { clock, report, attempts } = start({ outcomes: [pausedFor(5_000)], signal: caller.signal });
    await clock.advance(1_000);

    caller.abort();

    expect(await report).toMatchObject({ attempts: 1, veto: null });
    expect(attempts).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it("ends the task with the attempt under way", async () => {
    const caller = new AbortController();
    const { clock, report, attempts } = start({ outcomes: [FAILED], attemptMs: 500, signal: caller.signal });
    await clock.advance(100);

    caller.abort();

    expect(await clock.settle(report)).toMatchObject({ attempts: 1, veto: null });
    expect(attempts).toHaveLength(1);
  });

  it("has no attempt made once the host's pause is over", async () => {
    const clock = new FakeClock();
    const caller = new AbortController();
    const health = createHealth({}, clock);
    health.pauses.pause("read", 2_000, clock.now());
    const { report, attempts } = start({ clock, health, signal: caller.signal });
    await clock.advance(500);

    caller.abort();

    expect(await report).toEqual({ outcome: null, attempts: 0, veto: null, retryAfterMs: null });
    expect(attempts).toEqual([]);
  });

  it("gets the answer all the same when GEN has already answered", async () => {
    const { report } = await run({ outcomes: [OK], signal: AbortSignal.abort() });

    expect(report).toMatchObject({ outcome: OK, attempts: 1 });
  });

  it("says nothing about the health of the host", async () => {
    const clock = new FakeClock();
    const caller = new AbortController();
    const health = createHealth({ failures: 9 }, clock);
    const { report } = start({ clock, health, outcomes: [FAILED], attemptMs: 500, signal: caller.signal });
    await clock.advance(100);

    caller.abort();
    await clock.settle(report);

    expect(health.allowsRetry("a")).toBe(true);
  });
});

describe("an attempt whose caller has little time", () => {
  const askOften = async (settings: Settings, count = 30) => {
    const clock = new FakeClock();
    const health = createHealth({ successes: 1 }, clock);
    for (let each = 0; each < count; each += 1) await run({ clock, health, by: "b", ...settings });
    return { clock, health };
  };

  it("says nothing of the host when it times out: the circuit stays closed, and others try again as ever", async () => {
    const { clock, health } = await askOften({ outcomes: [TIMED_OUT], attemptMs: 60_000, budgetMs: 1_000 });
    expect(["a", "b"].map((by) => health.openForMs(clock.now(), by))).toEqual([0, 0]);
    expect([health.allowsRetry("a"), health.allowsRetry("b")]).toEqual([true, false]);
  });

  it.each([
    ["timed out after less than 5 s of its own", TIMED_OUT, 14_900, 0],
    ["timed out after 5 s of its own", TIMED_OUT, 15_000, 1_000],
    ["failed in another way", FAILED, 1_000, 1_000],
  ])("counts against the host only after 5 s of its own: it %s", async (_, outcome, budgetMs, openForMs) => {
    const clock = new FakeClock();
    const health = new HostHealth(ATTEMPT_TIMEOUT_MS);
    const started = Array.from({ length: 20 }, () =>
      start({
        clock,
        health,
        outcomes: [outcome],
        attemptMs: outcome === FAILED ? 10 : 60_000,
        budgetMs,
        maxAttempts: 1,
      }),
    );
    await clock.settle(Promise.all(started.map(({ report }) => report)));
    expect(health.openForMs(clock.now(), "a")).toBe(openForMs);
  });

  it("counts by the limit that all attempts have, where that is shorter", async () => {
    const clock = new FakeClock();
    const health = new HostHealth(ATTEMPT_TIMEOUT_MS);
    const started = Array.from({ length: 20 }, () =>
      start({ clock, health, outcomes: [TIMED_OUT], attemptMs: 60_000, attemptTimeoutMs: 1_000, maxAttempts: 1 }),
    );
    await clock.settle(Promise.all(started.map(({ report }) => report)));
    expect(health.openForMs(clock.now(), "a")).toBe(1_000);
  });

  it("gives its place away when it was an open circuit's probe", async () => {
    const clock = new FakeClock();
    const health = createDown(clock);
    await clock.advance(1_000);
    await run({ clock, health, outcomes: [TIMED_OUT], attemptMs: 60_000, budgetMs: 1_000 });
    expect((await run({ clock, health })).report).toMatchObject({ outcome: OK, attempts: 1 });
  });
});

describe("an attempt that its caller has spoilt", () => {
  it("says nothing of the host, not even that it is well", async () => {
    const clock = new FakeClock();
    const health = createDown(clock);
    await clock.advance(1_000);
    const { report } = await run({ clock, health, outcomes: [CALLERS] });
    expect(report).toMatchObject({ attempts: 1, veto: "not-retryable" });
    await run({ clock, health, outcomes: [FAILED] });
    expect(health.openForMs(clock.now(), "a")).toBe(2_000);
  });
});

describe("a host in trouble", () => {
  it("gets first attempts though retries are throttled", async () => {
    const clock = new FakeClock();
    const { report } = await run({ clock, health: createHealth({ failures: 15 }, clock) });

    expect(report).toMatchObject({ outcome: OK, attempts: 1 });
  });

  it("counts failures that may pass, not refusals of one request", async () => {
    const clock = new FakeClock();
    const health = createHealth({ failures: 9 }, clock);

    await run({ clock, health, outcomes: [NOT_RETRYABLE] });

    expect(health.allowsRetry("a")).toBe(true);
  });

  it("gets no attempt at all while its circuit is open", async () => {
    const clock = new FakeClock();
    const { report, attempts } = await run({ clock, health: createDown(clock) });

    expect(report).toEqual({ outcome: null, attempts: 0, veto: "circuit-open", retryAfterMs: 1_000 });
    expect(attempts).toEqual([]);
  });

  it("gets one probe at a time once its circuit has been open long enough", async () => {
    const clock = new FakeClock();
    const health = createDown(clock);
    await clock.advance(1_000);

    const probe = start({ clock, health, attemptMs: 300 });
    const other = await start({ clock, health }).report;

    expect(other).toMatchObject({ attempts: 0, veto: "circuit-open" });
    expect(await clock.settle(probe.report)).toMatchObject({ outcome: OK, attempts: 1 });
  });

  it("gets everything again after a probe that succeeded", async () => {
    const clock = new FakeClock();
    const health = createDown(clock);
    await clock.advance(1_000);
    await run({ clock, health });

    const both = await Promise.all([start({ clock, health }).report, start({ clock, health }).report]);

    expect(both.map(({ outcome }) => outcome)).toEqual([OK, OK]);
  });

  it("is left alone for twice as long after a probe that failed", async () => {
    const clock = new FakeClock();
    const health = createDown(clock);
    await clock.advance(1_000);

    const { report } = await run({ clock, health, outcomes: [FAILED] });

    expect(report.attempts).toBe(1);
    expect(health.openForMs(clock.now(), "a")).toBe(2_000);
  });

  it("gets another probe at once when the caller of the first has left", async () => {
    const clock = new FakeClock();
    const health = createDown(clock);
    const caller = new AbortController();
    await clock.advance(1_000);
    const lost = start({ clock, health, outcomes: [FAILED], attemptMs: 300, signal: caller.signal });
    caller.abort();
    await clock.settle(lost.report);

    expect((await run({ clock, health })).report).toMatchObject({ outcome: OK, attempts: 1 });
  });

  it("is not asked again by a task that slept while the circuit opened", async () => {
    const clock = new FakeClock();
    const health = await createWell(clock);
    const { report, attempts } = start({ clock, health, outcomes: [FAILED, pausedFor(500), OK] });
    await clock.advance(400);
    nearlyOpenCircuit(health, clock);

    expect(await clock.settle(report)).toMatchObject({ attempts: 2, veto: "circuit-open", retryAfterMs: 900 });
    expect(attempts).toHaveLength(2);
  });

  it("is not asked at all by a task whose first attempt was held back while the circuit opened", async () => {
    const first = await run({ outcomes: [pausedFor(500)], maxAttempts: 1 });
    const { clock, health } = first;
    const { report, attempts } = start({ clock, health });
    await clock.advance(400);
    openCircuit(health, clock);

    expect(await clock.settle(report)).toEqual({
      outcome: null,
      attempts: 0,
      veto: "circuit-open",
      retryAfterMs: 900,
    });
    expect(attempts).toEqual([]);
  });

  it("is not closed or opened again by an attempt from before the opening", async () => {
    const clock = new FakeClock();
    const health = createHealth({}, clock);
    const slow = [
      start({ clock, health, attemptMs: 600 }),
      start({ clock, health, attemptMs: 1_200, outcomes: [FAILED], maxAttempts: 1 }),
    ];
    await clock.advance(100);
    openCircuit(health, clock);

    await clock.advance(500);
    expect(health.openForMs(clock.now(), "a")).toBe(500);
    await clock.advance(500);
    const probe = start({ clock, health, attemptMs: 300 });
    await Promise.all(slow.map(({ report }) => clock.settle(report)));
    expect(health.openForMs(clock.now(), "a")).toBeGreaterThan(2_000);

    expect(await clock.settle(probe.report)).toMatchObject({ outcome: OK, attempts: 1 });
    expect(health.openForMs(clock.now(), "a")).toBe(0);
  });
});

interface Traffic {
  readonly requests: number;
  readonly everyMs: number;
  readonly seed: number;
  /** The clients, which ask in turn. */
  readonly clients?: number;
  /** The outcome of an attempt and its duration, from a random number from 0 to 1 and the time. */
  readonly meet: (chance: number, nowMs: number) => { readonly outcome: Judgement; readonly ms: number };
}

/** Requests that arrive one after the other at one host in one isolate, each with a budget of 10 s. */
async function simulate({ requests, everyMs, seed, clients = 1, meet }: Traffic) {
  const random = createRandom(seed);
  const clock = new FakeClock({ random });
  const startsAt = clock.now();
  const health = new HostHealth(ATTEMPT_TIMEOUT_MS);
  const log: { attempts: number; failures: number; succeeded: boolean }[] = [];
  let failures = 0;

  const arrive = async () => {
    const entry = { attempts: 0, failures, succeeded: false };
    log.push(entry);
    const report = await retry<Judgement>({
      attempt: async (limitMs) => {
        const { outcome, ms } = meet(random(), clock.now() - startsAt);
        await pass(clock, Math.min(ms, limitMs));
        failures += outcome === OK ? 0 : 1;
        return ms > limitMs ? TIMED_OUT : outcome;
      },
      judge: (outcome) => outcome,
      onAttempt: () => {
        entry.attempts += 1;
      },
      deadline: new Deadline({ endsAt: clock.now() + 10_000, subrequests: 50, signal: null }),
      health,
      by: String(log.length % clients),
      pauseGroup: "read",
      backoff: new Backoff(250, 2_000),
      maxAttempts: 8,
      attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
      clock,
    });
    entry.succeeded = report.veto === null && report.outcome === OK;
  };

  const arriveOneByOne = async () => {
    const all: Promise<void>[] = [];
    for (; all.length < requests; await pass(clock, everyMs)) all.push(arrive());
    await Promise.all(all);
  };
  await clock.settle(arriveOneByOne());
  return log;
}

const share = <T>(all: readonly T[], holds: (each: T) => boolean) => all.filter(holds).length / all.length;
const attemptsPerRequest = (log: readonly { attempts: number }[]) =>
  log.reduce((sum, { attempts }) => sum + attempts, 0) / log.length;

describe("many requests", () => {
  it("succeed in 99.9 % of cases within 10 s while 30 % of attempts fail", async () => {
    const log = await simulate({
      requests: 20_000,
      everyMs: 50,
      seed: 1,
      meet: (chance) => ({ outcome: chance < 0.3 ? FAILED : OK, ms: 100 }),
    });

    expect(log).toHaveLength(20_000);
    expect(share(log, ({ succeeded }) => succeeded)).toBeGreaterThanOrEqual(0.999);
  });

  it("succeed in 99.9 % of cases within 10 s while 20 % of attempts fail and 10 % hang", async () => {
    const log = await simulate({
      requests: 5_000,
      everyMs: 50,
      seed: 2,
      meet: (chance) => ({ outcome: chance < 0.2 ? FAILED : OK, ms: chance > 0.9 ? 60_000 : 100 }),
    });

    expect(share(log, ({ succeeded }) => succeeded)).toBeGreaterThanOrEqual(0.999);
  });

  it.each([
    ["refuses everything", 20, 1],
    ["refuses everything", 20, 7],
    ["refuses everything", 20, 5_000],
    ["hangs", 60_000, 1],
    ["hangs", 60_000, 7],
    ["hangs", 60_000, 5_000],
  ])("make at most 1.2 attempts each at a host that %s, once ten attempts have failed", async (_what, ms, clients) => {
    const meet = () => ({ outcome: FAILED, ms });
    const log = await simulate({ requests: 5_000, everyMs: 50, seed: 3, clients, meet });

    const afterTen = log.filter(({ failures }) => failures >= 10);

    expect(afterTen.length).toBeGreaterThan(4_000);
    expect(attemptsPerRequest(afterTen)).toBeLessThanOrEqual(1.2);
    expect(share(log, ({ succeeded }) => succeeded)).toBe(0);
  });

  it("make at most 1.2 attempts each in any ten seconds of an outage that follows good times", async () => {
    const log = await simulate({
      requests: 4_000,
      everyMs: 50,
      seed: 4,
      meet: (_chance, nowMs) => ({ outcome: nowMs < 100_000 ? OK : FAILED, ms: 20 }),
    });
    const outage = log.filter(({ failures }) => failures >= 20);

    expect(outage.length).toBeGreaterThan(1_900);
    for (let from = 0; from + 200 <= outage.length; from += 200) {
      expect(attemptsPerRequest(outage.slice(from, from + 200))).toBeLessThanOrEqual(1.2);
    }
  });

  it("all succeed again half a minute after a host has come back", async () => {
    const log = await simulate({
      requests: 3_000,
      everyMs: 50,
      seed: 5,
      meet: (_chance, nowMs) => ({ outcome: nowMs < 60_000 ? FAILED : OK, ms: 20 }),
    });

    const later = log.slice(Math.ceil((60_000 + 30_000 + 1_000) / 50));

    expect(share(log.slice(0, 1_200), ({ succeeded }) => succeeded)).toBe(0);
    expect(share(later, ({ succeeded }) => succeeded)).toBe(1);
  });
});
