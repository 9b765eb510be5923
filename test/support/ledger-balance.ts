/**
 * The ledger's equation: what GEN has taken and given back is what the Worker's ledger says, charge by charge. Every
 * stack is held against it when its simulator is reset, and when it is closed.
 */
import { createHash } from "node:crypto";
import type { MoneyEntry } from "../simulator/ledger.ts";
import type { RunningWorker } from "./worker.ts";

export interface ChargeBody {
  readonly id: string;
  readonly epoch: number;
  readonly at: string;
  readonly client_id: string;
  readonly tag: string | null;
  readonly pipeline: string | null;
  readonly operation: string;
  readonly type: string | null;
  readonly calls: number;
  readonly state: "reserved" | "spent" | "unknown" | "released";
  readonly ended: string | null;
  readonly estimate: number | null;
  readonly cost: number | null;
  readonly given_back: number | null;
  readonly credits: number;
  readonly jobs: readonly { readonly kind: string; readonly id: string }[];
}

interface Sums {
  readonly calls: number;
  readonly reserved_calls: number;
  readonly reserved: number;
  readonly spent: number;
  readonly given_back: number;
}

/** What GEN has taken and given back for one charge, in the order in which it happened. */
interface Money {
  readonly key: string | null;
  readonly job: string;
  readonly operation: string;
  readonly amount: number;
}

/** What the simulator has taken and given back. */
export interface Taken {
  readonly charges: readonly MoneyEntry[];
  readonly refunds: readonly MoneyEntry[];
}

interface Books {
  readonly taken: () => Taken;
  /** The Worker's. */
  readonly url: string;
  /** An operator's. */
  readonly key: string;
  readonly lines: RunningWorker["lines"];
  /** Jobs that were not made through the Worker. */
  readonly elsewhere: ReadonlySet<string>;
}

/** What has ended is in the ledger within this time. */
const FOLLOW_UP_MS = 15_000;

