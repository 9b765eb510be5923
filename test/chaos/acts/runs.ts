/** Runs of pipelines that clients start by hand and run again, and those of a schedule. */
import { toJson } from "../ask.ts";
import { type Asked, type HandRun, type Tick, toMarker } from "../history.ts";
import { FILL } from "../world.ts";
import type { Act, Actor } from "./actor.ts";

const TRIES = 3;
const VIDEO = "idea-to-video";
const FILLING = "fill-empty-cells";
/** Its schedule. */
const HOURLY = "0 * * * *";
const MINUTE_MS = 60_000;

/** An idea whose video is a text or an image, so that most runs end within the walk. */
export function makeIdea({ number, random }: Actor) {
  const type = random.weighted([
    [6, "text"],
    [3, "image_from_text"],
    [1, "video_from_text"],
  ] as const);
  return {
    agent_id: 42,
    sheet: 101,
    cells: { Script: `An idea. ${toMarker(number)}` },
    generate: { Video: { generation_type: type, data: { prompt: "A film of: {{Script}}", model: "m" } } },
  };
}

export const makeVideo: Act = async (actor) => {
  const location = await start(actor, VIDEO, makeIdea(actor));
  if (!actor.random.chance(0.15)) return;
  await actor.pause(200, 6_000);
  const client = actor.world.clients.product;
  if (location) await actor.ask({ kind: "runs, stopped", client, method: "POST", target: `${location}/stop` });
};

export const fill: Act = (actor) => start(actor, FILLING, FILL);

/** A minute of its own, in the past; now and then twice, as cron triggers come, and again when the Worker was killed. */
export const fireTick: Act = async ({ number, random, world, history, whenUp, pause }) => {
  const minute = Math.floor(history.startedAt / MINUTE_MS) - number;
  const tick: Tick = { pipeline: FILLING, scheduledAt: minute * MINUTE_MS, fired: false };
  history.ticks.push(tick);
  const times = random.weighted([
    [3, 1],
    [1, 2],
  ] as const);
  const fire = async () => {
    await whenUp();
    await world.worker.fire(HOURLY, tick.scheduledAt);
    tick.fired = true;
  };
  for (let tries = 0; tries < TRIES && !tick.fired; tries += 1) {
    if (tries > 0) await pause(200, 2_000);
    await Promise.allSettled(Array.from({ length: times }, fire));
  }
};

/** One that has failed, or was stopped, twice at once; now and then all that have failed. */
export const runAgain: Act = async ({ random, world, history, ask }) => {
  const client = world.clients.product;
  const state = random.weighted([
    [3, "failed"],
    [1, "stopped"],
  ] as const);
  const [share, isForAll] = [random.next(), random.chance(0.2)];
  if (isForAll) {
    const body = JSON.stringify({ state, since: new Date(history.startedAt).toISOString() });
    return ask({ kind: "runs, all again", client, method: "POST", target: `/pipelines/${VIDEO}/rerun`, body });
  }
  const path = `/pipelines/${VIDEO}/runs`;
  const target = `${path}?state=${state}`;
  const { runs = [] } = toJson(await ask({ kind: "runs, looked for", client, method: "GET", target, whole: true }));
  const id: string | undefined = runs[Math.floor(share * runs.length)]?.id;
  if (id === undefined) return;
  const again = { kind: "runs, again", client, method: "POST", target: `${path}/${id}/rerun` };
  const told = await Promise.all([ask(again), ask(again)]);
  if (told.some(({ answer }) => answer?.status === 202)) history.reruns.add(id);
};

/** Twice at once or one after the other, under one key, until it is known to have started. */
async function start(actor: Actor, pipeline: string, input: unknown): Promise<string | null> {
  const { number, random, history, world, ask, pause } = actor;
  const run: HandRun = { pipeline, key: `run-${number}`, ids: new Set() };
  history.runs.push(run);
  const wanted = {
    kind: "runs by hand",
    client: world.clients.product,
    method: "POST",
    target: `/pipelines/${pipeline}/runs`,
    headers: { "idempotency-key": run.key },
    body: JSON.stringify(input),
  };
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (tries > 0) await pause(200, 2_000);
    const told = await Promise.all(Array.from({ length: random.int(1, 2) }, () => ask(wanted)));
    for (const id of told.flatMap(toRunId)) run.ids.add(id);
    if (run.ids.size > 0) break;
  }
  const [id] = run.ids;
  return id === undefined ? null : `/pipelines/${pipeline}/runs/${id}`;
}

function toRunId({ answer }: Asked): string[] {
  const id = answer?.headers.get("location")?.split("/").at(-1);
  return answer?.status === 202 && id ? [id] : [];
}
