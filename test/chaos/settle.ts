/** After the walk: GEN is well, nobody dies, time passes at GEN; until nothing is open, or it has taken too long. */
import { setTimeout as sleep } from "node:timers/promises";
import { ask, type Place } from "./ask.ts";
import { readJobs } from "./gens-ledger.ts";
import { listUntold } from "./judge/ends.ts";
import { inParallel, Survey } from "./survey.ts";
import type { Walked } from "./walk.ts";
import { clearWeather } from "./weather.ts";
import type { World } from "./world.ts";

/** So much passes at GEN in each round; in all far less than the day for which GEN remembers a key. */
const ROUND_AT_GEN_MS = 60_000;
const MAX_AT_GEN_MS = 60 * 60_000;
const ROUND_MS = 1_000;
const LAST_TOLD_MS = 15_000;
const MAX_SHOWN = 4;

export interface Settled {
  readonly survey: Survey;
  readonly ms: number;
  /** How many charges GEN had made when the survey's last look began: all of them must be in it. */
  readonly charges: number;
  /** What was still open at the end, in words; empty when all has ended. */
  readonly left: readonly string[];
  /** Some of it, as an operator sees it. */
  readonly shown: readonly string[];
}

export async function settle(world: World, walked: Walked, limitMs: number): Promise<Settled> {
  const place = { world, history: walked.history, outages: walked.outages };
  const survey = new Survey(place);
  const startedAt = Date.now();
  world.receiver.answer(() => 204);
  await clearWeather(world.gen.control);
  for (let atGenMs = 0; ; atGenMs += ROUND_AT_GEN_MS) {
    if (atGenMs < MAX_AT_GEN_MS) world.gen.control.advanceTime(ROUND_AT_GEN_MS);
    await survey.look();
    await help(survey, place);
    const left = await listLeft(survey, world, walked);
    const ms = Date.now() - startedAt;
    if (left.length === 0 || ms > limitMs) return { ...(await finish(survey, place, walked)), ms, left };
    await sleep(ROUND_MS);
  }
}

/** The last look, at everything. What has ended by then is told within a short time. */
async function finish(survey: Survey, place: Place, walked: Walked): Promise<Omit<Settled, "ms" | "left">> {
  const { world } = place;
  const charges = world.gen.control.ledger().charges.length;
  await survey.look(true);
  const endsAt = Date.now() + LAST_TOLD_MS;
  while (Date.now() < endsAt && (await listUntoldNow(survey, world)).length > 0) {
    await help(survey, place);
    await sleep(ROUND_MS);
  }
  await walked.endWatching();
  return { survey, charges, shown: await showOpen(survey) };
}

/** What others do meanwhile: senders deliver again, GEN tells of its jobs, an operator has notifications sent again. */
async function help(survey: Survey, place: Place): Promise<void> {
  const { world, history } = place;
  for (const delivery of history.deliveries) delivery.acknowledged ||= await delivery.send();
  const untold = await listUntoldNow(survey, world);
  for (const id of untold.flatMap(({ about }) => about.jobs ?? [])) await tellOfJob(id, place);
  if (untold.length > 0) await resendNotifications(survey, place);
}

async function listLeft(survey: Survey, world: World, { watching, history }: Walked): Promise<string[]> {
  return [
    ...count(survey.openCalls.length, "open calls"),
    ...count(survey.activeRuns.length, "active runs"),
    ...count(watching(), "watchers"),
    ...count(history.deliveries.filter(({ acknowledged }) => !acknowledged).length, "deliveries"),
    ...count((await listUntoldNow(survey, world)).length, "ends not told"),
  ];
}

async function showOpen(survey: Survey): Promise<string[]> {
  const runs = survey.activeRuns.map(({ pipeline, id }) => `/pipelines/${pipeline}/runs/${id}`);
  const calls = survey.openCalls.map(({ id }) => `/v1/calls/${id}`);
  const shown = [...runs, ...calls]
    .slice(0, MAX_SHOWN)
    .map(async (path) => `${path}: ${JSON.stringify(await survey.get(path))}`);
  return Promise.all(shown);
}

/** The ends that nobody was told yet. */
async function listUntoldNow({ calls, runs }: Survey, { gen, receiver }: World) {
  const jobs = await readJobs(gen);
  return listUntold({ calls: [...calls.values()], runs: [...runs.values()], jobs, received: receiver.got });
}

/** GEN delivers its webhook once more. */
async function tellOfJob(id: string, place: Place): Promise<void> {
  const body = JSON.stringify({ generation: { id, status: "completed" } });
  await ask({ kind: "settling", client: null, method: "POST", target: place.world.genWebhook, body }, place);
}

/** An operator has each sent again that waits: one that was being sent when the Worker died waits for minutes. */
async function resendNotifications(survey: Survey, place: Place): Promise<void> {
  const { operator } = place.world.clients;
  await inParallel(await survey.listWaiting(), async ({ id }) => {
    await ask({ kind: "settling", client: operator, method: "POST", target: `/notifications/${id}/resend` }, place);
  });
}

function count(number: number, what: string): string[] {
  return number === 0 ? [] : [`${number} ${what}`];
}
