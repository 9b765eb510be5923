import type { Isolate } from "../context.ts";
import { startsJobs, type TrackedJob, toTrackerName } from "../generations/tracked-job.ts";
import { wakeRun } from "../generations/wake-run.ts";
import { toAccountName } from "../money/quota.ts";
import type { Notification } from "../notifications/notification.ts";
import { notify } from "../notifications/notify.ts";
import type { Objects } from "../objects/gate.ts";
import { findJob } from "./reconcile.ts";
import type { CallRecord, FollowUp } from "./record.ts";
import { isLive } from "./state.ts";

/** What came of a follow-up. */
export type FollowUpResult =
  | { readonly kind: "done" }
  /** It could not be done now; `askedMs`: what GEN asks to wait, if it does. */
  | { readonly kind: "later"; readonly askedMs: number | null }
  /** Whether all that it has started is stopped for this call. */
  | { readonly kind: "stopped"; readonly all: boolean }
  /** It was looked, and nothing that must be the call's is there. */
  | { readonly kind: "not-found" }
  | { readonly kind: "found"; readonly job: TrackedJob };

interface FollowUpTools {
  readonly isolate: Isolate;
  /** The request's, while something is looked for by it. */
  readonly body: Uint8Array | null;
  readonly now: number;
}

const DONE = { kind: "done" } as const;

/**
 * What a state leaves behind to be done: following what was started and recording whose it is, or looking for it, stopping
 * what was cancelled, listing what a person must look at, telling of it. Each can be done twice without harm; throws when it could not be done.
 */
export async function carryOut(followUp: FollowUp, record: CallRecord, tools: FollowUpTools): Promise<FollowUpResult> {
  const { submission, jobs, made = [], settlements } = record;
  const { callId, clientId, agentId, operation, account, listener } = submission;
  const { env, objects } = tools.isolate;
  const unknown = objects.UNKNOWN_CALLS.getByName("all");
  switch (followUp) {
    case "follow": {
      const reopens = operation === "generations.continue";
      for (const job of jobs) {
        const tracker = objects.GENERATIONS.getByName(toTrackerName(job));
        await tracker.begin({ job, clientId, agentId, account, callId, reopens, listener });
      }
      for (const each of made) await objects.GENERATIONS.getByName(toTrackerName(each)).own(clientId);
      // What is its own by name needs no place among what may be anybody's.
      if (startsJobs(operation)) await leave(record, objects);
      return DONE;
    }
    case "leave":
      await leave(record, objects);
      return DONE;
    case "look":
      return look(record, tools);
    case "stop":
      return stop(record, tools.isolate);
    case "tell":
      if (listener) await wakeRun(listener, env);
      return DONE;
    case "list":
      await unknown.add({ callId, clientId, operation, at: tools.now });
      return DONE;
    case "unlist":
      await unknown.remove(callId);
      return DONE;
    case "account":
      for (const { day, epoch, spent } of settlements) {
        await objects.ACCOUNTS.getByName(toAccountName(clientId, day)).close({ callId, epoch }, spent);
      }
      return DONE;
    case "notify":
      await notifyPerson(record, tools.isolate);
      return DONE;
  }
}

/** A new intent under the same key may own what it starts. */
async function leave({ submission: { callId, agentId }, state }: CallRecord, objects: Objects): Promise<void> {
  await objects.OPEN_CALLS.getByName(agentId ?? "").leave(callId, isLive(state) ? state.epoch - 1 : state.epoch);
}

/** For what an answer that names nothing has started. */
async function look({ submission, state }: CallRecord, { isolate, body }: FollowUpTools): Promise<FollowUpResult> {
  const sentAt = state.kind === "settled" ? (state.sentAt ?? null) : null;
  if (sentAt === null) return { kind: "not-found" };
  const found = await findJob({ submission, body, sentAt }, isolate);
  if (found.kind === "found") return found;
  return found.kind === "none" ? { kind: "not-found" } : { kind: "later", askedMs: null };
}

async function stop({ submission: { callId }, jobs }: CallRecord, { objects, log }: Isolate): Promise<FollowUpResult> {
  let all = true;
  for (const job of jobs) {
    const name = toTrackerName(job);
    const stopped = await objects.GENERATIONS.getByName(name).stop(callId);
    if (stopped.kind === "turned-away") return { kind: "later", askedMs: stopped.askedMs };
    if (stopped.kind === "stopped") continue;
    all = false;
    log("warn", { message: "not_stopped", call_id: callId, job: name, why: stopped.why });
  }
  return { kind: "stopped", all };
}

/** Unless a person has looked already. */
async function notifyPerson({ submission, state }: CallRecord, isolate: Isolate): Promise<void> {
  if (state.kind === "unknown" || (state.kind === "settled" && state.untraced)) {
    await notify(isolate, toUnknownNotification(submission, state));
  }
}

function toUnknownNotification(
  { callId, clientId, operation }: CallRecord["submission"],
  { epoch, at }: { readonly epoch: number; readonly at: number },
): Notification {
  const data = { call_id: callId, client_id: clientId, operation, at: new Date(at).toISOString() };
  return { type: "call.unknown", about: `${callId} ${epoch}`, at, data };
}
