import type { Call } from "../gen/call.ts";
import { GenError } from "../gen/gen-error.ts";
import { itemOn, namedAgent } from "../gen/lookup.ts";
import { noContent, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { shelfRoutes } from "../gen/shelf-routes.ts";
import { type Item, shelf } from "../world/world.ts";

export const conversationRoutes: Routes = {
  "GET /agent/conversations": (call) => {
    const agent = namedAgent(call);
    return ok({
      conversations: [...shelf(call.sim.world, "conversations").values()].filter(
        (item) => String(item.agent_id) === String(agent.id),
      ),
    });
  },
  ...shelfRoutes({ path: "/agent/conversations", family: "conversations", verbs: ["read", "update", "delete"] }),
  "GET /agent/conversations/:id/messages": (call) =>
    ok({ messages: related(call, "runs").map(({ message }) => ({ role: "user", content: message })) }),
  "GET /agent/conversations/:id/runs": (call) => ok({ runs: related(call, "runs") }),
  "GET /agent/conversations/:id/session-preferences": (call) => ok(conversationOf(call).preferences),
  "PATCH /agent/conversations/:id/session-preferences": (call) =>
    ok(Object.assign(conversationOf(call).preferences as object, call.fields)),
  "GET /agent/conversations/:id/pending": (call) => ok({ pending: related(call, "pending") }),
  "PATCH /agent/conversations/:id/pending/:pending": (call) =>
    ok(Object.assign(unsent(call), { message: call.fields.message })),
  "DELETE /agent/conversations/:id/pending/:pending": (call): Reply => {
    shelf(call.sim.world, "pending").delete(String(unsent(call).id));
    return noContent();
  },
};

function conversationOf(call: Call): Item {
  return itemOn(call, "conversations", call.params.id);
}

function related(call: Call, family: string): Item[] {
  const { id } = conversationOf(call);
  return [...shelf(call.sim.world, family).values()].filter((item) => item.conversation_id === id);
}

function unsent(call: Call): Item {
  conversationOf(call);
  const item = itemOn(call, "pending", call.params.pending);
  if (item.status !== "queued") throw new GenError(409, "already_sent", "The message was sent already");
  return item;
}
