/**
 * Looks for what an answer that was lost, or names nothing, would have told. The one job that fits in type and input, was
 * made after our first send, and can be nobody else's, is the call's. None is no proof: GEN may still be at work; two
 * prove nothing either, and what could not be read says nothing at all.
 */
import { type Isolate, toAskEnvironment } from "../context.ts";
import { parseJson, toJsonText } from "../encoding/json.ts";
import type { AskEnvironment } from "../gen/ask.ts";
import { isName } from "../gen/id.ts";
import { selectJobKind, startsJobs, type TrackedJob, toTrackerName } from "../generations/tracked-job.ts";
import type { Objects } from "../objects/gate.ts";
import type { Answer, Submission } from "./call.ts";
import { type Evidence, type Job, type Place, readData, readJobsOfAgent, readPlace } from "./evidence.ts";
import type { OpenCall, PossibleOwner } from "./open-calls.ts";
import { isGivenTo, readWanted, toInput, type Wanted } from "./wanted.ts";

/** More jobs than this whose input GEN does not show can't be told apart. */
const MAX_UNSHOWN = 5;

interface Search {
  readonly submission: Omit<Submission, "body">;
  /** The request's. */
  readonly body: Uint8Array | null;
  /** The call's first send. Milliseconds since the epoch. */
  readonly sentAt: number;
}

type SearchResult =
  | { readonly kind: "found"; readonly job: TrackedJob }
  | { readonly kind: "none" }
  | { readonly kind: "not-looked" };

const NONE = { kind: "none" } as const;
const NOT_LOOKED = { kind: "not-looked" } as const;

/** What it finds is the call's from then on: its tracker says so. */
export async function findJob(search: Search, isolate: Isolate): Promise<SearchResult> {
  const { submission, body, sentAt } = search;
  const { objects } = isolate;
  const wanted = selectWanted({ ...submission, body });
  if (wanted === null) return NONE;
  const query = `?agent_id=${encodeURIComponent(submission.agentId ?? "")}`;
  const asking = toAskEnvironment(isolate, submission.account);
  const place = toPlace(submission);
  const there = place && (await readPlace(place, query, asking));
  // A job does not say in which cell it stands.
  const isByPlace = there !== null && there.kind !== "closed";
  const jobs = isByPlace ? there : await readJobsOfAgent(query, asking);
  if (jobs.kind !== "read") return jobs.kind === "closed" ? NONE : NOT_LOOKED;
  const recent = jobs.value.filter((job) => job.type === wanted.type && job.madeBefore >= sentAt);
  const shown = await showAll(recent, query, asking);
  if (shown.kind !== "read") return shown.kind === "closed" ? NONE : NOT_LOOKED;
  // One whose input is not shown may be the call's as well as another's.
  const fitting = shown.value.filter(({ data }) => data === null || isGivenTo(data, wanted));
  if (fitting.length === 0) return NONE;
  // Asked for after the jobs, and before their claimants: whoever is gone from there by now has claimed its own.
  const containerId = isByPlace ? (place?.containerId ?? null) : null;
  const asked = { callId: submission.callId, type: wanted.type, containerId };
  const others = await objects.OPEN_CALLS.getByName(submission.agentId ?? "").others(asked);
  const job = await selectOnly(fitting, submission.callId, objects);
  if (job === null || others === null || others.some((other) => mayOwn(other, job))) return NONE;
  const kind = selectJobKind(submission.operation);
  if (kind === null) return NONE;
  const tracked = { kind, id: job.id };
  return (await claim(tracked, submission, objects)) ? { kind: "found", job: tracked } : NONE;
}

/** The only one that no other call has claimed, if it can be followed and shows what it was given. */
async function selectOnly(jobs: readonly Job[], callId: string, objects: Objects): Promise<ShownJob | null> {
  const unclaimed: Job[] = [];
  for (const job of jobs) {
    if (await isUnclaimed(job.id, callId, objects)) unclaimed.push(job);
  }
  const [job] = unclaimed;
  return job && isShown(job) && unclaimed.length === 1 && isName(job.id) ? job : null;
}

