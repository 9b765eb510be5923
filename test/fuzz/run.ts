/** Runs blocks of cases, several at a time; after each block the log, GEN's requests and the charges are checked. */
import { setTimeout as sleep } from "node:timers/promises";
import { exchange } from "./exchange.ts";
import { judgeExchange, SLACK_MS } from "./judge/judge-exchange.ts";
import { isDenied, isUncharged } from "./judge/judge-money.ts";
import { WorldJudge } from "./judge/judge-world.ts";
import { makeCase } from "./make-case.ts";
import { PHASES, type Phase, setPhase } from "./phases.ts";
import type { Plan } from "./plan.ts";
import { Random } from "./random.ts";
import type { World } from "./world.ts";

const BLOCK = 64;
const AT_ONCE = 8;
/** The share of cases for which GEN is well. */
const WELL_SHARE = 0.6;

export interface Worlds {
  readonly well: World;
  readonly ill: World;
}

export interface Failure {
  readonly number: number;
  readonly phase: string;
  /** The case; null when the error was found only after a block, in a log or a ledger. */
  readonly plan: Plan | null;
  readonly faults: readonly string[];
}

export interface Summary {
  readonly cases: number;
  readonly charges: number;
  /** Answers that a budget has too little left. */
  readonly denied: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

export interface Limits {
  readonly seed: number;
  readonly seconds: number;
  readonly only: number | null;
  readonly maxFailures: number;
}

export async function runFuzz(worlds: Worlds, { seed, seconds, only, maxFailures }: Limits): Promise<Summary> {
  const endsAt = performance.now() + seconds * 1_000;
  const judges = { well: new WorldJudge(worlds.well), ill: new WorldJudge(worlds.ill) };
  const statuses: Record<string, number> = {};
  const failures: Failure[] = [];
  let [cases, denied] = [0, 0];
  for (let block = only === null ? 0 : Math.floor(only / BLOCK); ; block++) {
    const phase = PHASES[block % PHASES.length] as Phase;
    setPhase(worlds.ill.gen.control, phase, seed + block);
    const numbers = only === null ? Array.from({ length: BLOCK }, (_, index) => block * BLOCK + index) : [only];
    await inParallel(numbers, AT_ONCE, async (number) => {
      const result = await runCase(number, { worlds, judges, seed, phase });
      cases += 1;
      denied += result.denied;
      for (const status of result.statuses) statuses[status] = (statuses[status] ?? 0) + 1;
      if (result.failure) failures.push(result.failure);
    });
    for (const judge of Object.values(judges)) {
      const faults = judge.judge();
      if (faults.length > 0) failures.push({ number: numbers[0] ?? 0, phase: phase.name, plan: null, faults });
    }
    if (only !== null || performance.now() > endsAt || failures.length >= maxFailures) break;
  }
  return { cases, charges: judges.well.charges + judges.ill.charges, denied, statuses, failures };
}

interface Setting {
  readonly worlds: Worlds;
  readonly judges: Readonly<Record<keyof Worlds, WorldJudge>>;
  readonly seed: number;
  readonly phase: Phase;
}

async function runCase(number: number, { worlds, judges, seed, phase }: Setting) {
  const random = Random.ofCase(seed, number);
  const name = random.chance(WELL_SHARE) ? "well" : "ill";
  const world = worlds[name];
  const plan = await makeCase(number, world, random);
  if (plan.traceId !== null && plan.isConfined) judges[name].watchConfined(plan.traceId);
  const limitMs = plan.budgetMs + SLACK_MS + 1_000;
  const exchanges = await Promise.all(
    Array.from({ length: plan.times }, () => exchange(world.worker.url, plan, limitMs)),
  );
  const isAnswered = () => isInLog(world, plan.requestId);
  if (plan.traceId !== null && exchanges.every(isUncharged)) judges[name].watchUncharged(plan.traceId);
  const judged = exchanges.map((each) => judgeExchange(each, { plan, isGenWell: name === "well", isAnswered }));
  const faults = (await Promise.all(judged)).flat();
  const statuses = exchanges.flatMap((each) => [
    ...each.answers.map(({ status }) => String(status)),
    ...(each.end === "whole" ? [] : [each.end]),
  ]);
  const failure: Failure | null =
    faults.length === 0 ? null : { number, phase: name === "well" ? "GEN is well" : phase.name, plan, faults };
  const denied = exchanges.flatMap(({ answers }) => answers).filter(isDenied).length;
  return { statuses, denied, failure };
}

const LOG_MS = 2_000;
const LOOK_MS = 50;

/** Whether the Worker has answered, according to its log. A request with an id of its own can't be found there. */
async function isInLog({ worker }: World, requestId: string | null): Promise<boolean> {
  if (requestId === null) return true;
  for (const endsAt = performance.now() + LOG_MS; performance.now() < endsAt; ) {
    if (worker.lines.findLast((line) => line.message === "request" && line.request_id === requestId)) return true;
    await sleep(LOOK_MS);
  }
  return false;
}

async function inParallel<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
