import { describe, expect, it } from "vitest";
import { apply, begin, type Tracked, type TrackerEvent, toPeriodMs } from "../../../src/generations/state.ts";
import { HOUR_MS } from "../../support/call-model.ts";

const START = 1_000_000;
const MINUTE_MS = 60_000;

/** A generation that was started now, and its clock. */
class Life {
  now = START;
  tracked: Tracked = begin({
    job: { kind: "generation", id: "9000" },
    agentId: "42",
    callId: "call-1",
    clientId: "client",
    listener: null,
    account: "default",
    at: START,
  });

  after(ms: number): Life {
    this.now += ms;
    return this;
  }

  sees(status: string, more: object = {}): Life {
    return this.hears({ kind: "seen", at: this.now, status, body: JSON.stringify({ id: 9000, status, ...more }) });
  }

  fails(retryAfterMs: number | null = null): Life {
    return this.hears({ kind: "failed", at: this.now, retryAfterMs });
  }

  hinted(): Life {
    return this.hears({ kind: "hinted", at: this.now });
  }

  continued(callId: string): Life {
    return this.hears({ kind: "continued", at: this.now, callId });
  }

  hears(event: TrackerEvent): Life {
    this.tracked = apply(this.tracked, event);
    return this;
  }

  /** Milliseconds until the next poll. */
  get waitMs(): number {
    return this.tracked.nextPollAt - this.now;
  }
}

