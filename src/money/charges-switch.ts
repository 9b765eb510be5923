/** The switch that stops all calls that cost credits, beside the variable `CHARGES_PAUSED`. One object. */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../context.ts";

/** Milliseconds since the epoch; null: charges are not paused. */
export interface SwitchView {
  readonly pausedSince: number | null;
}

export class ChargesSwitch extends DurableObject<Env> {
  readonly #isolate: Isolate;

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
  }

  async view(): Promise<SwitchView> {
    return { pausedSince: this.ctx.storage.kv.get<number>("pausedSince") ?? null };
  }

  /** Does nothing when it is paused already: it stays paused since then. */
  async pause(): Promise<SwitchView> {
    const { pausedSince } = await this.view();
    if (pausedSince === null) this.ctx.storage.kv.put("pausedSince", this.#isolate.clock.now());
    return this.view();
  }

  async resume(): Promise<SwitchView> {
    this.ctx.storage.kv.delete("pausedSince");
    return this.view();
  }
}
