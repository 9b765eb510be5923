import type { OperationName } from "../gen/operations.ts";

/** Something at GEN that has a life of its own: a generation, a user job or a run. The same life, three names. */
export interface Subject {
  readonly kind: "generation" | "user_job" | "run";
  readonly id: string;
}

/** The name of a subject's object; the same of whatever else is kept there by a kind of its own. */
export function toSubjectName({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}:${id}`;
}

/** GEN has no way to stop a user job. */
export function isStoppable({ kind }: Subject): boolean {
  return kind !== "user_job";
}

const MEMBERS = { generation: "generation_id", user_job: "user_job_id", run: "run_id" } as const;

/**
 * What each operation's answer names (GEN's reference). Of no other answer an id is believed: one that repeats what was
 * sent would make its client the owner of whatever it names.
 */
const STARTED: Partial<Record<OperationName, Subject["kind"]>> = {
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

interface Started {
  readonly operation: OperationName;
  readonly params: Readonly<Record<string, string>>;
}

/** What a call has started, by GEN's answer to it; null when the answer must say and does not: then it is not GEN's. */
export function findStarted({ operation, params }: Started, answer: unknown): Subject[] | null {
  // The generation that goes on is the one in the path, whether or not the answer repeats it.
  if (operation === "generations.continue") return toSubject("generation", params.generation);
  const content = typeof answer === "object" && answer !== null ? (answer as Readonly<Record<string, unknown>>) : {};
  if (operation === "sheets.act") return Array.isArray(content.results) ? content.results.flatMap(findNested) : [];
  const kind = STARTED[operation];
  if (kind === undefined) return [];
  const found = toSubject(kind, content[MEMBERS[kind]]);
  return kind === "generation" && found.length === 0 ? null : found;
}

/** A result of a sheet action: `{index, result: {user_job_id}}`. */
function findNested(entry: unknown): Subject[] {
  if (typeof entry !== "object" || entry === null || !("result" in entry)) return [];
  const { result } = entry;
  if (typeof result !== "object" || result === null || !("user_job_id" in result)) return [];
  return toSubject("user_job", result.user_job_id);
}

function toSubject(kind: Subject["kind"], id: unknown): Subject[] {
  // Past 2^53 a number has lost its last digits: it would name another one.
  const text = Number.isSafeInteger(id) ? String(id) : id;
  return typeof text === "string" && /^[A-Za-z0-9_-]{1,128}$/.test(text) ? [{ kind, id: text }] : [];
}
