import { Circuit, type Permit as CircuitPermit, WINDOW_MS } from "./circuit.ts";
import { Pauses } from "./pauses.ts";
import { RetryThrottle } from "./retry-throttle.ts";

/** How many clients are remembered. */
const MAX_CLIENTS = 1_000;
/** How many failures of one client the shared circuit counts per window: half of the number that opens it. */
const MAX_SHARED_FAILURES = 10;

interface Own {
  readonly circuit: Circuit;
  readonly throttle: RetryThrottle;
  /** When the shared circuit counted failures of this client. */
  sharedFailuresAt: readonly number[];
}

/** Permission for one attempt, from the shared circuit and from the client's own. */
export interface Permit {
  /** The client of the attempt. */
  readonly by: string;
  readonly shared: CircuitPermit;
  /** Null: the client's own circuit is open but overruled, because others succeed. */
  readonly own: CircuitPermit | null;
}

/** The client of an attempt, and its pause group: a `Retry-After` pauses only that group. */
export interface Attempting {
  readonly by: string;
  readonly pauseGroup: string;
}

/** What an attempt has shown about the host. */
export interface Shown {
  /** `hasty`: aborted too early to show anything. `nothing`: its client disconnected or aborted its upload. */
  readonly result: "success" | "failure" | "hasty" | "nothing";
  /** The wait that the host asked for, in milliseconds; null for none. */
  readonly askedMs: number | null;
}

interface Success {
  readonly by: string;
  readonly at: number;
}

/**
 * What one isolate remembers about one host. It may be lost at any time; only load depends on it. Failures that a
 * single client sees may be its own doing (a sheet that GEN can't read, say). So each client has a throttle for its
 * retries and a circuit for its attempts; its circuit is overruled while other clients succeed. The shared throttle and
 * the shared circuit count so few failures of one client that it alone can never block the others.
 */
export class HostHealth {
  readonly pauses = new Pauses();
  readonly #attemptTimeoutMs: number;
  readonly #circuit: Circuit;
  readonly #throttle = new RetryThrottle();
  /** Limits retries that follow an attempt with too little time, and no others. */
  readonly #hastyThrottle = new RetryThrottle();
  readonly #own = new Map<string, Own>();
  /** The latest success, and the latest success of any other client. */
  #lastSuccess: Success | null = null;
  #lastSuccessOfAnother: Success | null = null;

  constructor(attemptTimeoutMs: number) {
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.#circuit = new Circuit(attemptTimeoutMs);
  }

  /** Milliseconds until this client may make an attempt; 0 when it may now. */
  openForMs(now: number, by: string): number {
    const ownMs = this.#answersOthers(by, now) ? 0 : (this.#own.get(by)?.circuit.openForMs(now) ?? 0);
    return Math.max(this.#circuit.openForMs(now), ownMs);
  }

  /** Milliseconds until an attempt may be made, by circuits and pauses; 0 when it may now. */
  heldForMs(now: number, { by, pauseGroup }: Attempting): number {
    return Math.max(this.openForMs(now, by), this.pauses.remaining(pauseGroup, now));
  }

  /** Permission for one attempt; null while circuits or pauses hold it back. */
  admit(now: number, attempting: Attempting): Permit | null {
    return this.heldForMs(now, attempting) > 0 ? null : this.begin(now, attempting.by);
  }

  /** Records what an admitted attempt has shown. */
  learn(permit: Permit, pauseGroup: string, { result, askedMs }: Shown, now: number): void {
    if (result === "nothing") this.release(permit);
    else if (result === "hasty") this.recordHasty(permit);
    else this.record(permit, result === "failure", now);
    if (askedMs !== null) this.pauses.pause(pauseGroup, askedMs, now);
  }

  /** Permission for one attempt by the circuits alone, without regard to pauses. */
  begin(now: number, by: string): Permit | null {
    if (this.openForMs(now, by) > 0) return null;
    const shared = this.#circuit.begin(now);
    return shared && { by, shared, own: this.#ownOf(by).circuit.begin(now) };
  }

  /** `isHasty`: the previous attempt had too little time to say anything about the host. */
  allowsRetry(by: string, isHasty = false): boolean {
    if (!this.#throttle.allowsRetry || (isHasty && !this.#hastyThrottle.allowsRetry)) return false;
    return this.#own.get(by)?.throttle.allowsRetry ?? true;
  }

  record(permit: Permit, failed: boolean, now: number): void {
    const { by } = permit;
    const own = this.#ownOf(by);
    if (permit.own) own.circuit.record(permit.own, failed, now);
    own.throttle.record(failed);
    // The result of a probe always counts.
    if (!failed || this.#circuit.isOpen || countsAsShared(own, now)) this.#circuit.record(permit.shared, failed, now);
    // A client that its own throttle already stops no longer drains the shared one.
    if (!failed || own.throttle.allowsRetry) this.#throttle.record(failed);
    if (!failed) this.#hastyThrottle.record(false);
    if (!failed) this.#noteSuccess({ by, at: now });
  }

  /** The attempt was aborted too early to say anything about the host. */
  recordHasty(permit: Permit): void {
    this.release(permit);
    const { throttle } = this.#ownOf(permit.by);
    throttle.record(true);
    if (throttle.allowsRetry) this.#hastyThrottle.record(true);
  }

  /** The client disconnected or aborted its upload: the attempt says nothing about the host. */
  release({ by, shared, own }: Permit): void {
    this.#circuit.release(shared);
    if (own) this.#ownOf(by).circuit.release(own);
  }

  #noteSuccess(success: Success): void {
    if (this.#lastSuccess?.by !== success.by) this.#lastSuccessOfAnother = this.#lastSuccess;
    this.#lastSuccess = success;
  }

  #answersOthers(by: string, now: number): boolean {
    const success = this.#lastSuccess?.by === by ? this.#lastSuccessOfAnother : this.#lastSuccess;
    return success !== null && success.at > now - WINDOW_MS;
  }

  #ownOf(by: string): Own {
    const known = this.#own.get(by);
    if (known) return known;
    const own = { circuit: new Circuit(this.#attemptTimeoutMs), throttle: new RetryThrottle(), sharedFailuresAt: [] };
    this.#own.set(by, own);
    const oldest = this.#own.keys().next();
    if (this.#own.size > MAX_CLIENTS && !oldest.done) this.#own.delete(oldest.value);
    return own;
  }
}

/** Whether the shared circuit counts one more failure of this client. */
function countsAsShared(own: Own, now: number): boolean {
  own.sharedFailuresAt = own.sharedFailuresAt.filter((at) => at > now - WINDOW_MS);
  if (own.sharedFailuresAt.length >= MAX_SHARED_FAILURES) return false;
  own.sharedFailuresAt = [...own.sharedFailuresAt, now];
  return true;
}
