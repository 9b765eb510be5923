/** Reads the ledgers of several months as one. A month without charges has no ledger, and costs nothing to read. */
import { joinPages } from "../../activity/page.ts";
import type { Objects } from "../../objects/gate.ts";
import { listMonths } from "../period.ts";
import { type ChargePage, comparePlaces } from "./charge-list.ts";
import type { ChargePlace, ChargeQuery, Group, Grouping, ListedCharge, ReportQuery, Sums } from "./query.ts";
import { add, NO_SUMS } from "./sum-table.ts";

/** The months that a report can span, this one included. Ledgers are kept a little longer. */
export const MAX_MONTHS = 13;
/** A report of more groups can't be held at once. */
const MAX_GROUPS = 50_000;
/** Ledgers that are asked at the same time. */
const AT_ONCE = 5;

type Ledgers = Pick<Objects, "LEDGER">;

interface Report {
  readonly total: Sums;
  readonly groups: readonly Group[];
}

/** Null when there are too many groups. */
export async function readReport({ LEDGER }: Ledgers, query: ReportQuery): Promise<Report | null> {
  const months = listMonths(Date.parse(query.from), Date.parse(query.to));
  const all = await askEach(months, (month) => LEDGER.getByName(month).groups(query, MAX_GROUPS + 1));
  const sums = new Map<string, Sums>();
  for (const { key, ...each } of all.flat()) sums.set(key, add(sums.get(key) ?? NO_SUMS, each));
  if (sums.size > MAX_GROUPS) return null;
  const groups = [...sums].map(([key, each]) => ({ key, ...each }));
  return { total: groups.reduce(add, NO_SUMS), groups: groups.sort(orderOf(query.by)) };
}

export type GroupPlace = Pick<Group, "spent" | "key">;

/** By day in order of time; otherwise those that have spent the most first. */
export function orderOf(by: Grouping): (a: GroupPlace, b: GroupPlace) => number {
  const byKey = (a: GroupPlace, b: GroupPlace) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  return by === "day" ? byKey : (a, b) => b.spent - a.spent || byKey(a, b);
}

interface Charges {
  readonly rows: readonly ListedCharge[];
  /** Where the next page begins; null at the end of the list. */
  readonly next: ChargePlace | null;
}

export async function readCharges({ LEDGER }: Ledgers, query: ChargeQuery): Promise<Charges> {
  const ask = (month: string, limit: number) => LEDGER.getByName(month).charges({ ...query, limit });
  const last = query.order === "time" && query.after !== null ? query.after.rank : query.before - 1;
  const months = listMonths(query.from, Math.min(last, query.before - 1)).reverse();
  const page = query.order === "time" ? await listInTurn(months, query, ask) : await listTogether(months, query, ask);
  const { listed, lookedTo } = page;
  const next = lookedTo ?? (listed.length >= query.limit ? (listed.at(-1)?.key ?? null) : null);
  return { rows: listed.map(({ row }) => row), next };
}

type Ask = (month: string, limit: number) => Promise<ChargePage>;

/** The newest month first, until there are enough. */
async function listInTurn(months: readonly string[], { limit }: ChargeQuery, ask: Ask): Promise<ChargePage> {
  const listed: ChargePage["listed"][number][] = [];
  for (const month of months) {
    const page = await ask(month, limit - listed.length);
    listed.push(...page.listed);
    if (page.lookedTo !== null) return { listed, lookedTo: page.lookedTo };
    if (listed.length >= limit) break;
  }
  return { listed, lookedTo: null };
}

async function listTogether(months: readonly string[], { limit }: ChargeQuery, ask: Ask): Promise<ChargePage> {
  return joinPages(await askEach(months, (month) => ask(month, limit)), comparePlaces, limit);
}

async function askEach<T>(months: readonly string[], ask: (month: string) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let at = 0; at < months.length; at += AT_ONCE)
    answers.push(...(await Promise.all(months.slice(at, at + AT_ONCE).map(ask))));
  return answers;
}
