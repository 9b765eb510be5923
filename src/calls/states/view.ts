import { toRetryAfterMs } from "../../gen/failure.ts";
import { findOperation } from "../../gen/operations.ts";
import type { Answer, CallReport, CallView } from "../call.ts";
import { selectNextAt } from "./next-action.ts";
import type { CallRecord } from "./record.ts";
import { type CallState, isLive } from "./state.ts";

/** What a caller of this call is told. `isAsync`: it asked not to wait. */
export function toView(record: CallRecord, answer: Answer | null, isAsync = record.submission.async): CallView {
  const { state, jobs, followUps } = record;
  const followed = !followUps.includes("follow");
  switch (state.kind) {
    case "settled":
      return answer ? { kind: "answered", answer, replayed: false, jobs, followed } : { kind: "expired" };
    case "not_charged": {
      if (state.why === "deferred" && answer) return { kind: "answered", answer, replayed: false, jobs, followed };
      const { failure } = state;
      return {
        kind: "not_charged",
        failure,
        retryAfterMs: toRetryAfterMs(failure),
        why: state.why,
        price: record.price,
        shortage: record.shortage ?? null,
      };
    }
    case "unknown":
      return { kind: "unknown", failure: state.failure, repeated: false };
    case "accepted":
    case "reserved":
    case "sending":
    case "collecting":
      if (isAsync) return { kind: "accepted" };
      return answer ? { kind: "deferred", answer } : { kind: "pending" };
  }
}

export function toReport(record: CallRecord, answer: Answer | null): CallReport {
  const { booking, state, submission, jobs, stopped = null } = record;
  const live = isLive(state);
  const { sends = live ? state.sends : record.attempts.length } = record;
  const isStopping = live || record.followUps.includes("stop") || record.followUps.includes("look") || stopped === true;
  return {
    clientId: submission.clientId,
    operation: submission.operation,
    requestId: submission.requestId,
    agentId: submission.agentId,
    sheetId: submission.params.sheet ?? null,
    cellId: submission.params.cell ?? null,
    tag: submission.tag ?? null,
    runId: submission.listener?.run ?? null,
    nextAt: selectNextAt(state),
    story: record.story ?? [],
    state: state.kind,
    acceptedAt: record.createdAt,
    sends,
    charged: findOperation(submission.operation).charged ? toCharged(state) : "no",
    cancelWanted: "cancelWanted" in state && state.cancelWanted && isStopping,
    stopped,
    untraced: state.kind === "settled" && state.untraced === true,
    jobs,
    booked: booking && { at: booking.at, epoch: state.epoch },
    shortage: state.kind === "not_charged" && state.why === "quota" ? (record.shortage ?? null) : null,
    answer: live ? null : answer,
    failure: "failure" in state ? state.failure : null,
  };
}

/** Whether a call of an operation that costs credits was charged. */
export function toCharged(state: CallState): CallReport["charged"] {
  switch (state.kind) {
    case "settled":
      return "yes";
    case "accepted":
    case "reserved":
    case "not_charged":
      return "no";
    case "sending":
    case "collecting":
    case "unknown":
      return "unknown";
  }
}
