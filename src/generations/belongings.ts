/**
 * Which resources belong to the client whose call created them, although GEN addresses them by id alone: in which
 * answers GEN names them, and under which names to look up the owner when a path names one. Pure.
 */
import { findConversation } from "../bounds/conversation-id.ts";
import { parseJson } from "../encoding/json.ts";
import { isName, toId } from "../gen/id.ts";
import type { Operation } from "../gen/operation.ts";
import type { OperationName } from "../gen/operations.ts";
import type { TrackedJob } from "./tracked-job.ts";

export interface Belonging {
  readonly kind: "post" | "conversation" | "idea_job" | "analysis";
  readonly id: string;
}

type Name = Pick<Belonging | TrackedJob, "kind" | "id">;
type Kind = Name["kind"];
type Params = Readonly<Record<string, string>>;

/** A generation is also a user job, under the same id. It is tracked under the kind that GEN's answer named. */
const JOB: readonly Kind[] = ["generation", "user_job"];

/** Kinds by path parameter. What `:job` means depends on the operation. */
const KINDS: Readonly<Record<string, readonly Kind[]>> = {
  generation: JOB,
  run: ["run"],
  post: ["post"],
  conversation: ["conversation"],
};

const JOBS: { readonly [Name in OperationName]?: readonly Kind[] } = {
  "user_jobs.get": JOB,
  "user_jobs.replace": JOB,
  "ideas.jobs.get": ["idea_job"],
  "analyses.get": ["analysis"],
};

/**
 * The names under which the resource in the path may be recorded; null when the path names no resource by id, or also
 * its agent.
 */
export function selectNames({ name, agent, path }: Operation, params: Params): Name[] | null {
  const jobs = JOBS[name as OperationName];
  const isById = agent === "id" || (agent === "account" && path.includes("/:"));
  if (jobs === undefined && !isById) return null;
  const found = Object.entries(params).find(([param]) => param in KINDS || param === "job");
  if (found === undefined) return [];
  const [param, id] = found;
  return (jobs ?? KINDS[param] ?? []).map((kind) => ({ kind, id }));
}

const MADE: { readonly [Name in OperationName]?: readonly [Belonging["kind"], string] } = {
  "posts.create": ["post", "post_id"],
  "runs.create": ["conversation", "conversation_id"],
  "ideas.generate": ["idea_job", "job_id"],
  "ideas.recreate": ["idea_job", "job_id"],
  "ideas.reimagine": ["idea_job", "job_id"],
  "ideas.create_video": ["idea_job", "job_id"],
  "research.create": ["analysis", "job_id"],
  "analyses.research": ["analysis", "job_id"],
  "analyses.trends": ["analysis", "job_id"],
  "analyses.synthesis": ["analysis", "job_id"],
  "analyses.clip_moments": ["analysis", "job_id"],
};

interface Making {
  readonly operation: OperationName;
  readonly search: string;
  readonly body: Uint8Array | null;
}

/**
 * The resources that a call created, from GEN's answer. An answer that only repeats the id that was sent created
 * nothing.
 */
export function findMade({ operation, search, body }: Making, answer: unknown): Belonging[] {
  const made = MADE[operation];
  if (made === undefined || typeof answer !== "object" || answer === null) return [];
  const [kind, member] = made;
  const id = toId((answer as Readonly<Record<string, unknown>>)[member]);
  if (id === null || !isName(id) || (kind === "conversation" && goesOn(search, body))) return [];
  return [{ kind, id }];
}

/** Whether the request may have named a conversation itself. */
function goesOn(search: string, body: Uint8Array | null): boolean {
  const text = body === null ? "" : new TextDecoder().decode(body);
  const isJson = parseJson(text) !== null;
  return findConversation({ search, form: isJson ? "" : text, json: isJson ? text : null }).kind !== "none";
}
