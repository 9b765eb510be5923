/**
 * Looks for what a lost answer would have told. Exactly one new job of the right kind that no other call has claimed is
 * the call's. None is no proof: GEN may still be at work; two prove nothing either.
 */
import { type Isolate, toAskEnvironment } from "../context.ts";
import type { AskEnvironment } from "../gen/ask.ts";
import { toSubjectName } from "../generations/subject.ts";
import { parseJsonBytes } from "../json.ts";
import type { Answer, Submission } from "./call.ts";
import { type Job, type Place, readJobsOfAgent, readPlace } from "./evidence.ts";
import type { LiveState } from "./state.ts";

/** GEN's clock and ours need not agree. */
const CLOCK_SKEW_MS = 5_000;

export interface ReconcileTools {
  readonly env: Env;
  readonly isolate: Isolate;
}

/** The answer that GEN's would have been, or null. */
export async function reconcile(
  submission: Submission,
  state: LiveState,
  { env, isolate }: ReconcileTools,
): Promise<Answer | null> {
  const place = toPlace(submission);
  if (place === null || state.firstSentAt === null) return null;
  const since = state.firstSentAt - CLOCK_SKEW_MS;
  const jobs = await readJobs(submission, place, toAskEnvironment(isolate, submission.account));
  const fitting = jobs.filter((job) => job.createdAt >= since && job.type === submission.jobType);
  const unclaimed: string[] = [];
  for (const id of new Set(fitting.map((job) => job.id))) {
    if (await isUnclaimed(id, submission.callId, env)) unclaimed.push(id);
  }
  const [id] = unclaimed;
  if (id === undefined || unclaimed.length > 1 || !(await claim(id, submission, env))) return null;
  const body = JSON.stringify({ generation_id: /^\d{1,15}$/.test(id) ? Number(id) : id, status: "pending" });
  return { status: 201, contentType: "application/json", body: new TextEncoder().encode(body) };
}

async function readJobs({ body }: Submission, place: Place, asking: AskEnvironment): Promise<Job[]> {
  const there = await readPlace(place, asking);
  if (there !== null) return there;
  const input = parseInput(body);
  return input === null ? [] : readJobsOfAgent(place, input, asking);
}

/** By another call. What sheet actions have started is followed as a user job, whatever GEN calls it elsewhere. */
async function isUnclaimed(id: string, callId: string, env: Env): Promise<boolean> {
  const trackers = [tracker(id, env), env.GENERATIONS.getByName(toSubjectName({ kind: "user_job", id }))];
  const claimants = await Promise.all(trackers.map((each) => each.claimant()));
  return claimants.every((claimant) => claimant === null || claimant === callId);
}

/** Of two calls that have found the same job at the same time, one gets it. */
function claim(id: string, { callId, clientId, agentId, account, listener }: Submission, env: Env): Promise<boolean> {
  const subject = { kind: "generation", id } as const;
  return tracker(id, env).claim({ subject, callId, clientId, agentId, account, reopens: false, listener });
}

function tracker(id: string, env: Env) {
  return env.GENERATIONS.getByName(toSubjectName({ kind: "generation", id }));
}

/** Null for operations whose jobs stand in no cell. */
function toPlace({ operation, path, params, agentId, jobType }: Submission): Place | null {
  const { sheet, cell, layer } = params;
  if (!["cells.generate", "cells.render", "layers.generate"].includes(operation)) return null;
  if (sheet === undefined || cell === undefined || agentId === null || jobType === null) return null;
  return {
    sheetPath: path.slice(0, path.indexOf("/cells/")),
    containerPath: path.slice(0, path.lastIndexOf("/")),
    containerId: layer ?? cell,
    search: `?agent_id=${encodeURIComponent(agentId)}`,
  };
}

/** What GEN was asked to make it from; null when the request says nothing that could tell it from others. */
function parseInput(body: Uint8Array | null): Readonly<Record<string, unknown>> | null {
  const { data } = (parseJsonBytes(body ?? new Uint8Array()) ?? {}) as { data?: unknown };
  const tells = typeof data === "object" && data !== null && Object.keys(data).length > 0;
  return tells ? (data as Readonly<Record<string, unknown>>) : null;
}
