/** Runs of pipelines that clients start by hand. */
import { type Asked, type HandRun, toMarker } from "../history.ts";
import { FILLED } from "../world.ts";
import type { Act, Actor } from "./actor.ts";

const TRIES = 3;
const VIDEO = "idea-to-video";
const FILL = "fill-empty-cells";

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

export const fill: Act = (actor) => {
  const generation = { generation_type: "text", data: { prompt: "A film of: {{Script}}", model: "m" } };
  return start(actor, FILL, { ...FILLED, column: "Video", generation });
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
