import type { Call, Commit } from "../gen/call.ts";
import { requireCredits } from "../gen/credits.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { startJob } from "../gen/job-life.ts";
import { userJobView } from "../gen/job-view.ts";
import { BODY } from "../gen/key-rules.ts";
import { itemOn, jobOf, namedAgent } from "../gen/lookup.ts";
import { PRICES } from "../gen/prices.ts";
import { accepted, created, noContent, ok, type Reply } from "../gen/reply.ts";
import { keyed, type Routes } from "../gen/route.ts";
import { addItem } from "../gen/shelf-routes.ts";
import { type Item, shelf } from "../world/world.ts";

const STATUSES = ["new", "liked", "rejected", "used"];

/** Ideas, idea and analysis jobs, research, mixes and the old profile: the agent host. */
export const ideaRoutes: Routes = {
  "GET /agent/ideas": (call) => {
    const agent = namedAgent(call);
    return ok({
      ideas: [...shelf(call.sim.world, "ideas").values()].filter((item) => String(item.agent_id) === String(agent.id)),
    });
  },
  "GET /agent/ideas/:id": (call) => ok(ideaOf(call)),
  "POST /agent/ideas/:id/status": (call) => setStatus(call, call.fields.status),
  "PUT /agent/ideas/:id/status/:status": (call) => setStatus(call, call.params.status),
  "POST /ideas/:id/expand": (call) => ok(Object.assign(ideaOf(call), { expanded: "Simulated expansion" })),
  "POST /ideas/:id/create-video": (call) => {
    ideaOf(call);
    return startPaidJob(call, "create_video", PRICES.ideas);
  },
  "POST /ideas/generate": keyed(BODY, (call) => startPaidJob(call, "ideas_generate", PRICES.ideas)),
  "POST /ideas/recreate": keyed(BODY, (call) => startPaidJob(call, "ideas_recreate", PRICES.ideas)),
  "POST /ideas/reimagine": keyed(BODY, (call) => startPaidJob(call, "ideas_reimagine", PRICES.ideas)),
  "GET /ideas/jobs/:job": (call) => ok(userJobView(jobOf(call, "not_found"))),
  "GET /ideas/directions": () => ok({ directions: ["educational", "behind the scenes"] }),
  "POST /ideas/preferences": (call) => ok(addItem(call, "idea_preferences", { ...call.fields })),
  "DELETE /ideas/preferences": (call) => {
    shelf(call.sim.world, "idea_preferences").clear();
    return ok({ success: true });
  },
  "POST /research": (call) => startPaidJob(call, "research", PRICES.research, 202),
  "POST /analyze/research": keyed(BODY, (call) => startPaidJob(call, "analyze_research", PRICES.research)),
  "POST /analyze/trends": keyed(BODY, (call) => startPaidJob(call, "analyze_trends", PRICES.analysis)),
  "POST /analyze/synthesis": keyed(BODY, (call) => startPaidJob(call, "analyze_synthesis", PRICES.analysis)),
  "POST /analyze/clip_moments": (call) => startPaidJob(call, "analyze_clip_moments", PRICES.analysis),
  "GET /analyze/jobs/:job": (call) => ok(userJobView(jobOf(call, "not_found"))),
  "POST /audio/mixes": (call) =>
    accepted({ mix_id: addItem(call, "mixes", { agent_id: namedAgent(call).id }).id, status: "pending_engine" }),
  "GET /agent/profile": (call) => ok(profileOf(call)),
  "POST /agent/profile": (call) => created(Object.assign(profileOf(call), call.fields)),
  "PUT /agent/profile": (call) => ok(Object.assign(profileOf(call), call.fields)),
  "DELETE /agent/profile": (call): Reply => {
    shelf(call.sim.world, "profiles").delete(String(profileOf(call).id));
    return noContent();
  },
};

function ideaOf(call: Call): Item {
  return itemOn(call, "ideas", call.params.id);
}

function setStatus(call: Call, status: unknown): Reply {
  const idea = ideaOf(call);
  if (!STATUSES.includes(String(status))) throw invalid(`status must be one of ${STATUSES.join(", ")}`);
  if (idea.status === "used" && status !== "used")
    throw new GenError(409, "invalid_transition", "A used idea stays used");
  return ok(Object.assign(idea, { status }));
}

function startPaidJob(call: Call, type: string, amount: number, status = 200): Commit {
  const agent = namedAgent(call);
  requireCredits(call.sim, agent, amount);
  const key = typeof call.fields.idempotency_key === "string" ? call.fields.idempotency_key : null;
  return () => {
    const job = startJob(call.sim, { agent, type, kind: "job", data: call.fields, amount, operation: type, key });
    return { status, json: { job_id: job.id, status: job.status } };
  };
}

function profileOf(call: Call): Item {
  const { id } = namedAgent(call);
  const profiles = shelf(call.sim.world, "profiles");
  const profile = profiles.get(String(id)) ?? { id, agent_id: id };
  profiles.set(String(id), profile);
  return profile;
}
