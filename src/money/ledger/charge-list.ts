/** A month's charges in pages: the newest first, or the dearest. */
import type { Listed, Page } from "../../activity/call-table.ts";
import { type LedgerRow, toCredits } from "./charge.ts";
import { type ChargeKey, findRow, listJobs, toLedgerRow } from "./charge-table.ts";
import { type ChargePlace, type ChargeQuery, DIMENSIONS, type ListedCharge } from "./query.ts";

export type ChargePage = Page<ChargePlace, ListedCharge>;

/** A page looks at no more rows than this: with filters that few of them fit, it is shorter than asked, and goes on. */
const MAX_LOOKED_AT = 2_000;

export function listCharges(sql: SqlStorage, query: ChargeQuery): ChargePage {
  const { found, lookedTo } = seek(sql, query);
  return { listed: found.map(({ key, row }) => ({ key, row: toListed(sql, row) })), lookedTo };
}

function seek(sql: SqlStorage, query: ChargeQuery) {
  const found: Listed<ChargePlace, LedgerRow>[] = [];
  let looked = 0;
  for (const read of readInOrder(sql, query)) {
    const key = { rank: Number(read[RANKS[query.order]]), callId: String(read.call), epoch: Number(read.epoch) };
    if (isWanted(read, query)) found.push({ key, row: toLedgerRow(read) });
    looked += 1;
    if (found.length >= query.limit) break;
    if (looked >= MAX_LOOKED_AT) return { found, lookedTo: key };
  }
  return { found, lookedTo: null };
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
