/**
 * What one client has spent of its daily quota: charged calls, each reserved before it is sent, and spent or given back
 * when it has ended. Exact under concurrency: one object per client and day (UTC). Every verb may be repeated.
 */
import { DurableObject } from "cloudflare:workers";
import { getIsolate } from "../isolate.ts";

const TABLE = `CREATE TABLE IF NOT EXISTS charges (
  call TEXT NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (call, epoch));`;
/** A day's account can be read for a week; a call ends within a day of its first doubt. */
const KEEP_MS = 8 * 24 * 3_600_000;

/** One intent to charge: a durable call's id and the epoch of its key. */
export interface Charge {
  readonly callId: string;
  readonly epoch: number;
}

export interface Usage {
  readonly reserved: number;
  readonly spent: number;
}

export class ClientAccount extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(TABLE);
  }

  /** False when the day's quota is used up. */
  async reserve({ callId, epoch }: Charge, limit: number): Promise<boolean> {
    const state = this.#state(callId, epoch);
    if (state === "reserved" || state === "spent") return true;
    if (this.#count("reserved") + this.#count("spent") >= limit) return false;
    this.#write({ callId, epoch }, "reserved");
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(getIsolate(this.env).clock.now() + KEEP_MS);
    }
    return true;
  }

  /** The call has ended: it was charged, or it was not. */
  async close(charge: Charge, spent: boolean): Promise<void> {
    if (this.#state(charge.callId, charge.epoch) !== null) this.#write(charge, spent ? "spent" : "released");
  }

  async usage(): Promise<Usage> {
    return { reserved: this.#count("reserved"), spent: this.#count("spent") };
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #count(state: "reserved" | "spent"): number {
    const [row] = this.ctx.storage.sql.exec("SELECT COUNT(*) AS n FROM charges WHERE state = ?", state).toArray();
    return Number(row?.n ?? 0);
  }

  #state(callId: string, epoch: number): string | null {
    const query = "SELECT state FROM charges WHERE call = ? AND epoch = ?";
    const [row] = this.ctx.storage.sql.exec(query, callId, epoch).toArray();
    return row ? String(row.state) : null;
  }

  #write({ callId, epoch }: Charge, state: "reserved" | "spent" | "released"): void {
    const query = "INSERT INTO charges VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state";
    this.ctx.storage.sql.exec(query, callId, epoch, state);
  }
}
