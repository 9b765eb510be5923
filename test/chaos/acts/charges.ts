/**
 * Charged calls: sent once or again and again under one key, at the same time, given up, called off, or left alone; and
 * what they have started stopped and continued.
 */
import { toJson } from "../ask.ts";
import { type Asked, toContinuing, toMarker } from "../history.ts";
import { CONTINUE } from "../judge/calls.ts";
import { ASKING, type Client, HTTP_BUDGET_MS, SHORTEST_LIFE_MS } from "../world.ts";
import { type Act, type Actor, AGENT, CELLS, SHEET } from "./actor.ts";

interface Order {
  readonly operation: string;
  readonly target: string;
  readonly body: unknown;
  /** Who may order it. */
  readonly clients: readonly (typeof ASKING)[number][];
}

type Send = (kind: string, more?: { readonly prefer?: string; readonly leaveAfterMs?: number }) => Promise<Asked>;

const TRIES = 4;

export const charge: Act = async (actor) => {
  const { number, random, world, history } = actor;
  const { operation, target, body, clients } = drawOrder(actor);
  const client = world.clients[random.pick(clients)];
  const isKeyed = random.chance(0.9);
  const key = isKeyed ? `intent-${number}` : null;
  history.intents.push({ number, client: client.name, key, operation });
  const send = toSend(actor, { client, target, body, intent: number, key });
  // Without a key a repeat is another intent.
  if (key === null) return watchSome(actor, await send("charged calls without a key"), client);
  const way = random.weighted<(send: Send, actor: Actor, client: Client) => Promise<Asked | null>>([
    [3, repeat],
    [3, join],
    [2, later],
    [2, callOff],
    [2, giveUp],
  ]);
  const told = await way(send, actor, client);
  if (told !== null) watchSome(actor, told, client);
};

/** A video is stopped while GEN works on it, and continued under a key of its own: a second charge for the same job. */
export const stopAndContinue: Act = async (actor) => {
  const { number, random, world, history, ask, pause } = actor;
  const client = world.clients[random.pick(["product", "confined", "bounded"] as const)];
  const target = `${SHEET}/cells/${random.pick(CELLS)}/generate?${AGENT}`;
  const body = {
    generation_type: "video_from_text",
    data: { prompt: `To be continued. ${toMarker(number)}`, model: "m" },
  };
  const key = `intent-${number}`;
  history.intents.push({ number, client: client.name, key, operation: "cells.generate" });
  const { generation_id: id } = toJson(
    await repeat(toSend(actor, { client, target, body, intent: number, key }), actor),
  );
  if (id === undefined) return;
  await pause(SHORTEST_LIFE_MS, 2_500);
  const stop = { kind: "stops", client, method: "POST", target: `/v1/generations/${id}/stop`, body: OF_AGENT };
  let stopped = await ask(stop);
  for (let tries = 1; tries < TRIES && !isFinal(stopped); tries += 1) {
    await pause(100, 1_500);
    stopped = await ask(stop);
  }
  // What has ended by itself can't be continued.
  if (stopped.answer?.status !== 200) return;
  await pause(0, 1_500);
  const again = { number: toContinuing(number), client: client.name, key: `continue-${number}` };
  history.intents.push({ ...again, operation: CONTINUE });
  const path = `/v1/generations/${id}/continue`;
  const send = toSend(actor, { client, target: path, body: { agent_id: 42 }, intent: again.number, key: again.key });
  const way = random.pick([repeat, join]);
  watchSome(actor, await way(send, actor), client);
};

const OF_AGENT = JSON.stringify({ agent_id: 42 });

interface Sending {
  readonly client: Client;
  readonly target: string;
  readonly body: unknown;
  readonly intent: number;
  readonly key: string | null;
}

/** Sends it, each time it is called. */
function toSend(actor: Actor, { body, key, ...wanted }: Sending): Send {
  return (kind, { prefer, leaveAfterMs } = {}) =>
    actor.ask({
      ...wanted,
      kind,
      method: "POST",
      body: JSON.stringify(body),
      headers: { ...(key === null ? {} : { "idempotency-key": key }), ...(prefer ? { prefer } : {}) },
      budgetMs: toBudget(prefer),
      ...(leaveAfterMs === undefined ? {} : { leaveAfterMs }),
    });
}

