/**
 * The calls of one agent, of all clients and accounts, that may own a job whose owner is unknown. A call is listed from
 * before its first send until it has claimed its jobs, or is known to have none. One object per agent; every method can
 * be repeated. To miss no owner, read the evidence first, then this list, then who has claimed a job.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../../context.ts";

const TABLE = `CREATE TABLE open_calls (
  call TEXT NOT NULL, epoch INTEGER NOT NULL, type TEXT, container TEXT, input TEXT,
  since INTEGER NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (call, epoch));`;
/** Longer than a call can be open. Calls that wait for an operator are dropped after this time, too. */
const KEEP_MS = 3 * 24 * 3_600_000;
/** A longer input is not stored: the call may then own any job of its type. */
const MAX_INPUT_CHARS = 4_096;
/** With more possible owners than this, they are not compared. */
const MAX_OTHERS = 100;

export interface OpenCall {
  readonly callId: string;
  readonly epoch: number;
  /** Null: it may start jobs of any type, in any cell or layer, from any input. */
  readonly type: string | null;
  readonly containerId: string | null;
  /** JSON text. */
  readonly input: string | null;
  /** A time before its first send. Milliseconds since the epoch. */
  readonly since: number;
}

interface OwnerQuestion {
  readonly callId: string;
  readonly type: string;
  /** Null when the jobs don't name their cell or layer. */
  readonly containerId: string | null;
}

/** Another call that may own such jobs, if they were made after `since` and from its input. */
export interface PossibleOwner {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** JSON text; null: any input. */
  readonly input: string | null;
}

export class OpenCalls extends DurableObject<Env> {
  readonly #clock: Isolate["clock"];

  constructor(ctx: DurableObjectState, env: Env, { clock }: Pick<Isolate, "clock">) {
    super(ctx, env);
    this.#clock = clock;
  }

  async enter({ callId, epoch, type, containerId, input, since }: OpenCall): Promise<void> {
    const now = this.#clock.now();
    if (!this.#isOpen) this.ctx.storage.sql.exec(TABLE);
    const kept = input !== null && input.length <= MAX_INPUT_CHARS ? input : null;
    const query = "INSERT OR IGNORE INTO open_calls VALUES (?, ?, ?, ?, ?, ?, ?)";
    this.ctx.storage.sql.exec(query, callId, epoch, type, containerId, kept, since, now + KEEP_MS);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + KEEP_MS);
  }

  /** Removes this call, and earlier calls under its key. All jobs that they own are claimed. */
  async leave(callId: string, epoch: number): Promise<void> {
    if (this.#isOpen) this.ctx.storage.sql.exec("DELETE FROM open_calls WHERE call = ? AND epoch <= ?", callId, epoch);
  }

  /** The other calls that may own such jobs. Null: too many. */
  async others({ callId, type, containerId }: OwnerQuestion): Promise<PossibleOwner[] | null> {
    if (!this.#isOpen) return [];
    const query = `SELECT since, input FROM open_calls WHERE call != ? AND (type IS NULL OR type = ?)
      AND (container IS NULL OR ? IS NULL OR container = ?) LIMIT ?`;
    const rows = this.ctx.storage.sql.exec(query, callId, type, containerId, containerId, MAX_OTHERS + 1).toArray();
    if (rows.length > MAX_OTHERS) return null;
    return rows.map(({ since, input }) => ({ since: Number(since), input: input === null ? null : String(input) }));
  }

  override async alarm(): Promise<void> {
    if (!this.#isOpen) return;
    const now = this.#clock.now();
    this.ctx.storage.sql.exec("DELETE FROM open_calls WHERE expires_at <= ?", now);
    const { next } = this.ctx.storage.sql.exec("SELECT min(expires_at) AS next FROM open_calls").one();
    if (next === null) await this.ctx.storage.deleteAll();
    else await this.ctx.storage.setAlarm(Number(next));
  }

  get #isOpen(): boolean {
    const query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'open_calls'";
    return this.ctx.storage.sql.exec(query).toArray().length > 0;
  }
}