describe("the period of polls", () => {
  it("is 2 s growing to 15 s, after a first look at once", () => {
    const life = new Life();
    const waits = [life.waitMs];
    for (let n = 0; n < 8; n += 1) waits.push(life.after(life.waitMs).sees("processing").waitMs);
    expect(waits).toEqual([0, 2_000, 3_000, 4_500, 6_750, 10_125, 15_000, 15_000, 15_000]);
  });

  it("is a minute for what runs for more than half an hour", () => {
    expect(new Life().after(30 * MINUTE_MS).sees("processing").waitMs).toBe(2_000);
    expect(new Life().after(30 * MINUTE_MS + 1).sees("processing").waitMs).toBe(MINUTE_MS);
  });

  it("doubles to 5 min while polls fail", () => {
    const life = new Life();
    const waits = Array.from({ length: 9 }, () => life.after(Math.max(0, life.waitMs)).fails().waitMs / 1_000);
    expect(waits).toEqual([4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it("has its first length once GEN answers again", () => {
    const life = new Life().fails().after(4_000).fails().after(8_000).sees("processing");
    expect(life.tracked.failures).toBe(0);
    expect(life.waitMs).toBe(2_000);
  });

  it.each([
    [90_000, 90_000],
    [1_000, 4_000],
  ])("is never shorter than the Retry-After: %i ms", (retryAfterMs, waitMs) => {
    expect(new Life().fails(retryAfterMs).waitMs).toBe(waitMs);
  });

  it("is never longer than 15 s for a young generation", () => {
    const { tracked } = new Life();
    expect(toPeriodMs({ ...tracked, polls: 1_000 }, START)).toBe(15_000);
  });
});

describe("a hint", () => {
  it("has the generation polled at once", () => {
    expect(new Life().sees("processing").after(1_500).hinted().waitMs).toBe(0);
  });

  it("costs one poll a second, however many there are", () => {
    const life = new Life().sees("processing").after(300);
    expect(life.hinted().hinted().waitMs).toBe(700);
  });

  it("changes nothing about a settled generation", () => {
    const life = new Life().sees("completed");
    const { tracked } = life;
    expect(life.after(5_000).hinted().tracked).toBe(tracked);
  });
});

describe("a report on a generation", () => {
  it("is a new revision when something has changed, and only then", () => {
    const life = new Life();
    const revisions = [
      life.tracked.revision,
      life.sees("processing").tracked.revision,
      life.after(2_000).sees("processing").tracked.revision,
      life.after(2_000).sees("processing", { progress: 50 }).tracked.revision,
    ];
    expect(revisions).toEqual([1, 2, 2, 3]);
  });

  it("changes nothing that is known of the generation when GEN did not answer", () => {
    const { tracked } = new Life().sees("processing").after(2_000).fails();
    expect(tracked).toMatchObject({ status: "processing", revision: 2, seenAt: START, phase: "running" });
  });

  it.each(["completed", "failed", "stopped"])("settles the generation when it tells the end: %s", (status) => {
    const { tracked } = new Life().after(9_000).sees(status);
    expect(tracked).toMatchObject({ phase: "settled", status, endedAt: START + 9_000 });
  });

  it.each(["pending", "awaiting_approval", "executing", "a word GEN invents tomorrow"])(
    "leaves the generation running when it tells any other status: %s",
    (status) => {
      expect(new Life().sees(status).tracked).toMatchObject({ phase: "running", status, endedAt: null });
    },
  );

  it.each([
    ["an older state", (life: Life) => life.sees("processing")],
    ["another end", (life: Life) => life.sees("failed")],
    ["the same end", (life: Life) => life.sees("completed")],
    ["a failed poll", (life: Life) => life.fails(1_000)],
    ["a hint", (life: Life) => life.hinted()],
  ])("never reopens a settled generation when it comes late or twice: %s", (_, happens) => {
    const life = new Life().sees("completed").after(3_000);
    const { tracked } = life;
    expect(happens(life).tracked).toBe(tracked);
  });
});

describe("continue", () => {
  it("makes a settled generation live again, with what was known of it gone", () => {
    const { tracked } = new Life().sees("stopped").after(HOUR_MS).continued("call-2");
    expect(tracked).toMatchObject({
      phase: "running",
      status: "pending",
      body: null,
      seenAt: null,
      endedAt: null,
      callId: "call-2",
      startedAt: START + HOUR_MS,
      nextPollAt: START + HOUR_MS,
    });
  });

  it("is a new revision, so that a watcher who saw the end is told", () => {
    const stopped = new Life().sees("stopped");
    const { revision } = stopped.tracked;
    expect(stopped.continued("call-2").tracked.revision).toBe(revision + 1);
  });

  it("reopens nothing when it is heard twice", () => {
    const life = new Life().sees("stopped").continued("call-2").sees("completed");
    const { tracked } = life;
    expect(life.continued("call-2").tracked).toBe(tracked);
  });

  it("has the generation polled at once when it was not yet seen to have stopped", () => {
    const life = new Life().sees("processing").after(500).continued("call-2");
    expect(life.tracked).toMatchObject({ phase: "running", callId: "call-2", nextPollAt: START + 500 });
  });

  it("starts the period of polls anew", () => {
    const life = new Life();
    for (let n = 0; n < 9; n += 1) life.after(2_000).sees("processing");
    expect(life.sees("stopped").continued("call-2").sees("processing").waitMs).toBe(2_000);
  });
});

describe("24 hours after a generation began", () => {
  it("the generation is given up, whether GEN answers or not", () => {
    expect(new Life().after(24 * HOUR_MS - 1).sees("processing").tracked.phase).toBe("running");
    expect(new Life().after(24 * HOUR_MS).sees("processing").tracked.phase).toBe("gave-up");
    expect(new Life().after(24 * HOUR_MS).fails().tracked).toMatchObject({
      phase: "gave-up",
      endedAt: START + 24 * HOUR_MS,
    });
  });

  it("an end that is seen at last still counts", () => {
    expect(new Life().after(25 * HOUR_MS).sees("completed").tracked.phase).toBe("settled");
  });

  it("the generation is polled, whatever Retry-After says", () => {
    const life = new Life().after(20 * HOUR_MS).fails(24 * HOUR_MS);
    expect(life.tracked.nextPollAt).toBe(START + 24 * HOUR_MS);
  });

  it("giving up is a new revision, and late reports do not take it back", () => {
    const life = new Life()
      .sees("processing")
      .after(24 * HOUR_MS)
      .fails();
    expect(life.tracked.revision).toBe(3);
    const { tracked } = life;
    expect(life.after(1_000).sees("completed").tracked).toBe(tracked);
  });
});
