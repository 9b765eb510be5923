/**
 * Gathers in the isolate what came in, and tells the list of deliveries at once the first time, then at most every ten
 * seconds: so a stranger who sends a million deliveries costs a handful of requests, and memory for a few of each kind.
 * Approximate: what an isolate that ends has not told is lost. A run that was started is not.
 */
import type { Clock } from "../../resilience/clock.ts";
import type { Accepted, Batch, Refused, RefusedGroup } from "./delivery.ts";

const PERIOD_MS = 10_000;
/** Accepted deliveries are told sooner if there are so many. */
const MAX_ACCEPTED = 100;
/** Of each source and reason. */
const MAX_LATEST = 5;

export class DeliveryLog {
  readonly #clock: Clock;
  #accepted: Accepted[] = [];
  #refused = new Map<string, RefusedGroup>();
  #told = Number.NEGATIVE_INFINITY;
  /** When somebody tells it next. */
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  accept(accepted: Accepted): void {
    this.#accepted.push(accepted);
  }

  refuse(refused: Refused): void {
    const { source, why } = refused;
    const key = `${why} ${source}`;
    const { count, latest } = this.#refused.get(key) ?? { count: 0, latest: [] };
    this.#refused.set(key, { source, why, count: count + 1, latest: [...latest, refused].slice(-MAX_LATEST) });
  }

  /** Waits until it is time, and then tells all that there is. Null when another request does that. */
  tellSoon(tell: (batch: Batch) => Promise<unknown>): Promise<void> | null {
    const now = this.#clock.now();
    if (this.#accepted.length >= MAX_ACCEPTED) return this.tell(tell);
    // A request whose time was cut short may have left it undone.
    if (now < this.#dueAt + PERIOD_MS) return null;
    const waitMs = Math.max(0, this.#told + PERIOD_MS - now);
    this.#dueAt = now + waitMs;
    return this.#tellAfter(waitMs, tell);
  }

  /** Tells all that there is, now. */
  async tell(tell: (batch: Batch) => Promise<unknown>): Promise<void> {
    const batch = { accepted: this.#accepted, refused: [...this.#refused.values()] };
    if (batch.accepted.length + batch.refused.length === 0) return;
    this.#accepted = [];
    this.#refused = new Map();
    this.#told = this.#clock.now();
    await tell(batch);
  }

  async #tellAfter(waitMs: number, tell: (batch: Batch) => Promise<unknown>): Promise<void> {
    if (waitMs > 0) await this.#clock.sleep(waitMs);
    this.#dueAt = Number.NEGATIVE_INFINITY;
    await this.tell(tell);
  }
}
