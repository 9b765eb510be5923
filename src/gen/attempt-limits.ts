/**
 * Aborts an attempt at its time limit, or when its caller disconnects. Reading a request's signal costs more than the
 * rest of an attempt, and most attempts end before a caller could disconnect, so it is read only after 100 ms.
 */
import type { Clock } from "../resilience/clock.ts";

const LISTEN_AFTER_MS = 100;
const QUICK_MS = 50;

export interface AttemptTerms {
  /** Until the response headers. */
  readonly limitMs: number;
  /** Starts the limit only once this resolves: a streamed upload has an idle limit of its own. */
  readonly sent?: Promise<void>;
  /** Null when the attempt goes on without its caller. */
  readonly callerSignal: (() => AbortSignal | null) | null;
  readonly clock: Clock;
}

export class AttemptLimits {
  readonly #controller = new AbortController();
  readonly #terms: AttemptTerms;
  #caller: AbortSignal | null = null;
  #stopTimer = () => {};
  /** Whether the first timer has fired, or there was none. */
  #isLate = true;
  #released = false;
  #onLate: (() => void) | null = null;
  timedOut = false;

  constructor(terms: AttemptTerms) {
    this.#terms = terms;
    const { sent, limitMs } = terms;
    if (sent) {
      this.#listen();
      sent.then(
        () => this.#start(limitMs),
        () => {},
      );
    } else if (terms.callerSignal === null || limitMs <= LISTEN_AFTER_MS) {
      this.#start(limitMs);
    } else {
      this.#isLate = false;
      terms.clock.after(LISTEN_AFTER_MS, () => {
        this.#isLate = true;
        if (this.#released) return this.#onLate?.();
        this.#start(limitMs - LISTEN_AFTER_MS);
        this.#listen();
      });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get callerGone(): boolean {
    return this.#caller?.aborted ?? false;
  }

  readonly abort = (): void => this.#controller.abort();

  /** Calls `run` once, within 100 ms; the returned function cancels it. Uses the first timer if it is still running. */
  readonly soon = (run: () => void): (() => void) => {
    if (this.#isLate) return this.#terms.clock.after(QUICK_MS, run);
    this.#onLate = run;
    return () => {
      this.#onLate = null;
    };
  };

  /**
   * The headers have arrived: from now on only the reader of the body can abort. The first timer is left to fire,
   * because clearing it costs time.
   */
  release(): void {
    this.#released = true;
    this.#stopTimer();
    this.#caller?.removeEventListener("abort", this.abort);
  }

  #start(ms: number): void {
    if (this.#released) return;
    this.#stopTimer = this.#terms.clock.after(ms, () => {
      this.timedOut = true;
      this.abort();
    });
  }

  #listen(): void {
    this.#caller = this.#terms.callerSignal?.() ?? null;
    if (this.#caller?.aborted) this.abort();
    else this.#caller?.addEventListener("abort", this.abort);
  }
}
