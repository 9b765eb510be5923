/**
 * The calls of one day and shard, in SQLite. Calls that wait are ordered so that no client hides another's: charged
 * operations first, then by turn. A client's first waiting call has turn 0, its second 1, and so on.
 */
import { type CallRow, fits, toTerm, toTerms } from "./call-row.ts";
import { joinPages, type Page, takePage } from "./page.ts";

export const CALL_TABLES = `
  CREATE TABLE calls (at INTEGER NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, client TEXT NOT NULL, waits TEXT,
    rank INTEGER, turn INTEGER, content TEXT NOT NULL, PRIMARY KEY (at, id)) WITHOUT ROWID;
  CREATE TABLE terms (term TEXT NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (term, at, id)) WITHOUT ROWID;
  CREATE INDEX waiting ON calls (waits, rank, turn, at, id) WHERE waits IS NOT NULL;
  CREATE INDEX turns ON calls (waits, client, rank, turn) WHERE waits IS NOT NULL;`;

const MAX_COUNTED = 1_000;

export interface Recent {
  readonly at: number;
  readonly id: string;
}

export interface Waiting extends Recent {
  readonly rank: number;
  readonly turn: number;
}

export interface Wanted {
  /** Terms of which one must be true; empty for no such condition. */
  readonly any: readonly string[];
  /** Terms that must all be true. */
  readonly all: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** Newest first, from before a place. */
export interface RecentQuery extends Wanted {
  readonly before: Recent | null;
}

export interface WaitingQuery extends Wanted {
  readonly group: "open" | "unknown";
  readonly after: Waiting | null;
}

export interface WaitingCounts {
  /** Each counted up to a thousand. */
  readonly open: number;
  readonly unknown: number;
  readonly oldestOpenAt: number | null;
}

export function findCall(sql: SqlStorage, { acceptedAt, callId }: Pick<CallRow, "acceptedAt" | "callId">) {
  const [found] = sql.exec("SELECT content FROM calls WHERE at = ? AND id = ?", acceptedAt, callId).toArray();
  return found === undefined ? null : toRow(found.content);
}

export function putCall(sql: SqlStorage, row: CallRow, before: CallRow | null): void {
  const { acceptedAt: at, callId: id, clientId, group, costs, state } = row;
  const waits = group === "open" || group === "unknown" ? group : null;
  const rank = costs ? 0 : 1;
  const content = JSON.stringify(row);
  if (before !== null && before.group === group) {
    sql.exec("UPDATE calls SET state = ?, content = ? WHERE at = ? AND id = ?", state, content, at, id);
  } else {
    const turn = waits && nextTurn(sql, { waits, clientId, rank });
    const insert = `INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
      state = excluded.state, waits = excluded.waits, rank = excluded.rank, turn = excluded.turn, content = excluded.content`;
    sql.exec(insert, at, id, state, clientId, waits, waits && rank, turn, content);
  }
  const [old, now] = [before === null ? [] : toTerms(before), toTerms(row)];
  for (const term of now)
    if (!old.includes(term)) sql.exec("INSERT OR IGNORE INTO terms VALUES (?, ?, ?)", term, at, id);
  for (const term of old) if (!now.includes(term)) dropTerm(sql, term, row);
}

export function removeCall(sql: SqlStorage, row: CallRow): void {
  sql.exec("DELETE FROM calls WHERE at = ? AND id = ?", row.acceptedAt, row.callId);
  for (const term of toTerms(row)) dropTerm(sql, term, row);
}

function dropTerm(sql: SqlStorage, term: string, { acceptedAt, callId }: CallRow): void {
  sql.exec("DELETE FROM terms WHERE term = ? AND at = ? AND id = ?", term, acceptedAt, callId);
}

function nextTurn(sql: SqlStorage, of: { waits: string; clientId: string; rank: number }): number {
  const query = "SELECT MAX(turn) AS last FROM calls WHERE waits = ? AND client = ? AND rank = ?";
  const { last } = sql.exec(query, of.waits, of.clientId, of.rank).one();
  return last === null ? 0 : Number(last) + 1;
}

export function listRecent(sql: SqlStorage, query: RecentQuery): Page<Recent, CallRow> {
  const { any, all, limit } = query;
  // Without a term of its own, one of those that must all be true leads to the rows.
  const leading = all.find(isIndexed);
  const leads = any.length > 0 ? any : leading === undefined ? [null] : [leading];
  const pages = leads.map((lead) => take(readRecent(sql, lead, query), query, toRecent));
  return joinPages(pages, compareRecent, limit);
}

export function listWaiting(sql: SqlStorage, query: WaitingQuery): Page<Waiting, CallRow> {
  const { rank, turn, at, id } = query.after ?? { rank: -1, turn: -1, at: -1, id: "" };
  const select = `SELECT rank, turn, at, id, content FROM calls WHERE waits = ? AND (rank, turn, at, id) > (?, ?, ?, ?)
    ORDER BY rank, turn, at, id`;
  return take(sql.exec(select, query.group, rank, turn, at, id), query, toWaiting);
}

export function countWaiting(sql: SqlStorage): WaitingCounts {
  const count = (group: string) => {
    const query = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM calls WHERE waits = ? LIMIT ?)";
    return Number(sql.exec(query, group, MAX_COUNTED).one().n);
  };
  const { at } = sql.exec("SELECT MIN(at) AS at FROM calls WHERE waits = 'open'").one();
  return { open: count("open"), unknown: count("unknown"), oldestOpenAt: at === null ? null : Number(at) };
}

