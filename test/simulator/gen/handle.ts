import { setTimeout as sleep } from "node:timers/promises";
import type { Simulation } from "../simulation.ts";
import type { Received } from "../wire/receive.ts";
import { authenticate } from "./authenticate.ts";
import type { Call } from "./call.ts";
import { parseFields } from "./fields.ts";
import { errorReply, type Fields, GenError } from "./gen-error.ts";
import { runKeyed } from "./keyed.ts";
import { type Place, placeOf, unknownPath } from "./place.ts";
import { checkRateLimit } from "./rate-limit.ts";
import type { Reply } from "./reply.ts";
import type { Route } from "./route.ts";

/** An answer that GEN itself gives instead of the work's, or after it: it is remembered under the key. */
export interface OwnAnswer {
  readonly reply: Reply;
  readonly afterWork: boolean;
}

/** GEN's application: one request, one reply. Refusals are replies in the host's own form. */
export async function handle(sim: Simulation, received: Received, own?: OwnAnswer): Promise<Reply> {
  const place = placeOf(received);
  if (!place.found) return own?.reply ?? unknownPath(received);
  const { route } = place.found;
  try {
    const isOpen = typeof route !== "function" && "open" in route;
    const user = isOpen ? { id: 0, email: "" } : authenticate(sim, received.header);
    checkRateLimit(sim);
    const fields = await readFields(received);
    const { host, method, query, body, header } = received;
    const call: Call = {
      sim,
      host,
      method,
      query,
      body,
      header,
      user,
      fields,
      path: place.path,
      legacy: place.legacy,
      params: place.found.params,
    };
    return await answer(call, route, { place, own });
  } catch (error) {
    if (error instanceof GenError) return errorReply(error, place.dialect);
    throw error;
  }
}

async function answer(
  call: Call,
  route: Route,
  { place, own }: { place: Place; own: OwnAnswer | undefined },
): Promise<Reply> {
  const handler = typeof route === "function" ? route : route.handle;
  const run = async (): Promise<Reply> => {
    if (own && !own.afterWork) return own.reply;
    try {
      const result = await handler(call);
      if (typeof result !== "function") return own?.reply ?? result;
      if (call.sim.settings.workMs > 0) await sleep(call.sim.settings.workMs);
      const reply = result();
      return own?.reply ?? reply;
    } catch (error) {
      if (error instanceof GenError) return errorReply(error, place.dialect);
      throw error;
    }
  };
  if (typeof route === "function" || !("key" in route)) return run();
  return runKeyed({ call, rule: route.key, check: () => void route.handle(call), run });
}

async function readFields({ body, header }: Received): Promise<Fields> {
  if (!body.content) return {};
  try {
    return await parseFields(header("content-type"), body.content);
  } catch {
    throw new GenError(400, "bad_request", "The body can't be parsed");
  }
}