function drawOrder({ number, random }: Actor): Order {
  const marker = toMarker(number);
  const types = random.weighted([
    [6, { generation_type: "text", data: { prompt: `A line. ${marker}`, model: "m" } }],
    [2, { generation_type: "image_from_text", data: { prompt: `A picture. ${marker}`, model: "m" } }],
    [2, { generation_type: "video_from_text", data: { prompt: `A film. ${marker}`, model: "m" } }],
  ] as const);
  const { generation_type: user_job_type, data } = types;
  const cell = random.pick(CELLS);
  return random.weighted<Order>([
    [
      16,
      {
        operation: "cells.generate",
        target: `${SHEET}/cells/${cell}/generate?${AGENT}`,
        body: types,
        clients: ASKING,
      },
    ],
    [
      3,
      {
        operation: "user_jobs.create",
        target: `/v1/user_jobs?${AGENT}`,
        body: { user_job_type, data },
        clients: ["product", "confined"],
      },
    ],
    [
      1,
      {
        operation: "runs.create",
        target: "/v1/agent/run",
        body: { agent_id: 42, message: `Ideas. ${marker}` },
        clients: ["product", "confined"],
      },
    ],
  ]);
}

/** Sends it, and again until it is told something final; then once more, to be told the same. */
async function repeat(send: Send, { random, pause }: Actor): Promise<Asked> {
  const kind = "charged calls, repeated";
  let told = await send(kind, { ...drawPrefer(random) });
  for (let tries = 1; tries < TRIES && !isFinal(told); tries += 1) {
    await pause(100, 2_500);
    told = await send(kind, { ...drawPrefer(random) });
  }
  await pause(0, 1_000);
  return isFinal(told) ? send(kind) : told;
}

/** Several of a kind at once. */
async function join(send: Send, { random }: Actor): Promise<Asked> {
  const kind = "charged calls, joined";
  const all = Array.from({ length: random.int(2, 4) }, () => drawPrefer(random));
  const told = await Promise.all(all.map((prefer) => send(kind, prefer)));
  return told.find(isFinal) ?? (told[0] as Asked);
}

async function later(send: Send, actor: Actor, client: Client): Promise<Asked> {
  const told = await send("charged calls, respond-async", { prefer: "respond-async" });
  for (let looks = 0; looks < 3; looks += 1) {
    await actor.pause(200, 2_000);
    await look("GET", told, actor, client);
  }
  return told;
}

async function callOff(send: Send, actor: Actor, client: Client): Promise<null> {
  const kind = "charged calls, called off";
  const { random, pause } = actor;
  const sent = send(kind, random.chance(0.6) ? { prefer: "respond-async" } : drawPrefer(random));
  await pause(0, 1_500);
  const told = await sent;
  await look("DELETE", told, actor, client);
  if (random.chance(0.3)) await send(kind);
  return null;
}

/** Its client goes away, and comes back. */
async function giveUp(send: Send, { random, pause }: Actor): Promise<Asked> {
  const kind = "charged calls, given up";
  await send(kind, { leaveAfterMs: random.int(20, 900) });
  await pause(100, 3_000);
  return send(kind, drawPrefer(random));
}

async function look(method: "GET" | "DELETE", told: Asked, actor: Actor, client: Client): Promise<void> {
  const location = told.answer?.headers.get("location");
  const kind = method === "GET" ? "looks at calls" : "callings off";
  if (location) await actor.ask({ kind, client, method, target: location });
}

function drawPrefer(random: Actor["random"]): { prefer?: string } {
  return random.chance(0.5) ? { prefer: `wait=${random.int(1, 6)}` } : {};
}

function toBudget(prefer: string | undefined): number {
  const [, seconds] = /wait=(\d+)/.exec(prefer ?? "") ?? [];
  return seconds === undefined ? HTTP_BUDGET_MS : Number(seconds) * 1_000;
}

function isFinal(told: Asked): boolean {
  const status = told.answer?.status ?? 0;
  if (status === 409) return toJson(told).error_code !== "idempotency_in_flight";
  return status >= 200 && status < 500 && status !== 429;
}

/** Half of the generations are watched: with the key, or with the ticket that the answer holds. */
function watchSome({ random, watch }: Actor, { answer }: Asked, client: Client): void {
  const [, path] = /<([^>]+)>; rel="monitor"/.exec(answer?.headers.get("link") ?? "") ?? [];
  const [isWatched, isByTicket] = [random.chance(0.5), random.chance(0.5)];
  if (path === undefined || !isWatched) return;
  if (isByTicket) watch(path, null);
  else watch(path.split("?")[0] ?? path, client);
}
