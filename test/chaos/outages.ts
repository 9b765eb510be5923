/** Kills the Worker and starts it again; says when it was away, and waits until it is back. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CrashableWorker } from "../support/crashable-worker.ts";

/** Milliseconds since the epoch. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

export class Outages {
  readonly past: Outage[] = [];
  readonly #worker: CrashableWorker;
  #back: Promise<void> = Promise.resolve();

  constructor(worker: CrashableWorker) {
    this.#worker = worker;
  }

  whenUp(): Promise<void> {
    return this.#back;
  }

  /** Resolves once it answers again. */
  async crash(downMs: number): Promise<void> {
    const from = Date.now();
    this.#back = this.#crash(downMs);
    await this.#back;
    this.past.push({ from, to: Date.now() });
  }

  async #crash(downMs: number): Promise<void> {
    await this.#worker.kill();
    await sleep(downMs);
    await this.#worker.restart();
  }
}
