/** What the lists of calls show of a call. */
import type { CallRow, Group } from "../activity/call-row.ts";
import type { Failure } from "../gen/failure.ts";
import { findOperation } from "../gen/operations.ts";
import { findPipelineOf } from "./pipeline-client.ts";
import { selectNextAt } from "./states/next-action.ts";
import { type CallRecord, toAcceptedAt } from "./states/record.ts";
import { type CallState, isForPerson, isLive } from "./states/state.ts";
import { toCharged } from "./states/view.ts";

export function toRow(record: CallRecord, now: number): CallRow {
  const { submission, state, jobs, made = [], unnamed = [], price, joined = [] } = record;
  const { callId, clientId, requestId, agentId, operation, params, listener, tag } = submission;
  const { charged: costs } = findOperation(operation);
  return {
    callId,
    clientId,
    operation,
    costs,
    agentId,
    sheetId: params.sheet ?? null,
    cellId: params.cell ?? null,
    tag: tag ?? null,
    pipeline: findPipelineOf(clientId),
    runId: listener?.run ?? null,
    requestIds: requestId === null ? joined : [requestId, ...joined],
    group: toGroup(state),
    state: state.kind,
    charged: costs ? toCharged(state) : "no",
    estimate: price,
    acceptedAt: toAcceptedAt(record),
    changedAt: now,
    nextAt: selectNextAt(state),
    failure: "failure" in state && state.failure !== null ? describeFailure(state.failure) : null,
    jobs,
    otherIds: [...made.map(({ id }) => id), ...unnamed],
  };
}

/** Without GEN's text. */
export function describeFailure(failure: Failure): NonNullable<CallRow["failure"]> {
  return failure.kind === "status"
    ? { status: failure.status, error_code: failure.error.code }
    : { kind: failure.kind };
}

function toGroup(state: CallState): Group {
  if (isForPerson(state)) return "unknown";
  if (isLive(state)) return "open";
  return state.kind === "settled" ? "settled" : "free";
}
