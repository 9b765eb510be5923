/**
 * What belongs to the client whose call has made it, though GEN goes by its id alone: in which answers it is named, and
 * under which names it is looked for when a path names it. Pure.
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

/** A generation is a user job, under one id; which of the two it is followed as depends on what GEN's answer called it. */
const JOB: readonly Kind[] = ["generation", "user_job"];

/** By the parameter that names it; a `:job`, by the operation. */
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

/** The names under which the thing in the path may be recorded; null when the path names none, or its agent too. */
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

/** What a call has made, by GEN's answer to it. One that only repeats what was sent has made nothing. */
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