type ShownJob = Job & { readonly data: NonNullable<Job["data"]> };

function isShown(job: Job): job is ShownJob {
  return job.data !== null;
}

function mayOwn({ since, input }: PossibleOwner, { madeBefore, data }: ShownJob): boolean {
  return since <= madeBefore && (input === null || isGivenTo(data, { input: toInput(parseJson(input)) ?? {} }));
}

/** What a call may own from its first send on; null for one that starts no jobs of an agent. */
export function toOpenCall(
  { callId, operation, agentId, path, params, body }: Submission,
  from: Pick<OpenCall, "epoch" | "since">,
): OpenCall | null {
  if (agentId === null || !startsJobs(operation)) return null;
  const wanted = readWanted(operation, new TextDecoder().decode(body ?? new Uint8Array()));
  const containerId = toPlace({ path, params })?.containerId ?? null;
  return { ...from, callId, type: wanted?.type ?? null, containerId, input: wanted && toJsonText(wanted.input) };
}

/** The answer that GEN's would have been. */
export function toAnswer({ id }: TrackedJob): Answer {
  const body = JSON.stringify({ generation_id: /^\d{1,15}$/.test(id) ? Number(id) : id, status: "pending" });
  return { status: 201, contentType: "application/json", body: new TextEncoder().encode(body) };
}

type Asked = Pick<Submission, "operation" | "agentId" | "body">;

/** Whether GEN shows jobs of this kind, and the request says enough to know its own among them. */
export function canBeFound(asked: Asked): boolean {
  return selectWanted(asked) !== null;
}

/** A request without an input could be anybody's. A rendering has none. */
function selectWanted({ operation, agentId, body }: Asked): Wanted | null {
  const wanted = readWanted(operation, new TextDecoder().decode(body ?? new Uint8Array()));
  if (wanted === null || agentId === null) return null;
  return operation !== "cells.render" && Object.keys(wanted.input).length === 0 ? null : wanted;
}

/** The jobs, each with its input, as far as GEN shows it. `closed`: they are too many to ask for each. */
async function showAll(jobs: readonly Job[], query: string, asking: AskEnvironment): Promise<Evidence<Job[]>> {
  if (jobs.filter(({ data }) => data === null).length > MAX_UNSHOWN) return { kind: "closed" };
  const shown: Job[] = [];
  for (const job of jobs) {
    const data = job.data === null ? await readData(job.id, query, asking) : null;
    if (data?.kind === "failed") return data;
    shown.push(data?.kind === "read" ? { ...job, data: data.value } : job);
  }
  return { kind: "read", value: shown };
}

/** By another call. What sheet actions have started is followed as a user job, whatever GEN calls it elsewhere. */
async function isUnclaimed(id: string, callId: string, objects: Objects): Promise<boolean> {
  const names = (["generation", "user_job"] as const).map((kind) => toTrackerName({ kind, id }));
  const claimants = await Promise.all(names.map((name) => objects.GENERATIONS.getByName(name).claimant()));
  return claimants.every((claimant) => claimant === null || claimant === callId);
}

/** Of two calls that have found the same job at the same time, one gets it. */
function claim(job: TrackedJob, submission: Search["submission"], objects: Objects): Promise<boolean> {
  const { callId, clientId, agentId, account, listener } = submission;
  const tracker = objects.GENERATIONS.getByName(toTrackerName(job));
  return tracker.claim({ job, callId, clientId, agentId, account, reopens: false, listener });
}

/** Null for jobs that stand in no cell. */
function toPlace({ path, params }: Pick<Submission, "path" | "params">): Place | null {
  const { cell, layer } = params;
  if (cell === undefined) return null;
  return {
    sheetPath: path.slice(0, path.indexOf("/cells/")),
    containerPath: path.slice(0, path.lastIndexOf("/")),
    containerId: layer ?? cell,
  };
}
