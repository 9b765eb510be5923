import type { Call, Commit } from "../gen/call.ts";
import { giveBackCredits, type Purchase, requireCredits, takeCredits } from "../gen/credits.ts";
import { text } from "../gen/fields.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { allowed, found, itemOn, namedAgent } from "../gen/lookup.ts";
import { PRICES } from "../gen/prices.ts";
import { accepted, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { addItem } from "../gen/shelf-routes.ts";
import { type Agent, type Item, shelf } from "../world/world.ts";

const QUEUE_LIMIT = 10;

export const runRoutes: Routes = {
  "POST /agent/run": run,
  "GET /agent/runs/:id": (call) => ok(runView(runOf(call))),
  "POST /agent/runs/:id/approve": approve,
  "POST /agent/runs/:id/stop": stop,
};

/** GEN documents no key here: a repeat is another run. A busy conversation queues the message. */
function run(call: Call): Commit {
  const agent = namedAgent(call);
  const message = text(call.fields.message);
  if (!message) throw invalid("message is required");
  requireCredits(call.sim, agent, PRICES.ideas);
  const { conversation_id: given } = call.fields;
  if (given !== undefined) itemOn(call, "conversations", given);
  return () => answerMessage(call, agent, message);
}

function answerMessage(call: Call, agent: Agent, message: string): Reply {
  const conversation = conversationFor(call, agent, message);
  const mine = [...shelf(call.sim.world, "runs").values()].filter((one) => one.conversation_id === conversation.id);
  if (mine.some(({ status }) => status === "running")) return queue(call, conversation, message);
  const started = startRun(call, agent, { conversation_id: conversation.id, message });
  const { run_id, conversation_id, status } = runView(started);
  return accepted({
    run_id,
    conversation_id,
    status,
    progress_stream_url: `https://stream.gen-simulator.invalid/${run_id}?secret=simulated`,
  });
}

function conversationFor(call: Call, agent: Agent, title: string): Item {
  const { conversation_id: id } = call.fields;
  if (id !== undefined) return itemOn(call, "conversations", id);
  const item = { id: `conv_${call.sim.world.nextId()}`, agent_id: agent.id, title, preferences: {} };
  shelf(call.sim.world, "conversations").set(item.id, item);
  return item;
}

function queue(call: Call, conversation: Item, message: string): Reply {
  const waiting = [...shelf(call.sim.world, "pending").values()].filter(
    (one) => one.conversation_id === conversation.id && one.status === "queued",
  );
  if (waiting.length >= QUEUE_LIMIT) throw new GenError(409, "queue_full", "Ten messages are waiting already");
  const pending = addItem(call, "pending", { conversation_id: conversation.id, message, status: "queued" });
  return accepted({ pending_id: pending.id, conversation_id: conversation.id, status: "queued" });
}

/** Takes the credits and runs by the clock to `completed`, or to `awaiting_approval` if the settings say so. */
function startRun(call: Call, agent: Agent, fields: Record<string, unknown>): Item {
  const { sim } = call;
  const id = `run_${sim.world.nextId()}`;
  takeCredits(sim, purchaseOf(agent, id));
  const item: Item = {
    ...fields,
    id,
    agent_id: agent.id,
    status: "running",
    result: null,
    created_at: sim.clock.iso(),
  };
  shelf(sim.world, "runs").set(id, item);
  finishLater(call, item, sim.settings.runsNeedApproval ? "awaiting_approval" : "completed");
  return item;
}

function finishLater({ sim }: Call, item: Item, end: string): void {
  const { pendingMs, processingMs } = sim.settings.generationMs.run;
  sim.clock.at(sim.clock.now() + pendingMs + processingMs, () => {
    if (item.status !== "running") return;
    item.status = end;
    if (end === "completed") item.result = { text: "Simulated ideas" };
    for (const waiting of shelf(sim.world, "pending").values()) {
      if (waiting.conversation_id === item.conversation_id && waiting.status === "queued") waiting.status = "sent";
    }
  });
}

function approve(call: Call): Reply {
  const item = runOf(call);
  if (item.status !== "awaiting_approval")
    throw new GenError(409, "invalid_transition", `A ${item.status} run awaits no approval`);
  if (typeof call.fields.approved !== "boolean") throw invalid("approved must be true or false");
  item.status = call.fields.approved ? "running" : "failed";
  if (call.fields.approved) finishLater(call, item, "completed");
  else refund(call, item);
  return ok(runView(item));
}

function stop(call: Call): Reply {
  const item = runOf(call);
  if (item.status !== "running" && item.status !== "awaiting_approval") {
    throw new GenError(422, "job_cannot_be_stopped", `A ${item.status} run can't be stopped`);
  }
  item.status = "stopped";
  refund(call, item);
  return ok(runView(item));
}

function refund(call: Call, item: Item): void {
  giveBackCredits(call.sim, { ...purchaseOf(agentOf(call, item), String(item.id)), purpose: `refund: ${item.status}` });
}

function agentOf(call: Call, item: Item): Agent {
  return found(call.sim.world.agents.get(String(item.agent_id)), "Agent");
}

function runOf(call: Call): Item {
  const item = itemOn(call, "runs", call.params.id);
  allowed(call, agentOf(call, item));
  return item;
}

function purchaseOf(agent: Agent, id: string): Purchase {
  return {
    agent,
    amount: PRICES.ideas,
    operation: "runs.create",
    purpose: "agent run",
    key: null,
    subject: { run_id: id },
  };
}

function runView({ id, message: _, ...fields }: Item): Record<string, unknown> {
  return { run_id: id, ...fields };
}
