/** The requests of one day and shard by minute, in SQLite, and the credits of the calls that ended in each. */
import { BUCKETS_MS, type Histogram } from "./latency.ts";
import { type JobRow, type TrafficCounts, type TrafficRow, toOther } from "./traffic-row.ts";

const COLUMNS = ["requests", "attempts", "ms", ...BUCKETS_MS.map((ms) => `to_${ms}`), "beyond"] as const;

export const TRAFFIC_TABLES = `
  CREATE TABLE minutes (minute INTEGER NOT NULL, name TEXT NOT NULL, client TEXT NOT NULL, class INTEGER NOT NULL,
    code TEXT NOT NULL, ${COLUMNS.map((column) => `${column} INTEGER NOT NULL`).join(", ")},
    PRIMARY KEY (minute, name, client, class, code)) WITHOUT ROWID;
  CREATE TABLE credits (minute INTEGER PRIMARY KEY, credits REAL NOT NULL);
  CREATE TABLE jobs (minute INTEGER PRIMARY KEY, begun INTEGER NOT NULL, ended INTEGER NOT NULL);`;

/** Rows of one minute. More are counted as `other`. */
const MAX_ROWS = 1_000;
const SUMS = COLUMNS.map((column) => `SUM(${column}) AS ${column}`).join(", ");

/** Requests within one step of a series, by class of status and code. */
export interface SeriesPart extends TrafficCounts {
  readonly at: number;
  readonly statusClass: number;
  readonly code: string;
}

/** Requests since the day began, by operation or route, class of status and code. */
export interface Total extends TrafficCounts {
  readonly name: string;
  readonly statusClass: number;
  readonly code: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

export function addTraffic(sql: SqlStorage, rows: readonly TrafficRow[]): void {
  const upsert = `INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ${COLUMNS.map(() => "?").join(", ")}) ON CONFLICT DO UPDATE
    SET ${COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`).join(", ")}`;
  for (const row of rows) {
    const { minute, name, clientId, statusClass, code, requests, attempts, ms, latency } = isFull(sql, row.minute)
      ? toOther(row)
      : row;
    sql.exec(upsert, minute, name, clientId, statusClass, code, requests, attempts, ms, ...latency);
  }
}

function isFull(sql: SqlStorage, minute: number): boolean {
  const query = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM minutes WHERE minute = ? LIMIT ?)";
  return Number(sql.exec(query, minute, MAX_ROWS).one().n) >= MAX_ROWS;
}

export function addJobs(sql: SqlStorage, rows: readonly JobRow[]): void {
  const upsert = `INSERT INTO jobs VALUES (?, ?, ?) ON CONFLICT DO UPDATE
    SET begun = begun + excluded.begun, ended = ended + excluded.ended`;
  for (const { minute, begun, ended } of rows) sql.exec(upsert, minute, begun, ended);
}

/** How many of the jobs that began on this day still run. */
export function countRunning(sql: SqlStorage): number {
  return Number(sql.exec("SELECT TOTAL(begun - ended) AS n FROM jobs").one().n);
}

export function addCredits(sql: SqlStorage, minute: number, credits: number): void {
  const upsert = "INSERT INTO credits VALUES (?, ?) ON CONFLICT DO UPDATE SET credits = credits + excluded.credits";
  sql.exec(upsert, minute, credits);
}

/** In steps from the epoch on. */
export function readSeries(sql: SqlStorage, { from, to, stepMs }: Span): SeriesPart[] {
  const query = `SELECT minute - minute % CAST(? AS INTEGER) AS at, class, code, ${SUMS} FROM minutes WHERE minute >= ? AND minute < ?
    GROUP BY 1, 2, 3`;
  return sql
    .exec(query, stepMs, from, to)
    .toArray()
    .map((row) => ({ at: Number(row.at), statusClass: Number(row.class), code: String(row.code), ...toCounts(row) }));
}

export function readCredits(sql: SqlStorage, { from, to, stepMs }: Span): { at: number; credits: number }[] {
  const query =
    "SELECT minute - minute % CAST(? AS INTEGER) AS at, SUM(credits) AS credits FROM credits WHERE minute >= ? AND minute < ? GROUP BY 1";
  const rows = sql.exec(query, stepMs, from, to).toArray();
  return rows.map(({ at, credits }) => ({ at: Number(at), credits: Number(credits) }));
}

export function readTotals(sql: SqlStorage): Total[] {
  const query = `SELECT name, class, code, ${SUMS} FROM minutes GROUP BY 1, 2, 3`;
  return sql
    .exec(query)
    .toArray()
    .map((row) => ({
      name: String(row.name),
      statusClass: Number(row.class),
      code: String(row.code),
      ...toCounts(row),
    }));
}

function toCounts(row: Record<string, SqlStorageValue>): TrafficCounts {
  const latency: Histogram = COLUMNS.slice(3).map((column) => Number(row[column]));
  return { requests: Number(row.requests), attempts: Number(row.attempts), ms: Number(row.ms), latency };
}
