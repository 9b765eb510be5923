/** Reads the `Activity` objects of all days and shards as one. */
import type { Objects } from "../objects/gate.ts";
import type { Clock } from "../resilience/clock.ts";
import type { DayTotals } from "./activity.ts";
import { DAY_MS, KEPT_DAYS, listDays, MINUTE_MS, toActivityName, toDayStart } from "./activity-day.ts";
import type { CallRow } from "./call-row.ts";
import {
  compareRecent,
  compareWaiting,
  type Recent,
  type Waiting,
  type WaitingQuery,
  type Wanted,
} from "./call-table.ts";
import { RecentPlace, readCursor, WaitingPlace, writeCursor } from "./cursor.ts";
import { joinPages, type Page } from "./page.ts";
import type { SeriesPart, Span } from "./traffic-table.ts";

/** What is looked for. Times are inclusive. */
export interface CallQuery extends Wanted {
  /** Only calls that wait, in the order in which they want a person. Null: all calls, newest first. */
  readonly group: WaitingQuery["group"] | null;
  readonly cursor: string | null;
}

interface CallPage {
  readonly rows: readonly CallRow[];
  /** Null at the end of the list. */
  readonly cursor: string | null;
}

export interface Waits {
  readonly open: number;
  readonly unknown: number;
  readonly oldestOpenAt: number | null;
}

/** After these days a call has ended. Where none waits then, none will. */
const RESTING_DAYS = 3;
/** … but what could not be written in time may come, so that such a day is asked again after this time. */
const RESTING_MS = 60 * MINUTE_MS;
/** A job is tracked for 24 hours. */
const RUNNING_DAYS = 2;
/** Days that are asked at the same time: more with each turn without enough rows. */
const FIRST_DAYS = 2;

interface Reading {
  readonly objects: Objects;
  readonly clock: Clock;
  readonly shards: number;
}

export class ActivityDays {
  readonly #tools: Reading;
  /** Objects in which no call waits, and when that was seen. */
  readonly #resting = new Map<string, number>();
  #isMoved = false;

  constructor(tools: Reading) {
    this.#tools = tools;
  }

  /** Null when the cursor is none of this list. */
  async list(query: CallQuery): Promise<CallPage | null> {
    return query.group === null ? this.#listRecent(query) : this.#listWaiting(query, query.group);
  }

  /** The calls that wait, each number up to a thousand a day and shard. */
  async countWaiting(): Promise<Waits> {
    const names = await this.#waitingNames();
    const counts = await Promise.all(names.map(async (name) => ({ name, ...(await this.#object(name).counts()) })));
    for (const { name, open, unknown } of counts) if (open + unknown === 0) this.#rest(name);
    const oldest = counts.flatMap(({ oldestOpenAt }) => oldestOpenAt ?? []);
    return {
      open: counts.reduce((sum, { open }) => sum + open, 0),
      unknown: counts.reduce((sum, { unknown }) => sum + unknown, 0),
      oldestOpenAt: oldest.length > 0 ? Math.min(...oldest) : null,
    };
  }

  /** Traffic by step; the parts of one step are not added up. */
  async series(span: Span): Promise<{ requests: SeriesPart[]; credits: { at: number; credits: number }[] }> {
    const { clock } = this.#tools;
    const days = listDays(clock.now(), { from: span.from, to: span.to - 1 });
    const parts = await Promise.all(this.#names(days).map((name) => this.#object(name).series(span)));
    return {
      requests: parts.flatMap(({ requests }) => requests),
      credits: parts.flatMap(({ credits }) => credits),
    };
  }

  /** Of today, and of the days before on which a job may have begun that still runs: newest first, by shard. */
  async totals(): Promise<DayTotals[][]> {
    const today = toDayStart(this.#tools.clock.now());
    const days = Array.from({ length: RUNNING_DAYS }, (_, ago) => this.#names([today - ago * DAY_MS]));
    return Promise.all(
      days.map(async (names) => {
        const totals = await Promise.all(names.map((name) => this.#object(name).totals()));
        return totals.filter((each) => each !== null);
      }),
    );
  }

  async #listRecent(query: CallQuery): Promise<CallPage | null> {
    const place = query.cursor === null ? null : readCursor(query.cursor, RecentPlace);
    if (query.cursor !== null && place === null) return null;
    const before = place && { at: place[0], id: place[1] };
    const days = listDays(this.#tools.clock.now(), { from: query.from, to: before?.at ?? query.to });
    const { any, all, from, to, limit } = query;
    let page: Page<Recent, CallRow> = { listed: [], lookedTo: null };
    for (let at = 0, asked = FIRST_DAYS; at < days.length; at += asked, asked *= 2) {
      const names = this.#names(days.slice(at, at + asked));
      const wanted = { any, all, from, to, limit: limit - page.listed.length, before };
      const pages = await Promise.all(names.map((name) => this.#object(name).recent(wanted)));
      const found = joinPages(pages, compareRecent, wanted.limit);
      page = { listed: [...page.listed, ...found.listed], lookedTo: found.lookedTo };
      if (page.listed.length >= limit || page.lookedTo !== null) break;
    }
    return toCallPage(page, limit, ({ at, id }) => [at, id]);
  }

  async #listWaiting(query: CallQuery, group: "open" | "unknown"): Promise<CallPage | null> {
    const place = query.cursor === null ? null : readCursor(query.cursor, WaitingPlace);
    if (query.cursor !== null && place === null) return null;
    const after = place && { rank: place[0], turn: place[1], at: place[2], id: place[3] };
    const { any, all, from, to, limit } = query;
    const wanted = { group, after, any, all, from, to, limit };
    const names = await this.#waitingNames();
    const pages = await Promise.all(names.map((name) => this.#object(name).waiting(wanted)));
    const page: Page<Waiting, CallRow> = joinPages(pages, compareWaiting, limit);
    return toCallPage(page, limit, ({ rank, turn, at, id }) => [rank, turn, at, id]);
  }

  /** The objects in which a call may wait. */
  async #waitingNames(): Promise<string[]> {
    await this.#move();
    const now = this.#tools.clock.now();
    const days = listDays(now, { from: now - KEPT_DAYS * DAY_MS, to: now });
    return this.#names(days).filter((name) => (this.#resting.get(name) ?? 0) <= now - RESTING_MS);
  }

  /** The unknown calls that an earlier version listed write their rows now. */
  async #move(): Promise<void> {
    if (this.#isMoved) return;
    this.#isMoved = (await this.#object("all").move()) === 0;
  }

  #rest(name: string): void {
    const now = this.#tools.clock.now();
    const day = Date.parse(name.slice(0, 10));
    if (day < toDayStart(now) - RESTING_DAYS * DAY_MS) this.#resting.set(name, now);
  }

  #names(days: readonly number[]): string[] {
    const shards = Array.from({ length: this.#tools.shards }, (_, shard) => shard);
    return days.flatMap((day) => shards.map((shard) => toActivityName(day, shard)));
  }

  #object(name: string) {
    return this.#tools.objects.ACTIVITY.getByName(name);
  }
}

function toCallPage<Key>(
  page: Page<Key, CallRow>,
  limit: number,
  toPlace: (key: Key) => (number | string)[],
): CallPage {
  const { listed, lookedTo } = page;
  const last = listed.at(-1);
  const place = lookedTo ?? (listed.length >= limit ? (last?.key ?? null) : null);
  return { rows: listed.map(({ row }) => row), cursor: place === null ? null : writeCursor(toPlace(place)) };
}
