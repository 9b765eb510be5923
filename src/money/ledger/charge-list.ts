/** A month's charges in pages: the newest first, or the dearest. */
import { type Page, takePage } from "../../activity/page.ts";
import { type LedgerRow, toCredits } from "./charge.ts";
import { type ChargeKey, findRow, listJobs, toLedgerRow } from "./charge-table.ts";
import { type ChargePlace, type ChargeQuery, DIMENSIONS, type ListedCharge } from "./query.ts";

export type ChargePage = Page<ChargePlace, ListedCharge>;

export function listCharges(sql: SqlStorage, query: ChargeQuery): ChargePage {
  const { listed, lookedTo } = takePage(readInOrder(sql, query), query.limit, (read) => {
    const key = { rank: Number(read[RANKS[query.order]]), callId: String(read.call), epoch: Number(read.epoch) };
    return { key, row: isWanted(read, query) ? toLedgerRow(read) : null };
  });
  return { listed: listed.map(({ key, row }) => ({ key, row: toListed(sql, row) })), lookedTo };
}

export function findCharge(sql: SqlStorage, key: ChargeKey): ListedCharge | null {
  const row = findRow(sql, key);
  return row && toListed(sql, row);
}

/** The highest rank first. */
export function comparePlaces(a: ChargePlace, b: ChargePlace): number {
  return b.rank - a.rank || (a.callId < b.callId ? 1 : a.callId > b.callId ? -1 : b.epoch - a.epoch);
}

type Read = Record<string, SqlStorageValue>;

const RANKS = { time: "at", credits: "credits" } as const;

/** Each order has an index of all charges and one of a client's. */
function readInOrder(sql: SqlStorage, { order, from, before, filters, after }: ChargeQuery): Iterable<Read> {
  const rank = RANKS[order];
  const [least, most] = order === "time" ? [from, before] : [0, Number.MAX_VALUE];
  const {
    rank: at,
    callId,
    epoch,
  } = after !== null && after.rank < most ? after : { rank: most, callId: "", epoch: 0 };
  const client = filters.client === undefined ? [] : [filters.client];
  const query = `SELECT * FROM charges WHERE (${rank}, call, epoch) < (?, ?, ?) AND ${rank} >= ?
    ${client.length > 0 ? "AND client = ?" : ""} ORDER BY ${rank} DESC, call DESC, epoch DESC`;
  return sql.exec(query, at, callId, epoch, least, ...client);
}

function isWanted(row: Read, { from, before, filters, state, ended }: ChargeQuery): boolean {
  const at = Number(row.at);
  if (at < from || at >= before) return false;
  if ((state !== null && row.state !== state) || (ended !== null && row.ended !== ended)) return false;
  return DIMENSIONS.every((column) => filters[column] === undefined || row[column] === filters[column]);
}

function toListed(sql: SqlStorage, row: LedgerRow): ListedCharge {
  const jobs = listJobs(sql, row).map(({ kind, id }) => ({ kind, id }));
  return { ...row, credits: toCredits(row), jobs };
}
