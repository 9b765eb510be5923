/**
 * Stops retries, never first attempts, while a host fails more often than it succeeds: gRPC's retry throttling (gRFC
 * A6). One per isolate and host, and one for each client.
 */
const MAX_TOKENS = 40;
const START_TOKENS = 30;
const RETRIES_ABOVE = 20;

export class RetryThrottle {
  #tokens = START_TOKENS;

  get allowsRetry(): boolean {
    return this.#tokens > RETRIES_ABOVE;
  }

  record(failed: boolean): void {
    this.#tokens = failed ? Math.max(0, this.#tokens - 1) : Math.min(MAX_TOKENS, this.#tokens + 1);
  }
}
