/**
 * Reads the jobs that GEN has started, for calls whose answer was lost: from the sheet's running generations, the cell
 * or layer, and the agent's user jobs. Reads only, and only what GEN's reference documents.
 */
import * as v from "valibot";
import { parseJsonBytes } from "../../encoding/json.ts";
import { isRefusedKey } from "../../gen/account.ts";
import { type AskEnvironment, ask } from "../../gen/ask.ts";
import { isCoded, isRefused } from "../../gen/failure.ts";
import { toId } from "../../gen/id.ts";
import { type Input, toInput } from "./wanted.ts";

/** Assumed clock difference when GEN sends no `Date`. */
const CLOCK_SKEW_MS = 1_000;

const Id = v.pipe(
  v.unknown(),
  v.transform(toId),
  v.check((id) => id !== null),
  v.transform(String),
);
const Common = v.object({ user_job_type: v.string(), created_at: v.string(), data: v.optional(v.unknown()) });
const Running = v.object({
  generations: v.array(v.object({ ...Common.entries, generation_id: Id, container_id: v.nullish(Id) })),
});
const Jobs = v.object({ user_jobs: v.array(v.object({ ...Common.entries, id: Id })) });
const Data = v.object({ data: v.unknown() });

/** Where the job is expected. Paths without `/v1`. */
export interface Place {
  readonly sheetPath: string;
  readonly containerPath: string;
  readonly containerId: string;
}

export interface Job {
  readonly id: string;
  readonly type: string;
  /** It was made before this time (our clock, milliseconds since the epoch). NaN when GEN's time can't be parsed. */
  readonly madeBefore: number;
  /** The job's input; null when GEN does not show it. */
  readonly data: Input | null;
}

/** `closed`: GEN does not show it, for example to a workspace without credits. `failed`: the read failed. */
export type Evidence<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "closed" }
  | { readonly kind: "failed" };

/** The jobs in one cell or layer. */
export async function readPlace(place: Place, search: string, env: AskEnvironment): Promise<Evidence<Job[]>> {
  const { sheetPath, containerPath, containerId } = place;
  const running = await read(`${sheetPath}/generations${search}`, env, (content, clock) =>
    parse(Running, content)
      ?.generations.filter((job) => job.container_id === containerId)
      .map((job) => toJob(job.generation_id, job, clock)),
  );
  const there = await read(`${containerPath}${search}`, env, parseJobs);
  if (running.kind === "failed" || there.kind === "failed") return { kind: "failed" };
  if (running.kind === "closed" && there.kind === "closed") return { kind: "closed" };
  const shown = there.kind === "read" ? there.value : [];
  const others = running.kind === "read" ? running.value : [];
  return { kind: "read", value: [...shown, ...others.filter(({ id }) => !shown.some((each) => each.id === id))] };
}

/** All jobs of the agent. */
export function readJobsOfAgent(search: string, env: AskEnvironment): Promise<Evidence<Job[]>> {
  return read(`/user_jobs${search}`, env, parseJobs);
}

/** The input of one job, which the list of running generations does not show. */
export function readData(id: string, search: string, env: AskEnvironment): Promise<Evidence<Input>> {
  return read(
    `/user_jobs/${encodeURIComponent(id)}${search}`,
    env,
    (content) => toInput(parse(Data, content)?.data) ?? undefined,
  );
}

/** How far GEN's clock may be behind ours, in milliseconds; negative when it is ahead. */
type Clock = { readonly behindMs: number };

function parseJobs(content: unknown, clock: Clock): Job[] | undefined {
  return parse(Jobs, content)?.user_jobs.map((job) => toJob(job.id, job, clock));
}

function toJob(id: string, job: v.InferOutput<typeof Common>, { behindMs }: Clock): Job {
  const isWhole = !/[.,]\d/.test(job.created_at);
  const madeBefore = Date.parse(job.created_at) + (isWhole ? 1_000 : 1) + behindMs;
  return { id, type: job.user_job_type, madeBefore, data: toInput(job.data) };
}

/** `select` returns undefined for an answer that differs from GEN's reference. */
async function read<T>(
  path: string,
  env: AskEnvironment,
  select: (content: unknown, clock: Clock) => T | undefined,
): Promise<Evidence<T>> {
  const outcome = await ask({ host: "api", method: "GET", path }, env);
  if (outcome.kind === "whole-answer") {
    const sentAt = Date.parse(outcome.response.headers.get("date") ?? "");
    const behindMs = Number.isNaN(sentAt) ? CLOCK_SKEW_MS : env.clock.now() - sentAt;
    const value = select(parseJsonBytes(outcome.body), { behindMs });
    return value === undefined ? { kind: "closed" } : { kind: "read", value };
  }
  const isClosed = outcome.kind === "failure" && isRefused(outcome.failure) && isCoded(outcome.failure);
  return { kind: isClosed && !isRefusedKey(outcome) ? "closed" : "failed" };
}

function parse<const Schema extends v.GenericSchema>(
  schema: Schema,
  content: unknown,
): v.InferOutput<Schema> | undefined {
  const parsed = v.safeParse(schema, content);
  return parsed.success ? parsed.output : undefined;
}
