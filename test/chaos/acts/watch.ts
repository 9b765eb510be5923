/** Watches a generation to its end: comes back with Last-Event-ID whenever the stream ends, breaks or is left. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../fuzz/random.ts";
import { openEvents } from "../../support/event-stream.ts";
import type { History, Watched } from "../history.ts";
import type { Outages } from "../outages.ts";

export interface Watching {
  readonly url: string;
  /** Empty with a ticket. */
  readonly headers: Readonly<Record<string, string>>;
  readonly random: Random;
  readonly history: History;
  readonly outages: Outages;
  /** When nobody watches any more. */
  readonly over: AbortSignal;
}

const AGAIN_MS = { from: 100, to: 1_000 };
const LEAVE_MS = { from: 300, to: 6_000 };
const ENDED = new Set(["completed", "failed", "stopped"]);
const ID = /\/generations\/([^/]+)\/events/;

export async function watch({ url, headers, random, history, outages, over }: Watching): Promise<void> {
  const watched: Watched = {
    generation: ID.exec(url)?.[1] ?? "",
    ids: [],
    status: null,
    connections: 0,
    ended: false,
  };
  history.watched.push(watched);
  while (!watched.ended && !over.aborted) {
    await outages.whenUp();
    watched.connections += 1;
    await watchOnce(watched, { url, headers, random, over }).catch(() => {});
    if (!watched.ended)
      await sleep(random.int(AGAIN_MS.from, AGAIN_MS.to), undefined, { signal: over }).catch(() => {});
  }
}

async function watchOnce(
  watched: Watched,
  { url, headers, random, over }: Pick<Watching, "url" | "headers" | "random" | "over">,
): Promise<void> {
  const last = watched.ids.at(-1);
  const stream = await openEvents(url, {
    ...headers,
    ...(last === undefined ? {} : { "last-event-id": String(last) }),
  });
  // The end was told before.
  if (stream.response.status === 204) watched.ended = true;
  const leave = () => stream.leave();
  const timer = random.chance(0.4) ? setTimeout(leave, random.int(LEAVE_MS.from, LEAVE_MS.to)) : undefined;
  over.addEventListener("abort", leave);
  try {
    await stream.ended();
  } finally {
    clearTimeout(timer);
    over.removeEventListener("abort", leave);
    for (const { id, data } of stream.events) {
      watched.ids.push(Number(id));
      watched.status = (JSON.parse(data) as { status: string }).status;
    }
    if (ENDED.has(watched.status ?? "")) watched.ended = true;
  }
}
