/**
 * Searches for the job of a call whose answer was lost or names nothing. A job is the call's if it is the only one that
 * fits in type and input, was made after the first send, and can belong to no other call. Finding none proves nothing,
 * because GEN may still be working on it. Finding two, or failing to read, proves nothing either.
 */
import { type Isolate, toAskEnvironment } from "../../context.ts";
import { parseJson, toJsonText } from "../../encoding/json.ts";
import type { AskEnvironment } from "../../gen/ask.ts";
import { isName } from "../../gen/id.ts";
import { selectJobKind, startsJobs, type TrackedJob, toTrackerName } from "../../generations/tracked-job.ts";
import type { Objects } from "../../objects/gate.ts";
import type { Answer, Submission } from "../call.ts";
import { type Evidence, type Job, type Place, readData, readJobsOfAgent, readPlace } from "./evidence.ts";
import type { OpenCall, PossibleOwner } from "./open-calls.ts";
import { isGivenTo, readWanted, toInput, type Wanted } from "./wanted.ts";

/** With more jobs than this whose input GEN's list does not show, the search is given up. */
const MAX_UNSHOWN = 5;

interface Search {
  readonly submission: Omit<Submission, "body">;
  /** The request's body. */
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

/** Claims the job that it finds for the call, at the job's tracker. */
export async function findJob(search: Search, isolate: Isolate): Promise<SearchResult> {
  const { submission, body, sentAt } = search;
  const { objects } = isolate;
  const wanted = selectWanted({ ...submission, body });
  if (wanted === null) return NONE;
  const query = `?agent_id=${encodeURIComponent(submission.agentId ?? "")}`;
  const asking = toAskEnvironment(isolate, submission.account);
  const place = toPlace(submission);
  const there = place && (await readPlace(place, query, asking));
  // The agent's list of jobs does not name their cells.
  const isByPlace = there !== null && there.kind !== "closed";
  const jobs = isByPlace ? there : await readJobsOfAgent(query, asking);
  if (jobs.kind !== "read") return jobs.kind === "closed" ? NONE : NOT_LOOKED;
  const recent = jobs.value.filter((job) => job.type === wanted.type && job.madeBefore >= sentAt);
  const shown = await showAll(recent, query, asking);
  if (shown.kind !== "read") return shown.kind === "closed" ? NONE : NOT_LOOKED;
  // A job whose input is not shown may belong to this call or to another.
  const fitting = shown.value.filter(({ data }) => data === null || isGivenTo(data, wanted));
  if (fitting.length === 0) return NONE;
  // Read after the jobs and before their claimants: a call that has left the list by now has claimed its jobs.
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

/** The only job that no other call has claimed, if its id can be followed and its input is shown. */
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

/** The call's entry in the list of open calls; null for a call that starts no jobs of an agent. */
export function toOpenCall(
  { callId, operation, agentId, path, params, body }: Submission,
  from: Pick<OpenCall, "epoch" | "since">,
): OpenCall | null {
  if (agentId === null || !startsJobs(operation)) return null;
  const wanted = readWanted(operation, new TextDecoder().decode(body ?? new Uint8Array()));
  const containerId = toPlace({ path, params })?.containerId ?? null;
  return { ...from, callId, type: wanted?.type ?? null, containerId, input: wanted && toJsonText(wanted.input) };
}

/** Replaces GEN's lost answer. */
export function toAnswer({ id }: TrackedJob): Answer {
  const body = JSON.stringify({ generation_id: /^\d{1,15}$/.test(id) ? Number(id) : id, status: "pending" });
  return { status: 201, contentType: "application/json", body: new TextEncoder().encode(body) };
}

type Asked = Pick<Submission, "operation" | "agentId" | "body">;

/** Whether GEN shows jobs of this kind, and the request says enough to recognise its own. */
export function canBeFound(asked: Asked): boolean {
  return selectWanted(asked) !== null;
}

/** A request without input can't be told from others. Renderings never have input. */
function selectWanted({ operation, agentId, body }: Asked): Wanted | null {
  const wanted = readWanted(operation, new TextDecoder().decode(body ?? new Uint8Array()));
  if (wanted === null || agentId === null) return null;
  return operation !== "cells.render" && Object.keys(wanted.input).length === 0 ? null : wanted;
}

/** The jobs, each with its input, as far as GEN shows it. `closed`: too many to read each. */
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

/** Whether no other call has claimed it. Jobs of sheet actions are tracked as user jobs, whatever GEN calls them. */
async function isUnclaimed(id: string, callId: string, objects: Objects): Promise<boolean> {
  const names = (["generation", "user_job"] as const).map((kind) => toTrackerName({ kind, id }));
  const claimants = await Promise.all(names.map((name) => objects.GENERATIONS.getByName(name).claimant()));
  return claimants.every((claimant) => claimant === null || claimant === callId);
}

/** When two calls find the same job at the same time, one of them gets it. */
function claim(job: TrackedJob, submission: Search["submission"], objects: Objects): Promise<boolean> {
  const { callId, clientId, requestId, agentId, account, listener } = submission;
  const tracker = objects.GENERATIONS.getByName(toTrackerName(job));
  return tracker.claim({ job, callId, clientId, requestId, agentId, account, reopens: false, listener });
}

/** Null for jobs outside of cells. */
function toPlace({ path, params }: Pick<Submission, "path" | "params">): Place | null {
  const { cell, layer } = params;
  if (cell === undefined) return null;
  return {
    sheetPath: path.slice(0, path.indexOf("/cells/")),
    containerPath: path.slice(0, path.lastIndexOf("/")),
    containerId: layer ?? cell,
  };
}
