/** The Worker's money at the end: each budget has used what the charges of its holder come to, and no more than it may. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ChargeBody } from "../../support/ledger-balance.ts";
import type { World } from "../world.ts";

interface Budget {
  readonly of: "client" | "tag" | "pipeline" | "account" | "all";
  readonly name: string | null;
  readonly unit: "calls" | "credits";
  /** A day or a month. */
  readonly period: string;
  readonly limit: number;
  readonly used: number;
}

type Charge = ChargeBody & { readonly account: string };

/** What is under way has ended within this time. */
const LIMIT_MS = 15_000;
const AGAIN_MS = 100;

export async function judgeBudgets(world: World): Promise<string[]> {
  for (const endsAt = Date.now() + LIMIT_MS; ; ) {
    const { budgets } = await ask<{ budgets: Budget[] }>(world, "/v1/usage/budgets?limit=100");
    const charges = await readCharges(world);
    const faults = budgets.flatMap((budget) => judgeBudget(budget, charges));
    if (faults.length === 0 || Date.now() > endsAt) return faults;
    await sleep(AGAIN_MS);
  }
}

function judgeBudget(budget: Budget, charges: readonly Charge[]): string[] {
  const { unit, limit, used } = budget;
  const own = charges.filter((charge) => isOf(budget, charge) && charge.at.startsWith(budget.period));
  const booked = own.reduce((sum, charge) => sum + charge[unit], 0);
  const what = JSON.stringify(budget);
  return [
    ...(Math.abs(booked - used) < 1e-6 ? [] : [`the charges come to ${booked} of the budget ${what}`]),
    // Of credits, real costs may pass it.
    ...(unit === "calls" && used > limit ? [`more was used than there is of the budget ${what}`] : []),
  ];
}

function isOf({ of, name }: Budget, { client_id, tag, pipeline, account }: Charge): boolean {
  return of === "all" || name === { client: client_id, tag, pipeline, account }[of];
}

async function readCharges(world: World): Promise<Charge[]> {
  const all: Charge[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const from: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: { charges: Charge[]; cursor: string | null } = await ask(world, `/v1/usage/charges?limit=1000${from}`);
    all.push(...page.charges);
    ({ cursor } = page);
  }
  return all;
}

async function ask<T>({ worker, key }: World, path: string): Promise<T> {
  const response = await fetch(`${worker.url}${path}`, { headers: { "x-api-key": key } });
  if (response.status !== 200) throw new Error(`${path} is answered with ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
