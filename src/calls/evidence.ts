/**
 * Where a job that GEN has started can be seen, other than in the answer that was lost: the sheet's running
 * generations, the cell or layer itself, and the agent's user jobs. Only reads, and only of what GEN's reference describes.
 */

import * as v from "valibot";
import { type AskEnvironment, ask } from "../gen/ask.ts";
import { parseJsonBytes, writeJson } from "../json.ts";

const Id = v.pipe(v.union([v.string(), v.number(), v.bigint()]), v.transform(String));
const Common = v.object({ user_job_type: v.string(), created_at: v.string() });
const Running = v.object({
  generations: v.array(v.object({ ...Common.entries, generation_id: Id, container_id: v.nullish(Id) })),
});
const Container = v.object({ user_jobs: v.array(v.object({ ...Common.entries, id: Id })) });
const OfAgent = v.object({ user_jobs: v.array(v.object({ ...Common.entries, id: Id, data: v.unknown() })) });

/** Where the job would be. Paths are behind `/v1`. */
export interface Place {
  readonly sheetPath: string;
  readonly containerPath: string;
  readonly containerId: string;
  readonly search: string;
}

export interface Job {
  readonly id: string;
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Null when GEN does not let the sheet be read: of a workspace without any credits it does not. */
export async function readPlace(place: Place, env: AskEnvironment): Promise<Job[] | null> {
  const { sheetPath, containerPath, containerId, search } = place;
  const running = v.safeParse(Running, await read(`${sheetPath}/generations${search}`, env));
  const container = v.safeParse(Container, await read(`${containerPath}${search}`, env));
  if (!running.success && !container.success) return null;
  const there = running.success ? running.output.generations.filter((job) => job.container_id === containerId) : [];
  return [
    ...there.map((job) => toJob(job.generation_id, job)),
    ...(container.success ? container.output.user_jobs.map((job) => toJob(job.id, job)) : []),
  ];
}

/** The agent's jobs that were given this input. A job does not say in which cell it stands, so the input must tell. */
export async function readJobsOfAgent(
  { search }: Place,
  input: Readonly<Record<string, unknown>>,
  env: AskEnvironment,
): Promise<Job[]> {
  const parsed = v.safeParse(OfAgent, await read(`/user_jobs${search}`, env));
  if (!parsed.success) return [];
  return parsed.output.user_jobs.filter((job) => holds(job.data, input)).map((job) => toJob(job.id, job));
}

function toJob(id: string, job: v.InferOutput<typeof Common>): Job {
  return { id, type: job.user_job_type, createdAt: Date.parse(job.created_at) };
}

/** Whether the job's data has every member of the input; GEN may have added some. */
function holds(data: unknown, input: Readonly<Record<string, unknown>>): boolean {
  if (typeof data !== "object" || data === null) return false;
  const given = data as Readonly<Record<string, unknown>>;
  return Object.keys(input).every((name) => writeJson(given[name]) === writeJson(input[name]));
}

async function read(path: string, env: AskEnvironment): Promise<unknown> {
  const outcome = await ask({ host: "api", method: "GET", path }, env);
  return outcome.kind === "whole-answer" ? parseJsonBytes(outcome.body) : null;
}