/** Reads every row. */
export function countStates(sql: SqlStorage): Map<string, number> {
  const rows = sql.exec("SELECT state, COUNT(*) AS n FROM calls GROUP BY state").toArray();
  return new Map(rows.map(({ state, n }) => [String(state), Number(n)]));
}

/** Newest first. */
export function compareRecent(a: Recent, b: Recent): number {
  return b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

export function compareWaiting(a: Waiting, b: Waiting): number {
  return a.rank - b.rank || a.turn - b.turn || -compareRecent(a, b);
}

function isIndexed(term: string): boolean {
  return !term.startsWith("state:") || term === toTerm("state", "free");
}

function readRecent(sql: SqlStorage, lead: string | null, { before, from, to }: RecentQuery) {
  const { at, id } = before ?? { at: to + 1, id: "" };
  if (lead === null) {
    const query = "SELECT at, id, content FROM calls WHERE (at, id) < (?, ?) AND at >= ? ORDER BY at DESC, id DESC";
    return sql.exec(query, at, id, from);
  }
  const query = `SELECT c.at, c.id, c.content FROM terms t CROSS JOIN calls c ON c.at = t.at AND c.id = t.id
    WHERE t.term = ? AND (t.at, t.id) < (?, ?) AND t.at >= ? ORDER BY t.at DESC, t.id DESC`;
  return sql.exec(query, lead, at, id, from);
}

type Read = Record<string, SqlStorageValue>;

function take<Key>(rows: Iterable<Read>, wanted: Wanted, toKey: (read: Read) => Key): Page<Key, CallRow> {
  return takePage(rows, wanted.limit, (read) => {
    const row = toRow(read.content);
    return { key: toKey(read), row: isWanted(row, wanted) ? row : null };
  });
}

function isWanted(row: CallRow, { any, all, from, to }: Wanted): boolean {
  if (row.acceptedAt < from || row.acceptedAt > to || !fits(row, all)) return false;
  return any.length === 0 || any.some((term) => fits(row, [term]));
}

function toRow(content: SqlStorageValue | undefined): CallRow {
  return JSON.parse(String(content));
}

function toRecent({ at, id }: Read): Recent {
  return { at: Number(at), id: String(id) };
}

function toWaiting(read: Read): Waiting {
  return { rank: Number(read.rank), turn: Number(read.turn), ...toRecent(read) };
}
