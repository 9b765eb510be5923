/**
 * A durable call with a GEN that charges, forgets keys, loses answers and refuses at random. The model knows what GEN
 * really did, so that a test can compare it with what the state machine says. Time is simulated.
 */
import { selectNextAction } from "../../src/calls/states/next-action.ts";
import { type CallRecord, selectAlarm } from "../../src/calls/states/record.ts";
import {
  type CallEvent,
  type CallState,
  type CallTerms,
  isForPerson,
  isLive,
  type Mode,
} from "../../src/calls/states/state.ts";
import { accept, apply, toNextEpoch } from "../../src/calls/states/transitions.ts";
import type { Failure } from "../../src/gen/failure.ts";

export const HOUR_MS = 3_600_000;
const GEN_MEMORY_MS = 24 * HOUR_MS;
const QUIET_MS = 60_000;
const LOST_QUIET_MS = 3_000;
const TIMEOUT_MS = 60_000;

export const failures = {
  lost: { kind: "lost" },
  timeout: { kind: "timeout" },
  cut: { kind: "cut", status: 201 },
  page: { kind: "unreadable", status: 200 },
  rateLimited: status(429, "rate_limited"),
  unavailable: status(503, null),
  unavailableFor: status(503, null, 7_000),
  noCredits: status(422, "insufficient_credits_for_job"),
  firewall: status(403, null),
  conflict: status(409, "idempotency_conflict"),
  broken: status(500, null),
  gatewayTimeout: status(504, null),
  badGateway: status(502, null),
} as const satisfies Record<string, Failure>;

export function status(code: number, errorCode: string | null, retryAfterMs: number | null = null): Failure {
  return { kind: "status", status: code, error: { code: errorCode, text: null, members: {} }, retryAfterMs };
}

/**
 * GEN, as far as credits are concerned. A key is remembered for 24 hours from the send that was carried out. While a
 * first send is at work, a second one under its key finds no answer to repeat and is carried out as well, since GEN
 * documents nothing that forbids it.
 */
class Gen {
  readonly charges = new Map<number, number>();
  readonly #remembered = new Map<number, number>();
  #working: { epoch: number; sentAt: number; endsAt: number }[] = [];
  readonly #mode: Mode;

  constructor(mode: Mode) {
    this.#mode = mode;
  }

