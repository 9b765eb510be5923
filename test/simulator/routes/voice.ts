import type { Call } from "../gen/call.ts";
import { requireCredits } from "../gen/credits.ts";
import { text } from "../gen/fields.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { startJob } from "../gen/job-life.ts";
import { userJobView } from "../gen/job-view.ts";
import { found, namedAgent, pathAgent } from "../gen/lookup.ts";
import { PRICES } from "../gen/prices.ts";
import { accepted, created, noContent, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { addItem, shelfRoutes } from "../gen/shelf-routes.ts";
import type { Agent } from "../world/world.ts";

const byAgent = (call: Call) => ({ agent_id: pathAgent(call).id });

export const voiceRoutes: Routes = {
  "GET /agents/:agent/voice/library": (call) =>
    ok({ voices: [{ id: "voice_1", name: "Warm" }], agent_id: pathAgent(call).id }),
  "GET /agents/:agent/voice/integrations/elevenlabs": (call) =>
    ok({ connected: pathAgent(call).elevenLabsKey !== null }),
  "POST /agents/:agent/voice/integrations/elevenlabs": connectProvider,
  "DELETE /agents/:agent/voice/integrations/elevenlabs": (call) => {
    pathAgent(call).elevenLabsKey = null;
    return noContent();
  },
  "POST /agents/:agent/voice/integrations/elevenlabs/test": testProvider,
  "POST /agents/:agent/voice/design/generate-script": (call) => sample(call, pathAgent(call), "script"),
  "POST /agents/:agent/voice/design/generate-description": (call) => sample(call, pathAgent(call), "description"),
  "POST /agents/:agent/voice/design/generate-samples": (call) => sample(call, pathAgent(call), "samples"),
  "POST /agents/:agent/voice/design": (call) =>
    created(addItem(call, "voices", { ...byAgent(call), name: call.fields.name ?? "Designed" })),
  "POST /agents/:agent/voice/clone": (call) => {
    startVoiceJob(call, pathAgent(call), PRICES.clone);
    return created(addItem(call, "voices", { ...byAgent(call), name: text(call.fields.name) ?? "Clone" }));
  },
  ...shelfRoutes({
    path: "/agents/:agent/voice",
    family: "voices",
    verbs: ["delete"],
    owner: byAgent,
    deleteStatus: 204,
  }),
  "POST /agents/:agent/voice/:voice/preview": (call) =>
    accepted({ job_id: startVoiceJob(call, pathAgent(call), PRICES.sample).id, status: "pending" }),
  "GET /agents/:agent/voice/preview/:job": (call) => {
    pathAgent(call);
    return ok(userJobView(found(call.sim.world.jobs.get(call.params.job ?? ""), "Preview")));
  },
  ...shelfRoutes({
    path: "/user_voice_resources",
    family: "user_voice_resources",
    verbs: ["list", "read", "delete"],
    missing: "user_voice_resource_not_found",
  }),
  "POST /user_voice_resources": (call) => {
    if (!text(call.fields.voice_id)) throw new GenError(422, "voice_id_required", "voice_id is required");
    return ok(addItem(call, "user_voice_resources", { ...call.fields }));
  },
  ...shelfRoutes({ path: "/voice_resources", family: "voice_resources", verbs: ["list", "read"] }),
  "POST /generate_voice_sample": (call) => sample(call, namedAgent(call), "sample"),
  "POST /generate_voice_description": (call) => sample(call, namedAgent(call), "description"),
  "POST /hume_ai_sample": (call) => sample(call, namedAgent(call), "sample"),
  "GET /hume_ai_sample/status": () => ok({ status: "completed" }),
  "POST /eleven_labs_job": (call) => sample(call, namedAgent(call), "job"),
};

/** The provider refuses a key that does not begin with `sk_`. */
function connectProvider(call: Call): Reply {
  const agent = pathAgent(call);
  const key = text(call.fields.api_key);
  if (!key) throw invalid("api_key is required");
  if (!key.startsWith("sk_")) throw new GenError(422, "invalid_api_key", "ElevenLabs refused the key");
  agent.elevenLabsKey = key;
  return ok({ connected: true });
}

function testProvider(call: Call): Reply {
  const agent = pathAgent(call);
  const key = text(call.fields.api_key) ?? agent.elevenLabsKey;
  if (!key?.startsWith("sk_")) throw new GenError(400, "invalid_key", "ElevenLabs refused the key");
  return ok({ success: true });
}

function sample(call: Call, agent: Agent, name: string): Reply {
  const job = startVoiceJob(call, agent, PRICES.sample);
  return ok({ [name]: `Simulated ${name}`, user_job_id: job.id });
}

function startVoiceJob(call: Call, agent: Agent, amount: number) {
  requireCredits(call.sim, agent, amount);
  return startJob(call.sim, { agent, type: "voice", kind: "audio", data: {}, amount, operation: "voice", key: null });
}
