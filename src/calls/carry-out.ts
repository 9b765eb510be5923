import type { Isolate } from "../context.ts";
import { toIso } from "../encoding/time.ts";
import { startsJobs, type TrackedJob, toTrackerName } from "../generations/tracked-job.ts";
import { wakeRun } from "../generations/wake-run.ts";
import { toAccountName } from "../money/budget.ts";
import { toMonth } from "../money/period.ts";
import type { Notification } from "../notifications/notification.ts";
import { notify } from "../notifications/notify.ts";
import type { Objects } from "../objects/gate.ts";
import { findJob } from "./evidence/reconcile.ts";
import type { CallRecord, FollowUp } from "./states/record.ts";
import { isLive } from "./states/state.ts";

/** The result of a follow-up. */
export type FollowUpResult =
  | { readonly kind: "done" }
  /** Not possible now. `askedMs`: the wait that GEN asked for, if any. */
  | { readonly kind: "later"; readonly askedMs: number | null }
  /** `all`: whether every job that the call started was stopped. */
  | { readonly kind: "stopped"; readonly all: boolean }
  /** The search found no job that certainly belongs to the call. */
  | { readonly kind: "not-found" }
  | { readonly kind: "found"; readonly job: TrackedJob };

interface FollowUpTools {
  readonly isolate: Isolate;
  /** The request's body, as long as a search for its job may need it. */
  readonly body: Uint8Array | null;
}

const DONE = { kind: "done" } as const;

/**
 * Carries out one follow-up: follow what the call started and record its owner, search for it, stop what was cancelled,
 * notify. Each can be repeated safely. Throws when it could not be done.
 */
export async function carryOut(
  followUp: Exclude<FollowUp, "show">,
  record: CallRecord,
  tools: FollowUpTools,
): Promise<FollowUpResult> {
  const { submission, jobs, made = [], settlements, booking, state } = record;
  const { callId, clientId, requestId, agentId, operation, account, listener } = submission;
  const { env, objects } = tools.isolate;
  switch (followUp) {
    case "follow": {
      const reopens = operation === "generations.continue";
      const charge = booking === null ? null : { callId, epoch: state.epoch, at: booking.at };
      for (const job of jobs) {
        const tracker = objects.GENERATIONS.getByName(toTrackerName(job));
        await tracker.begin({ job, clientId, agentId, account, callId, requestId, reopens, listener, charge });
      }
      for (const each of made) await objects.GENERATIONS.getByName(toTrackerName(each)).own(clientId);
      // The jobs are claimed now. Other operations were never in the list of open calls.
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
    case "account":
      for (const settlement of settlements) {
        if ("day" in settlement) {
          const { day, epoch } = settlement;
          await objects.ACCOUNTS.getByName(toAccountName(clientId, day)).release({ callId, epoch });
        } else await objects.LEDGER.getByName(toMonth(settlement.charge.at)).close(settlement);
      }
      return DONE;
    case "notify":
      await notifyPerson(record, tools.isolate);
      return DONE;
  }
}

/** Leaves the list of open calls. A live call under the same key has a newer epoch, which stays listed. */
async function leave({ submission: { callId, agentId }, state }: CallRecord, objects: Objects): Promise<void> {
  await objects.OPEN_CALLS.getByName(agentId ?? "").leave(callId, isLive(state) ? state.epoch - 1 : state.epoch);
}

/** Searches for the job of a call whose answer does not name it. */
async function look({ submission, state }: CallRecord, { isolate, body }: FollowUpTools): Promise<FollowUpResult> {
  const sentAt = state.kind === "settled" ? (state.sentAt ?? null) : null;
  if (sentAt === null) return { kind: "not-found" };
  const found = await findJob({ submission, body, sentAt }, isolate);
  if (found.kind === "found") return found;
  return found.kind === "none" ? { kind: "not-found" } : { kind: "later", askedMs: null };
}

async function stop(
  { submission: { callId, requestId, listener }, jobs }: CallRecord,
  { objects, log }: Isolate,
): Promise<FollowUpResult> {
  let all = true;
  for (const job of jobs) {
    const name = toTrackerName(job);
    const stopped = await objects.GENERATIONS.getByName(name).stop(callId);
    if (stopped.kind === "turned-away") return { kind: "later", askedMs: stopped.askedMs };
    if (stopped.kind === "stopped") continue;
    all = false;
    const ids = { call_id: callId, request_id: requestId, run_id: listener?.run ?? null };
    log("warn", { message: "not_stopped", ...ids, job: name, why: stopped.why });
  }
  return { kind: "stopped", all };
}

/** Does nothing when an operator has resolved the call already. */
async function notifyPerson({ submission, state }: CallRecord, isolate: Isolate): Promise<void> {
  if (state.kind === "unknown" || (state.kind === "settled" && state.untraced)) {
    await notify(isolate, toUnknownNotification(submission, state));
  }
}

function toUnknownNotification(
  { callId, clientId, requestId, listener, operation }: CallRecord["submission"],
  { epoch, at }: { readonly epoch: number; readonly at: number },
): Notification {
  const data = {
    call_id: callId,
    request_id: requestId,
    run_id: listener?.run ?? null,
    client_id: clientId,
    operation,
    at: toIso(at),
  };
  return { type: "call.unknown", about: `${callId} ${epoch}`, at, data };
}
