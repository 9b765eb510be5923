import type { Notification } from "../notifications/notification.ts";
import type { Log } from "../observability/log.ts";
import type { Tracked } from "./state.ts";
import { toTrackerName } from "./tracked-job.ts";

const MAX_BODY_BYTES = 64 * 1_024;

/** The notification that a job has ended, or that tracking gave up. */
export function toSettled(tracked: Tracked): Notification {
  const { job, phase, status, agentId, callId, requestId = null, runId = null, body, endedAt, startedAt } = tracked;
  const fits = body !== null && new TextEncoder().encode(body).length <= MAX_BODY_BYTES;
  return {
    type: "generation.settled",
    about: `${toTrackerName(job)} ${callId}`,
    at: endedAt ?? startedAt,
    data: {
      kind: job.kind,
      id: job.id,
      phase: phase === "gave-up" ? "gave-up" : "settled",
      status,
      agent_id: agentId,
      call_id: callId,
      request_id: requestId,
      run_id: runId,
    },
    written: { generation: fits ? body : "null" },
  };
}

/** The same of a job that was continued before anybody saw that it had been stopped. GEN's answer of then is not known. */
export function toStoppedUnseen(tracked: Tracked, at: number): Notification {
  return toSettled({ ...tracked, phase: "settled", status: "stopped", body: null, endedAt: at });
}

export function logEnd(
  { job, phase, status, callId, requestId = null, runId = null, polls, startedAt, endedAt }: Tracked,
  log: Log,
): void {
  log(phase === "gave-up" ? "error" : "info", {
    message: "generation",
    job: toTrackerName(job),
    phase,
    status,
    call_id: callId,
    request_id: requestId,
    run_id: runId,
    polls,
    ms: (endedAt ?? startedAt) - startedAt,
  });
}
