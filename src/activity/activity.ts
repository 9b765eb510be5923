/**
 * What happened on one day (UTC): a row for each durable call that was accepted then and was sent or stayed open, and
 * the requests by minute. One object per day and shard. It is for people who look, and never for money. Every method
 * but `count` may be repeated.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../context.ts";
import { toExpiry, toMinute } from "./activity-day.ts";
import type { CallRow } from "./call-row.ts";
import {
  CALL_TABLES,
  countStates,
  countWaiting,
  findCall,
  listRecent,
  listWaiting,
  putCall,
  type Recent,
  type RecentQuery,
  removeCall,
  type Waiting,
  type WaitingCounts,
  type WaitingQuery,
} from "./call-table.ts";
import type { Page } from "./page.ts";
import type { JobRow, TrafficRow } from "./traffic-row.ts";
import {
  addCredits,
  addJobs,
  addTraffic,
  countRunning,
  readCredits,
  readSeries,
  readTotals,
  type SeriesPart,
  type Span,
  type Total,
  TRAFFIC_TABLES,
} from "./traffic-table.ts";

/** Calls of the former list that are handed over at a time. */
const MOVED_AT_ONCE = 100;
const MOVE_AGAIN_MS = 5_000;

const NO_PAGE = { listed: [], lookedTo: null };

/** A day's sums for `GET /metrics`. */
export interface DayTotals extends WaitingCounts {
  readonly requests: readonly Total[];
  /** The day's calls by state. */
  readonly states: Readonly<Record<string, number>>;
  readonly credits: number;
  /** How many of the jobs that began on this day still run. */
  readonly running: number;
}

export class Activity extends DurableObject<Env> {
  readonly #isolate: Isolate;
  /** The calls by state, counted at the first question and kept up since. */
  #states: Map<string, number> | null = null;

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
  }

  /** Writes a call's row, new or changed. Nothing when the day is no longer kept. */
  async put(row: CallRow): Promise<void> {
    if (!(await this.#open(row.acceptedAt))) return;
    const { sql } = this.ctx.storage;
    const before = findCall(sql, row);
    if (before !== null && isLater(before, row)) return;
    putCall(sql, row, before);
    if (before !== null) this.#countState(before.state, -1);
    this.#countState(row.state, 1);
    // A counter never goes down: what was counted stays, though an operator may find out that it was not charged.
    const credits = toCredits(row) - (before === null ? 0 : toCredits(before));
    if (credits > 0) addCredits(sql, toMinute(row.acceptedAt), credits);
  }

  async remove(call: Pick<CallRow, "acceptedAt" | "callId">): Promise<void> {
    const row = this.#isOpen ? findCall(this.ctx.storage.sql, call) : null;
    if (row === null) return;
    removeCall(this.ctx.storage.sql, row);
    this.#countState(row.state, -1);
  }

  /** Newest first. */
  async recent(query: RecentQuery): Promise<Page<Recent, CallRow>> {
    return this.#isOpen ? listRecent(this.ctx.storage.sql, query) : NO_PAGE;
  }

  /** Charged operations first, and the clients in turns. */
  async waiting(query: WaitingQuery): Promise<Page<Waiting, CallRow>> {
    return this.#isOpen ? listWaiting(this.ctx.storage.sql, query) : NO_PAGE;
  }

  async counts(): Promise<WaitingCounts> {
    return this.#isOpen ? countWaiting(this.ctx.storage.sql) : { open: 0, unknown: 0, oldestOpenAt: null };
  }

  /** Adds what one isolate has counted, all of one day. */
  async count(rows: readonly TrafficRow[], jobs: readonly JobRow[]): Promise<void> {
    const [first] = [...rows, ...jobs];
    if (first === undefined || !(await this.#open(first.minute))) return;
    addTraffic(this.ctx.storage.sql, rows);
    addJobs(this.ctx.storage.sql, jobs);
  }

  async series(span: Span): Promise<{ requests: SeriesPart[]; credits: { at: number; credits: number }[] }> {
    if (!this.#isOpen) return { requests: [], credits: [] };
    const { sql } = this.ctx.storage;
    return { requests: readSeries(sql, span), credits: readCredits(sql, span) };
  }

  async totals(): Promise<DayTotals | null> {
    if (!this.#isOpen) return null;
    const { sql } = this.ctx.storage;
    this.#states ??= countStates(sql);
    return {
      ...countWaiting(sql),
      requests: readTotals(sql),
      states: Object.fromEntries(this.#states),
      credits: Number(sql.exec("SELECT TOTAL(credits) AS n FROM credits").one().n),
      running: countRunning(sql),
    };
  }

  /**
   * The object `all` was the list of unknown calls of an earlier version: asks each call to write its row. Returns how
   * many are left; its alarm goes on with them.
   */
  async move(): Promise<number> {
    const { kv } = this.ctx.storage;
    const ids = [...kv.list({ limit: MOVED_AT_ONCE })].map(([id]) => id);
    for (const id of ids) {
      await this.#isolate.objects.CALLS.getByName(id).show();
      kv.delete(id);
    }
    const [next] = kv.list({ limit: 1 });
    if (next !== undefined) await this.ctx.storage.setAlarm(this.#isolate.clock.now() + MOVE_AGAIN_MS);
    else if (ids.length > 0) await this.ctx.storage.deleteAll();
    return next === undefined ? 0 : 1;
  }

  override async alarm(): Promise<void> {
    this.#states = null;
    if (this.#isOpen) await this.ctx.storage.deleteAll();
    else await this.move();
  }

  #countState(state: string, change: number): void {
    this.#states?.set(state, (this.#states.get(state) ?? 0) + change);
  }

  /** Makes the tables with the first row. False when the day is no longer kept. */
  async #open(at: number): Promise<boolean> {
    const expiry = toExpiry(at);
    if (this.#isolate.clock.now() >= expiry) return false;
    if (this.#isOpen) return true;
    this.ctx.storage.sql.exec(CALL_TABLES + TRAFFIC_TABLES);
    await this.ctx.storage.setAlarm(expiry);
    return true;
  }

  get #isOpen(): boolean {
    const query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'calls'";
    return this.ctx.storage.sql.exec(query).toArray().length > 0;
  }
}

/** Whether a row is later than another of the same call, which has come late. */
function isLater(a: CallRow, b: CallRow): boolean {
  return a.changedAt > b.changedAt || (a.changedAt === b.changedAt && a.group !== "open" && b.group === "open");
}

/** By GEN's estimate; 0 while nothing was charged. */
function toCredits({ charged, estimate }: CallRow): number {
  return charged === "yes" ? (estimate ?? 0) : 0;
}
