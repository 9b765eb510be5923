/**
 * Breaks an attempt off: at its limit, or once its caller has left. To look at a request's signal costs more than the
 * rest of an attempt, and most attempts end before anybody could leave: it is looked at 100 ms into the attempt.
 */
import type { Clock } from "../resilience/clock.ts";

const LISTEN_AFTER_MS = 100;
const QUICK_MS = 50;

export interface AttemptTerms {
  /** Until the headers. */
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
  /** Whether the first timer has rung, or there was none. */
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

  /** Calls back once, in 100 ms at the latest; the returned function calls it off. A timer that runs anyway is used. */
  readonly soon = (run: () => void): (() => void) => {
    if (this.#isLate) return this.#terms.clock.after(QUICK_MS, run);
    this.#onLate = run;
    return () => {
      this.#onLate = null;
    };
  };

  /** The headers are there: nothing breaks the body off but its reader. The first timer is left to ring: to stop it costs. */
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
