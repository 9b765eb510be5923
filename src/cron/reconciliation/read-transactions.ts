/**
 * Reads GEN's list of credit transactions back to a time. GEN documents neither pages nor an order for it. So the first
 * answer is taken as the newest part, and `?page=2` is asked for as GEN documents it for another list: if the same comes
 * again, the list has no pages. What is cut, malformed or of another form proves nothing.
 */
import { type Isolate, toAskEnvironment } from "../../context.ts";
import type { GenAccount } from "../../gen/account.ts";
import { ask } from "../../gen/ask.ts";
import { isKeyRefused } from "../../gen/check-key.ts";
import { isCoded, isRefused, toShown } from "../../gen/failure.ts";
import type { Scope } from "../../gen/operation.ts";
import { describeFailure } from "../../health/gen-report.ts";
import type { Transaction } from "../../money/reconciliation/transaction.ts";
import { parseTransactions } from "./parse-transactions.ts";

/** A tick reads so many pages and so long; the next one goes on. */
const MAX_PAGES = 10;
const MAX_MS = 40_000;
const PAGE_MS = 15_000;
/** If GEN has no pages, all that it ever took is in one answer. */
const MAX_BYTES = 16 * 1_024 * 1_024;
/** The list may be out of order by this. */
const DISORDER_MS = 3_600_000;
const PAUSE_GROUP: Scope = "read";
const HELD = "GEN is not asked at the moment, because it asked to wait or fails.";
const MALFORMED = "GEN's list of credit transactions is not as GEN documents it.";

interface Reading {
  readonly account: GenAccount;
  /** Transactions from this time on are wanted. Milliseconds since the epoch. */
  readonly from: number;
  readonly page: number;
}

/**
 * How the reading ended. `reached`: at what is older, or at the list's end. `shown`: at all that GEN shows, which may
 * be less than there is. `more`: at a limit of this reading.
 */
type ReadingEnd = "reached" | "shown" | "more" | { readonly failed: string };

export interface Read {
  readonly transactions: readonly Transaction[];
  readonly end: ReadingEnd;
  /** The page that was not read. */
  readonly page: number;
  /** GEN's clock; null when it does not say it. Milliseconds since the epoch. */
  readonly genNow: number | null;
}

interface Page {
  readonly lines: readonly Transaction[];
  readonly genNow: number | null;
}

export async function readTransactions({ account, from, page: first }: Reading, isolate: Isolate): Promise<Read> {
  const endsAt = isolate.clock.now() + MAX_MS;
  const found = new Map<string, Transaction>();
  let genNow: number | null = null;
  let page = first;
  const end = (how: ReadingEnd): Read => ({ transactions: [...found.values()], end: how, page, genNow });
  for (; page < first + MAX_PAGES && isolate.clock.now() < endsAt; page += 1) {
    const read = await readPage(account, page, isolate);
    if (typeof read === "string") return end(read === "no-page" ? "shown" : { failed: read });
    genNow ??= read.genNow;
    const fresh = read.lines.filter(({ id }) => !found.has(id));
    for (const line of fresh) found.set(line.id, line);
    if (read.lines.length === 0 && page > 1) return end("reached");
    if (fresh.length === 0) return end("shown");
    if (isPast(read.lines, from)) return end("reached");
  }
  return end("more");
}

/** Whether all that follows in the list is older. */
function isPast(lines: readonly Transaction[], from: number): boolean {
  const [newest, oldest] = [lines.at(0), lines.at(-1)];
  if (newest === undefined || oldest === undefined || oldest.at > newest.at) return false;
  return oldest.at < from - DISORDER_MS;
}

/** A sentence says why it could not be read. `no-page`: GEN has no such page. */
async function readPage(account: GenAccount, page: number, isolate: Isolate): Promise<Page | string> {
  const { clock, gen } = isolate;
  const attempting = { by: "reconciliation", pauseGroup: PAUSE_GROUP };
  const permit = gen.health.api.admit(clock.now(), attempting);
  if (permit === null) return HELD;
  const path = `/credit_transactions${page === 1 ? "" : `?page=${page}`}`;
  const env = { ...toAskEnvironment(isolate, account.name), timeoutMs: PAGE_MS, maxBytes: MAX_BYTES };
  const outcome = await ask({ host: "api", method: "GET", path }, env);
  const failure = outcome.kind === "failure" ? outcome.failure : null;
  gen.health.api.learn(permit, PAUSE_GROUP, toShown(failure), clock.now());
  if (failure !== null) {
    const isRefusedPage = page > 1 && isRefused(failure) && isCoded(failure) && !isKeyRefused(failure);
    return isRefusedPage ? "no-page" : describeFailure(failure);
  }
  if (outcome.kind !== "whole-answer") throw new Error("A question's answer is read whole, and nobody leaves.");
  const lines = parseTransactions(outcome.body, { account: account.name, secrets: account.keys });
  if (lines === null) return MALFORMED;
  const genNow = Date.parse(outcome.response.headers.get("date") ?? "");
  return { lines, genNow: Number.isNaN(genNow) ? null : genNow };
}
