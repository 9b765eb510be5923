import type { Clock } from "../resilience/clock.ts";

export interface AttemptTerms {
  /** Until the headers. */
  readonly limitMs: number;
  /** Starts the limit only once this resolves: a streamed upload has an idle limit of its own. */
  readonly sent?: Promise<void>;
  /** Null when the attempt goes on without its caller. */
  readonly callerSignal: (() => AbortSignal | null) | null;
  readonly clock: Clock;
}

/** Aborts an attempt at its time limit, or when its caller disconnects; after its headers, only when asked to. */
export class AttemptLimits {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | null;
  readonly #clock: Clock;
  #stopTimer = () => {};
  #isReleased = false;
  timedOut = false;
  callerGone = false;

  constructor({ limitMs, sent, callerSignal, clock }: AttemptTerms) {
    this.#clock = clock;
    this.#caller = callerSignal?.() ?? null;
    if (this.#caller?.aborted) this.#leave();
    else this.#caller?.addEventListener("abort", this.#leave);
    const start = () => this.#start(limitMs);
    if (sent) sent.then(start, () => {});
    else start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly abort = (): void => this.#controller.abort();

  readonly #leave = (): void => {
    this.callerGone = true;
    this.abort();
  };

  /** Call it at the headers: a live timer was seen to cut a body that was still streaming. */
  release(): void {
    this.#isReleased = true;
    this.#stopTimer();
    this.#caller?.removeEventListener("abort", this.#leave);
  }

  #start(ms: number): void {
    if (this.#isReleased) return;
    this.#stopTimer = this.#clock.after(ms, () => {
      this.timedOut = true;
      this.abort();
    });
  }
}
