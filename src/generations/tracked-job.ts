import { parseJsonBytes } from "../encoding/json.ts";
import { isName, MAX_ID_CHARS, toId } from "../gen/id.ts";
import { findOperation, type OperationName } from "../gen/operations.ts";

/** A long-running job at GEN: a generation, a user job or a run. All three are tracked the same way. */
export interface TrackedJob {
  readonly kind: "generation" | "user_job" | "run";
  readonly id: string;
}

/** The name of the job's Durable Object. Resources without an end (posts, conversations) are named the same way. */
export function toTrackerName({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}:${id}`;
}

/** GEN has no way to stop a user job. */
export function isStoppable({ kind }: TrackedJob): boolean {
  return kind !== "user_job";
}

const MEMBERS = { generation: "generation_id", user_job: "user_job_id", run: "run_id" } as const;

/**
 * The kind of job that each operation's answer names (GEN's reference). Ids in other answers are not trusted: an answer
 * that repeats an id from the request would make the caller the owner of that job.
 */
const STARTED: Partial<Record<OperationName, TrackedJob["kind"]>> = {
  "cells.generate": "generation",
  "cells.render": "generation",
  "layers.generate": "generation",
  "sheets.ask": "user_job",
  "user_jobs.create": "user_job",
  "audio_matching.create": "user_job",
  "video_recreation.create": "user_job",
  "remotion_jobs.create": "user_job",
  "transcriptions.create": "user_job",
  "voice_jobs.sample": "user_job",
  "voice_jobs.hume.start": "user_job",
  "voice_jobs.elevenlabs": "user_job",
  "runs.create": "run",
  "recurring.test_run": "run",
};

/**
 * Operations whose answers must name the job, according to GEN's reference. For the others it does not document the
 * answer.
 */
const NAMES_IT: readonly OperationName[] = [
  "cells.generate",
  "cells.render",
  "layers.generate",
  "user_jobs.create",
  "runs.create",
];

/** The kind of job that the operation's answer names; null when the answer names no started job. */
export function selectJobKind(operation: OperationName): TrackedJob["kind"] | null {
  return STARTED[operation] ?? null;
}

/** Whether the operation may start jobs of an agent. There, generations, renderings and user jobs are all user jobs. */
export function startsJobs(operation: OperationName): boolean {
  const kind = selectJobKind(operation);
  return kind === "generation" || kind === "user_job" || operation === "sheets.act";
}

interface Started {
  readonly operation: OperationName;
  readonly params: Readonly<Record<string, string>>;
  /** The body of the request. */
  readonly body: Uint8Array | null;
}

/**
 * The jobs that a call started, from GEN's answer. Null when the answer lacks what GEN's answer would hold: it is not
 * from GEN, or the started job is unknown. Ids that can't be names here are left out, so those jobs are not tracked.
 */
export function findStarted(started: Started, answer: unknown): TrackedJob[] | null {
  return findNamed(started, answer)?.filter(({ id }) => isName(id)) ?? null;
}

/** The ids of started jobs that can't be names here: a person may quote them all the same. */
export function findUnnamed(started: Started, answer: unknown): string[] {
  const named = findNamed(started, answer) ?? [];
  return named.flatMap(({ id }) => (!isName(id) && id.length <= MAX_ID_CHARS ? id : []));
}

function findNamed({ operation, params, body }: Started, answer: unknown): TrackedJob[] | null {
  const content = toContent(answer);
  const kind = selectJobKind(operation);
  const isEmpty = Object.keys(content).length === 0;
  if (isEmpty && (kind !== null || findOperation(operation).replay === "keyed")) return null;
  // The continued generation is the one in the path, whether or not the answer repeats it.
  if (operation === "generations.continue") return toJobs("generation", [params.generation]);
  if (operation === "sheets.act") return findNested(content.results, body);
  if (kind === null) return [];
  const id = toId(content[MEMBERS[kind]]);
  if (id !== null) return toJobs(kind, [id]);
  const isQueued = operation === "runs.create" && toId(content.pending_id) !== null;
  return NAMES_IT.includes(operation) && !isQueued ? null : [];
}

/** Reads the results of sheet actions: `{index, result: {user_job_id}}` per generation. */
function findNested(results: unknown, request: Uint8Array | null): TrackedJob[] | null {
  if (!Array.isArray(results)) return null;
  const ids = results.flatMap((entry) => toId(toContent(toContent(entry).result).user_job_id) ?? []);
  return ids.length === 0 && asksToGenerate(request) ? null : toJobs("user_job", ids);
}

function asksToGenerate(request: Uint8Array | null): boolean {
  const { actions } = toContent(request && parseJsonBytes(request));
  return Array.isArray(actions) && actions.some((each) => toContent(each).action === "generate");
}

function toContent(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function toJobs(kind: TrackedJob["kind"], ids: readonly (string | undefined)[]): TrackedJob[] {
  return ids.flatMap((id) => (id === undefined ? [] : { kind, id }));
}
