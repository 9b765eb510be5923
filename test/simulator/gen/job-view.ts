import type { Job } from "../world/job.ts";
import { outputUrl } from "./job-life.ts";

/** The body of `GET /generations/{g}`. Costs are text, as GEN sends them. */
export function generationView(job: Job): Record<string, unknown> {
  return {
    id: job.id,
    status: job.status,
    user_job_type: job.type,
    result: job.result,
    failed_reason: job.failedReason,
    output_resources: job.status === "completed" && job.kind !== "text" ? [outputResource(job)] : [],
    execution_cost: String(job.cost),
  };
}

/** The body of `GET /user_jobs/{id}`. */
export function userJobView(job: Job): Record<string, unknown> {
  const failed = job.status === "failed";
  return {
    ...generationView(job),
    agent_id: job.agentId,
    data: job.data,
    credit_outcome: job.creditOutcome,
    retryable: failed,
    stage: job.status,
    user_message: failed ? job.failedReason : null,
    created_at: job.createdAt,
  };
}

/** An entry of `GET {s}/generations`. */
export function runningView(job: Job): Record<string, unknown> {
  return {
    generation_id: job.id,
    status: job.status,
    user_job_type: job.type,
    container_type: job.container?.type ?? null,
    container_id: job.container?.id ?? null,
    row_id: job.container?.rowId ?? null,
    created_at: job.createdAt,
  };
}

function outputResource(job: Job): Record<string, unknown> {
  const url = outputUrl(job);
  return { id: job.id * 10, url, thumbnail_url: `${url}.jpg`, object_type: job.kind === "render" ? "video" : job.kind };
}
