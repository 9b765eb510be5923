/**
 * Once a day, for each GEN account: what GEN says that it took is held against the ledger. What nobody here knows is
 * listed and told; what has cost something else is corrected. All steps can be repeated: a check that fails or is killed
 * is made again in an hour, from where the last one reached its end.
 */
import type { Isolate } from "../../context.ts";
import { sha256Hex } from "../../encoding/hash.ts";
import { toIso } from "../../encoding/time.ts";
import type { GenAccount } from "../../gen/account.ts";
import type { CheckResult } from "../../money/ledger/ledger.ts";
import { KEPT_MONTHS, listMonths, toMonth, toMonthStart } from "../../money/period.ts";
import { type CheckRecord, isDue, SETTLING_MS, toStart } from "../../money/reconciliation/check-record.ts";
import type { Transaction } from "../../money/reconciliation/transaction.ts";
import type { Tick } from "../run-task.ts";
import { type Read, readTransactions } from "./read-transactions.ts";

/** Transactions that are handed over at once. */
const MAX_BATCH = 500;
const UNFINISHED = "The check has not reached its end yet.";
const CUT = "GEN's list does not reach back to the last check: some of what GEN took since then is not shown.";

/** The account and its record. `stored`: the tick of the record in this month's ledger; null when there is none. */
interface Checking {
  readonly account: GenAccount;
  readonly record: CheckRecord;
  readonly stored: number | null;
}

export async function checkLedger({ scheduledAt }: Pick<Tick, "scheduledAt">, isolate: Isolate): Promise<void> {
  const records = await isolate.objects.LEDGER.getByName(toMonth(scheduledAt)).checks();
  const checks = [...isolate.gen.accounts.values()].map(async (account) => {
    const here = records.find((record) => record.account === account.name) ?? null;
    const record =
      here ?? (await findEarlier(account.name, scheduledAt, isolate)) ?? toFirst(account.name, scheduledAt);
    const stored = here?.tick ?? null;
    if (isDue(record, scheduledAt)) await check({ account, record, stored }, scheduledAt, isolate);
  });
  const failed = (await Promise.allSettled(checks)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** The record of an earlier month: this is the account's first tick in this one. */
async function findEarlier(account: string, scheduledAt: number, { objects }: Isolate): Promise<CheckRecord | null> {
  for (let back = 1; back <= KEPT_MONTHS; back += 1) {
    const records = await objects.LEDGER.getByName(toMonth(toMonthStart(scheduledAt, -back))).checks();
    const record = records.find((each) => each.account === account);
    if (record !== undefined) return record;
  }
  return null;
}

/** What GEN took before the Worker knew the account is not looked at. */
function toFirst(account: string, at: number): CheckRecord {
  const never = Number.NEGATIVE_INFINITY;
  return {
    account,
    since: at,
    checkedTo: at,
    hasOlder: null,
    tick: never,
    progress: null,
    endedAt: null,
    failed: null,
  };
}

async function check({ account, record, stored }: Checking, tick: number, isolate: Isolate): Promise<void> {
  const { clock, objects } = isolate;
  const ledger = objects.LEDGER.getByName(toMonth(tick));
  const started = { ...record, tick, failed: UNFINISHED };
  if (!(await ledger.beginCheck(started, stored))) return;
  const from = toStart(record, tick);
  const page = record.progress?.page ?? 1;
  const read = await readTransactions({ account, from, page }, isolate);
  const until = record.progress?.until ?? Math.min(tick, read.genNow ?? tick) - SETTLING_MS;
  const keyHash = await sha256Hex(account.keys[0] ?? "");
  const hasOlder = (record.keyHash ?? keyHash) === keyHash ? record.hasOlder : null;
  await takeAll(
    read.transactions.filter(({ at }) => at >= from && at <= until),
    isolate,
  );
  const ended = { ...toNext({ ...started, hasOlder, keyHash }, { read, from, until }), endedAt: clock.now() };
  const isWhole = ended.failed === null && ended.progress === null;
  const compared = isWhole ? { since: record.since, until } : null;
  const results: CheckResult[] = [];
  for (const month of new Set([...listSettled(from, Math.max(from, until)), toMonth(tick)]))
    results.push(await objects.LEDGER.getByName(month).endCheck(ended, compared));
  logCheck(ended, results, isolate);
}

function logCheck({ account, checkedTo, failed }: CheckRecord, results: readonly CheckResult[], { log }: Isolate) {
  const mismatches = results.flatMap(({ mismatch }) => mismatch ?? []);
  log(failed === null ? "info" : "error", {
    message: failed === null ? "ledger_check" : "ledger_check_failed",
    account,
    checked_to: toIso(checkedTo),
    unknown: mismatches.reduce((sum, { count }) => sum + count, 0),
    unknown_credits: mismatches.reduce((sum, { credits }) => sum + credits, 0),
    corrected: results.reduce((sum, { corrected }) => sum + corrected, 0),
    ...(failed === null ? {} : { error: failed }),
  });
}

interface Reached {
  readonly read: Read;
  readonly from: number;
  readonly until: number;
}

/** The record after a reading. The account's first one only finds out whether GEN has something older. */
function toNext(record: CheckRecord, { read, from, until }: Reached): CheckRecord {
  const { end, page, transactions, genNow } = read;
  const hasOld = transactions.some(({ at }) => at < from);
  const since = record.endedAt === null ? Math.min(record.since, genNow ?? record.since) : record.since;
  if (typeof end === "object") return { ...record, progress: page > 1 ? { page, until } : null, failed: end.failed };
  if (end === "more") return { ...record, progress: { page, until }, failed: null };
  const isCut = end === "shown" && !hasOld && record.hasOlder === true;
  if (isCut) return { ...record, progress: null, failed: CUT };
  const checkedTo = Math.max(since, until);
  const hasOlder = transactions.some(({ at }) => at < checkedTo) || record.hasOlder === true;
  return { ...record, since, checkedTo, hasOlder, progress: null, failed: null };
}

/** Each goes to the month in which GEN made it; at the month's turn it may belong to a charge of the one before. */
async function takeAll(transactions: readonly Transaction[], { objects }: Isolate): Promise<void> {
  const inOrder = transactions.toReversed().sort((a, b) => a.at - b.at);
  for (const [month, all] of Map.groupBy(inOrder, ({ at }) => toMonth(at))) {
    const home = objects.LEDGER.getByName(month);
    const before = objects.LEDGER.getByName(toMonth(toMonthStart(Date.parse(month), -1)));
    for (let first = 0; first < all.length; first += MAX_BATCH) {
      const unnamed = await home.takeTransactions(all.slice(first, first + MAX_BATCH), "job");
      const others = await before.takeTransactions(unnamed, "any");
      await home.takeTransactions(others, "keep");
    }
  }
}

/** The months of which charges may have been settled since `from`, as far as ledgers are kept: the latest first. */
function listSettled(from: number, to: number): string[] {
  return listMonths(toMonthStart(from, -1), to).slice(-KEPT_MONTHS).reverse();
}