/** `since`: charges of before are no longer in the simulator's books. */
export async function expectBalanced(books: Books, { since = 0 }: { since?: number } = {}): Promise<void> {
  const endsAt = Date.now() + FOLLOW_UP_MS;
  for (;;) {
    const faults = await listFaults(books, since);
    if (faults.length === 0) return;
    if (Date.now() > endsAt) throw new Error(`The ledger differs from GEN's:\n  ${faults.join("\n  ")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function listFaults(books: Books, since: number): Promise<string[]> {
  const rows = await readCharges(books);
  const kept = rows.filter(({ at }) => Date.parse(at) >= since);
  const { charges, refunds } = books.taken();
  const all = [...charges.map((entry) => toMoney(entry, 1)), ...refunds.map((entry) => toMoney(entry, -1))];
  const money = all.filter(({ job }) => !books.elsewhere.has(job));
  return [
    ...(await listUnknown(books, money, { rows, kept })),
    ...kept.flatMap((row) => compare(row, money)),
    ...compareSums(await readTotal(books), rows),
  ];
}

function toMoney(
  { idempotency_key, generation_id, run_id, job_id, operation, amount }: MoneyEntry,
  sign: 1 | -1,
): Money {
  return { key: idempotency_key, job: String(generation_id ?? run_id ?? job_id), operation, amount: sign * amount };
}

/** Without a key, the charge is known by what it started. */
function isOf(row: ChargeBody, { key, job }: Money): boolean {
  return key === null ? row.jobs.some((each) => each.id === job) : key === toGenKey(row);
}

/** The key that GEN gets. */
function toGenKey({ id, epoch }: Pick<ChargeBody, "id" | "epoch">): string {
  return createHash("sha256").update(`${id}:${epoch}`).digest("hex");
}

/**
 * What no row is known to be about. It may be a call that has not ended, and so has no row yet. Without a key it may
 * also be one of the rows that name nothing that GEN has taken credits for: its answer was lost, or says something else.
 */
async function listUnknown(
  books: Books,
  money: readonly Money[],
  { rows, kept }: { readonly rows: readonly ChargeBody[]; readonly kept: readonly ChargeBody[] },
): Promise<string[]> {
  const unknown = money.filter((each) => !rows.some((row) => isOf(row, each)));
  if (unknown.length === 0) return [];
  const calls = await readCalls(books);
  const open = calls.filter(({ state }) => LIVE.includes(state));
  const openKeys = new Set(open.flatMap(({ id }) => EPOCHS.map((epoch) => toGenKey({ id, epoch }))));
  const nameless = kept.filter((row) => isMade(row) && row.cost === null && !money.some((each) => isOf(row, each)));
  const keyless = unknown.filter(({ key }) => key === null);
  const keyed = unknown.filter(({ key }) => key !== null && !openKeys.has(key));
  return [...keyed, ...keyless.slice(nameless.length + open.length)].map(
    ({ operation, job, amount }) => `GEN took ${amount} for ${operation} (${job}), and no charge says so.`,
  );
}

const LIVE = ["accepted", "reserved", "sending", "collecting"];
const EPOCHS = [0, 1, 2, 3];

/** The calls that the Worker's lines name. */
async function readCalls(books: Books): Promise<{ id: string; state: string }[]> {
  const ids = new Set(books.lines.flatMap(({ call_id }) => (typeof call_id === "string" ? [call_id] : [])));
  return Promise.all([...ids].map((id) => ask<{ id: string; state: string }>(books, `/v1/calls/${id}`)));
}

function compare(row: ChargeBody, money: readonly Money[]): string[] {
  const { id, operation, state, cost } = row;
  const taken = toSum(money.filter((each) => isOf(row, each)).map(({ amount }) => amount));
  const name = `${operation} ${id.slice(0, 8)}`;
  if (state === "released") return taken > 0 ? [`${name} was released, and GEN has taken ${taken}.`] : [];
  if (cost === null || state === "reserved") return [];
  return cost === taken ? [] : [`${name} has cost ${cost}, and GEN has taken ${taken}.`];
}

function isMade({ state }: ChargeBody): boolean {
  return state === "spent" || state === "unknown";
}

function compareSums(total: Sums, rows: readonly ChargeBody[]): string[] {
  const made = rows.filter(isMade);
  const reserved = rows.filter(({ state }) => state === "reserved");
  const credits = (of: readonly ChargeBody[]) => toSum(of.map((row) => row.credits));
  const calls = (of: readonly ChargeBody[]) => toSum(of.map((row) => row.calls));
  const given = toSum(made.map(({ given_back }) => given_back ?? 0));
  const pairs: [string, number, number][] = [
    ["calls", total.calls, calls(made)],
    ["reserved_calls", total.reserved_calls, calls(reserved)],
    ["reserved", total.reserved, credits(reserved)],
    ["spent", total.spent, credits(made)],
    ["given_back", total.given_back, given],
  ];
  return pairs
    .filter(([, said, added]) => said !== added)
    .map(([what, said, added]) => `The report says ${said} of ${what}, and the charges come to ${added}.`);
}

/** Of two months: the test may have begun in the month before. */
async function readCharges(books: Books): Promise<ChargeBody[]> {
  const rows: ChargeBody[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page: { charges: ChargeBody[]; cursor: string | null } = await ask(
      books,
      `/v1/usage/charges?from=${toYesterday()}&limit=1000${next}`,
    );
    rows.push(...page.charges);
    ({ cursor } = page);
  } while (cursor !== null);
  return rows;
}

async function readTotal(books: Books): Promise<Sums> {
  const { total } = await ask<{ total: Sums }>(books, `/v1/usage?by=day&from=${toYesterday()}`);
  return total;
}

function toYesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
}

async function ask<T>({ url, key }: Books, path: string): Promise<T> {
  const response = await fetch(`${url}${path}`, { headers: { "x-api-key": key } });
  return (await response.json()) as T;
}

function toSum(amounts: readonly number[]): number {
  return Math.round(amounts.reduce((sum, each) => sum + each, 0) * 1e6) / 1e6;
}
