/**
 * One client's use of its daily quota: charged calls and their credits. They are reserved before a call is sent, and
 * marked spent or released when it has ended. Exact under concurrency: one object per client and day (UTC). Every
 * method may be repeated.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../context.ts";
import type { Allowance } from "./price.ts";
import { selectShortage, type Usage } from "./quota.ts";

const TABLE = `CREATE TABLE charges (
  call TEXT NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL, credits REAL NOT NULL,
  calls INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (call, epoch));`;
/** Migrates an account from a version that counted each call as one. */
const COUNTED = "ALTER TABLE charges ADD COLUMN calls INTEGER NOT NULL DEFAULT 1";
/**
 * A day's usage can be read for a week. A call ends within a day of becoming ambiguous, so it is closed before that.
 */
const KEEP_MS = 8 * 24 * 3_600_000;

/** One charge: a durable call's id and the epoch of its idempotency key. */
interface Charge {
  readonly callId: string;
  readonly epoch: number;
}

interface Reservation extends Charge {
  readonly credits: number;
  /** The number of generations it starts. Default: 1. */
  readonly calls?: number;
}

type Limits = Pick<Allowance, "chargesPerDay" | "creditsPerDay">;

const NOTHING: Usage = { calls: { reserved: 0, spent: 0 }, credits: { reserved: 0, spent: 0 } };

export class ClientAccount extends DurableObject<Env> {
  readonly #clock: Isolate["clock"];

  constructor(ctx: DurableObjectState, env: Env, { clock }: Pick<Isolate, "clock">) {
    super(ctx, env);
    this.#clock = clock;
  }

  /** False when the rest of the day's quota is too small. */
  async reserve({ callId, epoch, credits, calls = 1 }: Reservation, limits: Limits): Promise<boolean> {
    await this.#open();
    const state = this.#state(callId, epoch);
    if (state === "reserved" || state === "spent") return true;
    if (selectShortage(this.#usage(), { calls, credits }, limits) !== null) return false;
    const query = "INSERT OR REPLACE INTO charges (call, epoch, state, credits, calls) VALUES (?, ?, 'reserved', ?, ?)";
    this.ctx.storage.sql.exec(query, callId, epoch, credits, calls);
    return true;
  }

  /** Records whether the ended call was charged. Does nothing if the day's account is already deleted. */
  async close({ callId, epoch }: Charge, spent: boolean): Promise<void> {
    if (!this.#isOpen()) return;
    const query = "UPDATE charges SET state = ? WHERE call = ? AND epoch = ?";
    this.ctx.storage.sql.exec(query, spent ? "spent" : "released", callId, epoch);
  }

  async usage(): Promise<Usage> {
    return this.#isOpen() ? this.#usage() : NOTHING;
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  /** Creates the table at the first reservation, so that read-only requests store nothing. */
  async #open(): Promise<void> {
    if (this.#isOpen()) return;
    this.ctx.storage.sql.exec(TABLE);
    await this.ctx.storage.setAlarm(this.#clock.now() + KEEP_MS);
  }

  #isOpen(): boolean {
    const [table] = this.ctx.storage.sql.exec("SELECT sql FROM sqlite_master WHERE name = 'charges'").toArray();
    if (table && !String(table.sql).includes("calls INTEGER")) this.ctx.storage.sql.exec(COUNTED);
    return table !== undefined;
  }

  #usage(): Usage {
    const [reserved, spent] = [this.#sum("reserved"), this.#sum("spent")];
    return {
      calls: { reserved: reserved.calls, spent: spent.calls },
      credits: { reserved: reserved.credits, spent: spent.credits },
    };
  }

  #sum(state: "reserved" | "spent"): { calls: number; credits: number } {
    const query = "SELECT TOTAL(calls) AS calls, TOTAL(credits) AS credits FROM charges WHERE state = ?";
    const { calls, credits } = this.ctx.storage.sql.exec(query, state).one();
    return { calls: Number(calls), credits: Number(credits) };
  }

  #state(callId: string, epoch: number): string | null {
    const query = "SELECT state FROM charges WHERE call = ? AND epoch = ?";
    const [row] = this.ctx.storage.sql.exec(query, callId, epoch).toArray();
    return row ? String(row.state) : null;
  }
}
