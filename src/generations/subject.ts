/** Something at GEN that has a life of its own: a generation, a user job or a run. The same life, three names. */
export interface Subject {
  readonly kind: "generation" | "user_job" | "run";
  readonly id: string;
}

const MEMBERS = [
  ["generation_id", "generation"],
  ["user_job_id", "user_job"],
  ["run_id", "run"],
] as const;

/** The name of a subject's object. */
export function toSubjectName({ kind, id }: Subject): string {
  return `${kind}:${id}`;
}

/** GEN has no way to stop a user job. */
export function isStoppable({ kind }: Subject): boolean {
  return kind !== "user_job";
}

/** Their 201 names the generation that they have started. Source: GEN's reference. */
const NAMING = new Set(["cells.generate", "cells.render", "layers.generate"]);

interface Started {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What a call has started, by GEN's answer to it; null when the answer must say and does not: then it is not GEN's. */
export function findStarted({ operation, params }: Started, answer: unknown): Subject[] | null {
  const found = findSubjects(answer);
  if (found.length > 0) return found;
  // The generation that goes on is the one in the path, whether or not the answer repeats it.
  if (operation === "generations.continue") return toSubject("generation", params.generation);
  return NAMING.has(operation) ? null : [];
}

/** What an answer of GEN says it has started. Sheet actions start several, each under `results`. */
export function findSubjects(answer: unknown): Subject[] {
  if (typeof answer !== "object" || answer === null) return [];
  const own = MEMBERS.flatMap(([member, kind]) => toSubject(kind, (answer as Record<string, unknown>)[member]));
  const { results } = answer as { results?: unknown };
  const nested = Array.isArray(results) ? results.flatMap((each) => findNested(each)) : [];
  return [...own, ...nested];
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
