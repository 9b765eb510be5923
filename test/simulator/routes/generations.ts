import type { Call, Commit } from "../gen/call.ts";
import { requireCredits } from "../gen/credits.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { parseWanted, planGeneration, RENDER, type Spot, type Wanted } from "../gen/generate.ts";
import { continueJob, endJob } from "../gen/job-life.ts";
import { generationView, runningView } from "../gen/job-view.ts";
import { CHARGED, CONTINUE } from "../gen/key-rules.ts";
import { keyOf } from "../gen/keyed.ts";
import { allowed, cellIn, jobOf, layerIn, namedAgent, namedSheet } from "../gen/lookup.ts";
import { GENERATION_TYPES, PRICES } from "../gen/prices.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import { keyed, type Routes } from "../gen/route.ts";
import { isRunning, type Job } from "../world/job.ts";

export const generationRoutes: Routes = {
  "POST /vidsheet/:sheet/cells/:cell/generate": keyed(CHARGED, (call) =>
    generate(call, spotOf(call), parseWanted(call.fields)),
  ),
  "POST /vidsheet/:sheet/cells/:cell/layers/:layer/generate": keyed(CHARGED, (call) =>
    generate(call, layerSpotOf(call), parseWanted(call.fields)),
  ),
  "POST /vidsheet/:sheet/cells/:cell/render": keyed(CHARGED, (call) => generate(call, spotOf(call), RENDER)),
  "POST /generations/:job/continue": keyed(CONTINUE, continueGeneration),
  "POST /generations/:job/stop": stopGeneration,
  "GET /generations/:job": (call) => ok(generationView(jobOf(call, "not_found"))),
  "GET /generations/:job/lifecycle": (call) => ok(runningView(jobOf(call, "not_found"))),
  "GET /vidsheet/:sheet/generations": listRunning,
};

function spotOf(call: Call): Spot {
  const inSheet = namedSheet(call);
  return { ...inSheet, ...cellIn(inSheet.sheet, call.params.cell) };
}

function layerSpotOf(call: Call): Spot {
  const spot = spotOf(call);
  return { ...spot, layer: layerIn(spot.cell, call.params.layer) };
}

function generate(call: Call, spot: Spot, wanted: Wanted): Commit {
  const operation = wanted === RENDER ? "cells.render" : spot.layer ? "layers.generate" : "cells.generate";
  const start = planGeneration(call.sim, spot, wanted, { operation, key: keyOf(call, "header") ?? null });
  return () => {
    const job = start();
    return created({ generation_id: job.id, status: job.status });
  };
}

/** The agent in the body must be the generation's own, if it is given. */
function ownJob(call: Call): Job {
  const job = jobOf(call, "not_found");
  if (call.fields.agent_id === undefined && !call.query.has("agent_id")) return job;
  if (String(namedAgent(call).id) !== String(job.agentId)) throw new GenError(404, "not_found", "Generation not found");
  return job;
}

function continueGeneration(call: Call): Commit {
  const { sim } = call;
  const job = ownJob(call);
  const agent = allowed(call, namedAgent({ ...call, fields: { agent_id: job.agentId } }));
  if (isRunning(job)) throw new GenError(422, "job_status_invalid", "The generation is still running");
  if (job.status !== "stopped") throw invalid("Only a stopped generation can be continued");
  const amount = job.kind === "render" ? PRICES.render : (GENERATION_TYPES[job.type]?.credits(job.data) ?? PRICES.job);
  requireCredits(sim, agent, amount);
  return () => {
    continueJob(sim, job, amount, keyOf(call, "header") ?? null);
    return ok({ generation_id: job.id, status: job.status });
  };
}

function stopGeneration(call: Call): Reply {
  const job = ownJob(call);
  if (job.status === "stopped") throw invalid("The generation is stopped already");
  if (!isRunning(job)) throw new GenError(422, "job_cannot_be_stopped", `A ${job.status} generation can't be stopped`);
  endJob(call.sim, job, "stopped");
  return ok({ generation_id: job.id, status: job.status });
}

function listRunning(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const running = [...call.sim.world.jobs.values()].filter(
    (job) => job.container?.sheetId === sheet.id && isRunning(job),
  );
  return ok({ generations: running.map(runningView) });
}
