import type { Call, Commit } from "../gen/call.ts";
import { requireCredits } from "../gen/credits.ts";
import { isFields, wrapped } from "../gen/fields.ts";
import { type Fields, GenError, invalid } from "../gen/gen-error.ts";
import { parseWanted, type Wanted } from "../gen/generate.ts";
import { repriceJob, startJob } from "../gen/job-life.ts";
import { userJobView } from "../gen/job-view.ts";
import { jobOf, namedAgent } from "../gen/lookup.ts";
import { GENERATION_TYPES, PRICES } from "../gen/prices.ts";
import { ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";

/** GEN documents no key for these: a repeat makes another one. */
export const userJobRoutes: Routes = {
  "POST /user_jobs": createJob,
  "POST /user_jobs/estimate": estimate,
  "GET /user_jobs": (call) => {
    const agent = namedAgent(call);
    return ok({
      user_jobs: [...call.sim.world.jobs.values()].filter((job) => job.agentId === agent.id).map(userJobView),
    });
  },
  "GET /user_jobs/:job": (call) => ok(userJobView(ownJob(call))),
  "PUT /user_jobs/:job": updateJob,
  "POST /audio_matching_jobs": (call) => start(call, plain("audio_matching", call.fields), 200),
  "POST /video_recreate_job": (call) => start(call, plain("video_recreate", call.fields), 200),
  "POST /transcriptions": (call) =>
    start(call, parseWanted({ generation_type: "transcription", data: call.fields.data ?? call.fields }), 201),
  "GET /remotion_jobs": (call) => {
    namedAgent(call);
    return ok({
      remotion_jobs: [...call.sim.world.jobs.values()].filter((job) => job.type === "remotion").map(userJobView),
    });
  },
  "POST /remotion_jobs": (call) =>
    start(call, { type: "remotion", kind: "render", data: call.fields, amount: PRICES.render }, 201),
};

function ownJob(call: Call) {
  const job = jobOf(call, "user_job_not_found");
  if (String(namedAgent(call).id) !== String(job.agentId))
    throw new GenError(404, "user_job_not_found", "User job not found");
  return job;
}

function plain(type: string, data: Fields): Wanted {
  return { type, kind: "job", data, amount: PRICES.job };
}

/** `data` is an object or, in forms, JSON as a string. */
function wantedJob(fields: Fields): Wanted {
  const { user_job_type: type, data: given = {} } = wrapped(fields, "user_job");
  if (typeof type !== "string" || type === "") throw invalid("user_job_type is required");
  const data = typeof given === "string" ? parseJson(given) : given;
  if (!isFields(data)) throw invalid("data must be an object");
  if (type === "publish_content" || type === "train_social") return plain(type, data);
  return parseWanted({ generation_type: type, data });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("data must be JSON");
  }
}

function createJob(call: Call): Commit {
  const wanted = wantedJob(call.fields);
  const agent = namedAgent(call);
  if (wanted.type === "train_social" && call.sim.world.organizations.get(String(agent.workspace_id))?.generic === 0) {
    throw new GenError(422, "no_active_credit_purchase", "Monitoring needs an active credit purchase");
  }
  return start(call, wanted, 201);
}

function start(call: Call, wanted: Wanted, status: number): Commit {
  const agent = namedAgent(call);
  requireCredits(call.sim, agent, wanted.amount);
  const key = call.header("idempotency-key") ?? null;
  return () => {
    const job = startJob(call.sim, { ...wanted, agent, operation: "user_jobs.create", key });
    return { status, json: { user_job_id: job.id, status: job.status } };
  };
}

function estimate(call: Call): Reply {
  namedAgent(call);
  const { type, amount } = wantedJob(call.fields);
  const id = `estimate_${call.sim.world.nextId()}`;
  return ok({ estimate_id: id, estimated_credits: amount, items: [{ user_job_type: type, credits: amount }] });
}

/** A job can be changed only before it has begun. It then costs what it will make now. */
function updateJob(call: Call): Reply {
  const job = ownJob(call);
  if (job.status !== "pending") throw new GenError(422, "job_status_invalid", `A ${job.status} job can't be changed`);
  Object.assign(job.data, wrapped(call.fields, "user_job").data ?? {});
  repriceJob(call.sim, job, GENERATION_TYPES[job.type]?.credits(job.data) ?? job.cost);
  return ok(userJobView(job));
}
