import { Circuit, type Permit as CircuitPermit, WINDOW_MS } from "./circuit.ts";
import { Pauses } from "./pauses.ts";
import { RetryThrottle } from "./retry-throttle.ts";

/** So many clients are remembered. */
const MAX_CLIENTS = 1_000;
/** The circuit of all hears of so many failures of one client in its window: half of what opens it. */
const MAX_HEARD = 10;

interface Own {
  readonly circuit: Circuit;
  readonly throttle: RetryThrottle;
  /** When the circuit of all has heard of failures of this client. */
  heardAt: readonly number[];
}

/** Leave for one attempt, by the circuit of all and by its client's own. */
export interface Permit {
  /** The client for whom it is made. */
  readonly by: string;
  readonly ofAll: CircuitPermit;
  /** Null: its own circuit is open, and does not count. */
  readonly ofOwn: CircuitPermit | null;
}

/** Who makes an attempt, and of which class it is: a `Retry-After` pauses that class alone. */
export interface Attempting {
  readonly by: string;
  readonly pauseGroup: string;
}

/** What an attempt has shown of the host. */
export interface Shown {
  /** `hasty`: it was broken off too early to show anything. `nothing`: its client has left, or has spoilt it. */
  readonly result: "success" | "failure" | "hasty" | "nothing";
  /** For how long the host asks to be left alone, in milliseconds; null when it does not. */
  readonly askedMs: number | null;
}

interface Sight {
  readonly by: string;
  readonly at: number;
}

/**
 * What one isolate remembers of one host. It is lost with the isolate; nothing depends on it but load. What a single client sees
 * fail may be its own doing (a sheet that GEN can't read, say): its own throttle holds back its retries, and its own circuit its
 * attempts, unless the host is seen to be well by others. The throttle and the circuit of all hear of so little of one client's failures
 * that without another's they hold back nobody.
 */
export class HostHealth {
  readonly pauses = new Pauses();
  readonly #attemptTimeoutMs: number;
  readonly #circuit: Circuit;
  readonly #throttle = new RetryThrottle();
  /** Holds back attempts after others that had too little time, and no others. */
  readonly #hastyThrottle = new RetryThrottle();
  readonly #own = new Map<string, Own>();
  /** The latest success, and the latest of another client than that one's. */
  #well: Sight | null = null;
  #otherWell: Sight | null = null;

  constructor(attemptTimeoutMs: number) {
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.#circuit = new Circuit(attemptTimeoutMs);
  }

  /** Milliseconds until an attempt may be made for this client; 0 when it may be made now. */
  openForMs(now: number, by: string): number {
    const ownMs = this.#isWellForOthers(by, now) ? 0 : (this.#own.get(by)?.circuit.openForMs(now) ?? 0);
    return Math.max(this.#circuit.openForMs(now), ownMs);
  }

  /** Milliseconds for which an attempt is held back, by a circuit or a pause; 0 when it may be made now. */
  heldForMs(now: number, { by, pauseGroup }: Attempting): number {
    return Math.max(this.openForMs(now, by), this.pauses.remaining(pauseGroup, now));
  }

  /** Leave to make one attempt; null while it is held back. */
  admit(now: number, attempting: Attempting): Permit | null {
    return this.heldForMs(now, attempting) > 0 ? null : this.begin(now, attempting.by);
  }

  /** What an attempt that was admitted has shown. */
  learn(permit: Permit, pauseGroup: string, { result, askedMs }: Shown, now: number): void {
    if (result === "nothing") this.release(permit);
    else if (result === "hasty") this.recordHasty(permit);
    else this.record(permit, result === "failure", now);
    if (askedMs !== null) this.pauses.pause(pauseGroup, askedMs, now);
  }

  /** Past the pauses: leave by the circuits alone. */
  begin(now: number, by: string): Permit | null {
    if (this.openForMs(now, by) > 0) return null;
    const ofAll = this.#circuit.begin(now);
    return ofAll && { by, ofAll, ofOwn: this.#ownOf(by).circuit.begin(now) };
  }

  /** `isHasty`: after an attempt that had too little time to show anything of the host. */
  allowsRetry(by: string, isHasty = false): boolean {
    if (!this.#throttle.allowsRetry || (isHasty && !this.#hastyThrottle.allowsRetry)) return false;
    return this.#own.get(by)?.throttle.allowsRetry ?? true;
  }

  record({ by, ofAll, ofOwn }: Permit, failed: boolean, now: number): void {
    const own = this.#ownOf(by);
    if (ofOwn) own.circuit.record(ofOwn, failed, now);
    own.throttle.record(failed);
    // A probe is always heard.
    if (!failed || this.#circuit.isOpen || isHeard(own, now)) this.#circuit.record(ofAll, failed, now);
    // Who is held back itself takes no more from the others.
    if (!failed || own.throttle.allowsRetry) this.#throttle.record(failed);
    if (!failed) this.#hastyThrottle.record(false);
    if (!failed) this.#see({ by, at: now });
  }

  /** It was broken off too early to show anything of the host. */
  recordHasty(permit: Permit): void {
    this.release(permit);
    const { throttle } = this.#ownOf(permit.by);
    throttle.record(true);
    if (throttle.allowsRetry) this.#hastyThrottle.record(true);
  }

  /** Its client has left, or has spoilt it: it has shown nothing. */
  release({ by, ofAll, ofOwn }: Permit): void {
    this.#circuit.release(ofAll);
    if (ofOwn) this.#ownOf(by).circuit.release(ofOwn);
  }

  #see(sight: Sight): void {
    if (this.#well?.by !== sight.by) this.#otherWell = this.#well;
    this.#well = sight;
  }

  #isWellForOthers(by: string, now: number): boolean {
    const seen = this.#well?.by === by ? this.#otherWell : this.#well;
    return seen !== null && seen.at > now - WINDOW_MS;
  }

  #ownOf(by: string): Own {
    const known = this.#own.get(by);
    if (known) return known;
    const own = { circuit: new Circuit(this.#attemptTimeoutMs), throttle: new RetryThrottle(), heardAt: [] };
    this.#own.set(by, own);
    const oldest = this.#own.keys().next();
    if (this.#own.size > MAX_CLIENTS && !oldest.done) this.#own.delete(oldest.value);
    return own;
  }
}

/** Whether the circuit of all hears of one more failure. */
function isHeard(own: Own, now: number): boolean {
  own.heardAt = own.heardAt.filter((at) => at > now - WINDOW_MS);
  if (own.heardAt.length >= MAX_HEARD) return false;
  own.heardAt = [...own.heardAt, now];
  return true;
}
