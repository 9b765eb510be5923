/** Webhooks of other services, each delivered twice at once, and again until it is acknowledged. */
import { SENDERS, type SourceName, write } from "../../support/senders.ts";
import { SOURCE_NAMES } from "../../support/webhooks.ts";
import type { Delivery } from "../history.ts";
import { WEBHOOK_BUDGET_MS } from "../world.ts";
import type { Act, Actor } from "./actor.ts";
import { makeIdea } from "./runs.ts";

const TRIES = 3;
const STARTING: SourceName = "standard-webhooks";

/** Its event starts a run. */
export const requestVideo: Act = (actor) => {
  const data = makeIdea(actor);
  const body = JSON.stringify({ type: "video.requested", data });
  return deliver(actor, { source: STARTING, body, pipeline: "idea-to-video" });
};

/** Verified and acknowledged; no pipeline takes it. */
export const deliverOther: Act = (actor) => {
  const source = actor.random.pick(SOURCE_NAMES);
  const body = SENDERS[source].toBody(Date.now(), `chaos${actor.number}`);
  return deliver(actor, { source, body, pipeline: null });
};

async function deliver(
  actor: Actor,
  { source, body, pipeline }: { source: SourceName; body: string; pipeline: string | null },
): Promise<void> {
  const { number, random, history, pause } = actor;
  const delivery: Delivery = {
    source,
    id: `msg_chaos${number}`,
    pipeline,
    send: () => post(actor, source, body),
    acknowledged: false,
  };
  history.deliveries.push(delivery);
  for (let tries = 0; tries < TRIES && !delivery.acknowledged; tries += 1) {
    if (tries > 0) await pause(300, 2_000);
    const atOnce = tries === 0 || random.chance(0.5) ? 2 : 1;
    const told = await Promise.all(Array.from({ length: atOnce }, delivery.send));
    delivery.acknowledged = told.some(Boolean);
  }
}

/** Each delivery of an event is signed anew, as senders do. */
async function post({ number, world, ask }: Actor, source: SourceName, body: string): Promise<boolean> {
  const sender = SENDERS[source];
  const target = `/webhooks/${source}`;
  const { headers } = write(sender, `${world.worker.url}${target}`, { body, id: `chaos${number}` });
  const told = await ask({
    kind: "webhooks of other services",
    client: null,
    method: "POST",
    target,
    headers,
    body,
    budgetMs: WEBHOOK_BUDGET_MS,
  });
  return told.answer?.status === sender.acknowledged.status;
}