  take(send: { epoch: number; sentAt: number; workMs: number }): void {
    const { epoch, sentAt, workMs } = send;
    const until = this.#remembered.get(epoch);
    if (this.#mode === "keyed" && until !== undefined && sentAt < until) return;
    this.#working.push({ epoch, sentAt, endsAt: sentAt + workMs });
    this.advance(sentAt);
  }

  /** Accepts the send and answers at once that it is at work, so that a repeat finds it there. */
  begin(send: { epoch: number; sentAt: number; workMs: number }): void {
    this.take(send);
    const until = send.sentAt + GEN_MEMORY_MS;
    if (this.#mode === "keyed") this.#remembered.set(send.epoch, this.#remembered.get(send.epoch) ?? until);
  }

  /** A send under a key that GEN remembers. */
  isAtWork(epoch: number): boolean {
    return this.#remembered.has(epoch) && this.#working.some((each) => each.epoch === epoch);
  }

  advance(now: number): void {
    const ended = this.#working.filter(({ endsAt }) => endsAt <= now);
    this.#working = this.#working.filter(({ endsAt }) => endsAt > now);
    for (const { epoch, sentAt } of ended) {
      this.charges.set(epoch, this.chargesOf(epoch) + 1);
      this.#remembered.set(epoch, sentAt + GEN_MEMORY_MS);
    }
  }

  chargesOf(epoch: number): number {
    return this.charges.get(epoch) ?? 0;
  }
}

const LATE: readonly CallEvent["kind"][] = [
  "answered",
  "deferred",
  "failed",
  "adopted",
  "not-found",
  "not-looked",
  "untraced",
  "reserved",
];
/** Events that a collecting call may get at any time from its own search for evidence. */
const COLLECTORS_NEWS: readonly CallEvent["kind"][] = ["adopted", "not-found", "not-looked"];

/** A record in this state, without anything else to do: the lists of calls show it already. */
export function createShown(state: CallState): CallRecord {
  const shown = { name: "", at: "acceptedAt" in state ? state.acceptedAt : 0, done: true };
  return { state, followUps: [], followUpFailures: 0, shown } as unknown as CallRecord;
}

export class CallModel {
  readonly gen: Gen;
  readonly #terms: CallTerms;
  readonly #random: () => number;
  /** The events so far, for the error message when a walk fails. */
  readonly story: string[] = [];
  now = 1_000_000;
  state: CallState;
  /** Whether an operator's decision, and no proof, has ended the call. */
  resolved = false;

  constructor(terms: Pick<CallTerms, "mode" | "async">, random: () => number) {
    this.gen = new Gen(terms.mode);
    this.#terms = { ...terms, quietMs: QUIET_MS, lostQuietMs: LOST_QUIET_MS };
    this.#random = random;
    this.state = accept(0, this.now);
  }

  get chargesInEpoch(): number {
    return this.gen.chargesOf(this.state.epoch);
  }

  get alarm(): number {
    return selectAlarm(createShown(this.state), this.now);
  }

  /** Applies one random event. While `healthy`, GEN carries out and answers every send. */
  step(healthy: boolean): void {
    if (!isLive(this.state)) this.#goOnAfterTheEnd();
    else if (!healthy && this.#chance(0.25)) this.#interfere();
    else this.#doDuty(healthy);
  }

  #doDuty(healthy: boolean): void {
    const duty = selectNextAction(this.state, this.now);
    switch (duty) {
      case "none":
        this.#pass(Math.max(0, this.alarm - this.now));
        break;
      case "reserve":
        this.#happen({ kind: "reserved" });
        break;
      case "send":
        this.#send(this.#heed(healthy ? "done" : this.#pick(OUTCOMES)));
        break;
      case "reconcile":
        this.#lookForEvidence();
    }
  }

  /** GEN can't answer a send as done while it is at work. */
  #heed(outcome: Outcome): Outcome {
    return outcome === "done" && this.gen.isAtWork(this.state.epoch) ? "at-work" : outcome;
  }

  #send(outcome: Outcome): void {
    const { epoch } = this.state;
    const sentAt = this.now;
    this.#happen({ kind: "sent", at: sentAt });
    if (outcome === "slow") this.gen.take({ epoch, sentAt, workMs: TIMEOUT_MS + this.#random() * QUIET_MS });
    if (outcome === "slow-behind-gateway") this.gen.take({ epoch, sentAt, workMs: this.#random() * QUIET_MS });
    if (outcome === "slow-then-lost") this.gen.take({ epoch, sentAt, workMs: this.#random() * LOST_QUIET_MS });
    if (outcome === "slow-then-crash") this.gen.take({ epoch, sentAt, workMs: this.#random() * QUIET_MS });
    if (outcome === "at-work") this.gen.begin({ epoch, sentAt, workMs: this.#random() * HOUR_MS });
    if (DONE.has(outcome)) this.gen.take({ epoch, sentAt, workMs: 0 });
    this.#pass(outcome === "slow" ? TIMEOUT_MS : this.#random() * 5_000);
    if (outcome !== "done" && this.#chance(0.2)) this.#interfereLightly();
    this.#conclude(outcome);
  }

  #conclude(outcome: Outcome): void {
    const at = this.now;
    // GEN answers a call that it has done from its memory, and does not put it off.
    const why = outcome === "at-work" ? outcome : this.#pick(["confirm", "not-ready"] as const);
    const askedMs = this.#random() ** 8 * 30 * HOUR_MS;
    const deferred = DEFERRED.has(outcome) && this.chargesInEpoch === 0;
    if (outcome === "done" || (DEFERRED.has(outcome) && !deferred)) this.#happen({ kind: "answered", at });
    else if (deferred) this.#happen({ kind: "deferred", at, random: this.#random(), why, askedMs });
    else if (CRASHES.has(outcome)) this.#crash();
    else this.#fail(this.#pick(HEARD[outcome] ?? [failures.lost]));
  }

  #lookForEvidence(): void {
    this.#pass(this.#random() * 10_000);
    const found = this.chargesInEpoch > 0 && this.#chance(0.5);
    if (this.#chance(0.3)) this.#happen({ kind: "not-looked", at: this.now, random: this.#random() });
    else if (found) this.#happen({ kind: "adopted", at: this.now });
    else this.#happen({ kind: "not-found", at: this.now, random: this.#random() });
  }

  #goOnAfterTheEnd(): void {
    if (this.#chance(0.3)) this.#hearLateEvent();
    else if (isForPerson(this.state)) this.#askPerson();
    else this.#comeBack();
  }

  #askPerson(): void {
    this.#pass(HOUR_MS);
    this.resolved = true;
    this.#happen({ kind: "resolved", at: this.now, charged: this.chargesInEpoch > 0 });
  }

  /** The client sends another intent under the same key. */
  #comeBack(): void {
    this.#pass(this.#random() * 26 * HOUR_MS);
    if (this.state.kind !== "not_charged") return;
    this.resolved = false;
    this.state = accept(toNextEpoch(this.state, this.#chance(0.5)), this.now);
    this.story.push(`again, epoch ${this.state.epoch}`);
  }

  #interfere(): void {
    const what = this.#pick(["crash", "late-event", "hold", "person"] as const);
    if (what === "crash") this.#crash();
    else if (what === "late-event") this.#hearLateEvent();
    else if (what === "hold") this.#happen({ kind: "held", until: this.now + this.#random() * 30_000 });
    else this.#interfereLightly();
  }

  #interfereLightly(): void {
    const kind = this.#pick(["cancelled", "wait-over"] as const);
    this.#happen({ kind, at: this.now });
  }

  /** The machine is away: mostly for seconds, sometimes for longer than GEN remembers a key. */
  #crash(): void {
    const awayMs = this.#random() ** 8 * 60 * HOUR_MS;
    this.#pass(awayMs);
    this.#happen({ kind: "crashed", at: this.now });
  }

  /** An event of a send or a search that is not under way. */
  #hearLateEvent(): void {
    const { kind } = this.state;
    const expected = kind === "collecting" ? COLLECTORS_NEWS : [];
    const unexpected = LATE.filter((each) => !expected.includes(each));
    const deferral = { why: "not-ready", askedMs: 0 } as const;
    const facts = { at: this.now, random: 0.5, failure: failures.noCredits, ...deferral };
    const event = { kind: this.#pick(unexpected), ...facts } as CallEvent;
    this.#happen(event);
  }

  #fail(failure: Failure): void {
    this.#happen({ kind: "failed", at: this.now, failure, random: this.#random() });
  }

  #happen(event: CallEvent): void {
    const before = this.state.kind;
    this.state = apply(this.state, event, this.#terms);
    const what = event.kind === "failed" ? JSON.stringify(event.failure) : event.kind;
    this.story.push(`${this.now}: ${before} ${what} → ${this.state.kind}, charged ${this.chargesInEpoch}`);
  }

  #pass(ms: number): void {
    this.now += ms;
    this.gen.advance(this.now);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }
}

/** The outcome of one send: what GEN does, and what the Worker learns of it. */
const OUTCOMES = [
  "done",
  "done-but-lost",
  "done-then-crash",
  "not-done",
  "crash",
  "slow",
  "slow-behind-gateway",
  "slow-then-lost",
  "slow-then-crash",
  "refused",
  "refused",
  "turned-away",
  "turned-away",
  "deferred",
  "at-work",
] as const;
type Outcome = (typeof OUTCOMES)[number];

const DONE = new Set<Outcome>(["done", "done-but-lost", "done-then-crash"]);
const DEFERRED = new Set<Outcome>(["deferred", "at-work"]);
const CRASHES = new Set<Outcome>(["crash", "done-then-crash", "slow-then-crash"]);
const HEARD: Partial<Record<Outcome, readonly Failure[]>> = {
  slow: [failures.timeout],
  "slow-behind-gateway": [failures.gatewayTimeout],
  "slow-then-lost": [failures.lost, failures.cut, failures.badGateway],
  "done-but-lost": [failures.lost, failures.cut, failures.page, failures.unavailable],
  "not-done": [failures.lost, failures.broken, failures.conflict],
  refused: [failures.noCredits, failures.firewall],
  "turned-away": [failures.rateLimited, failures.unavailableFor, status(429, null, 26 * HOUR_MS)],
};
