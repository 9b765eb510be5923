import type { CallReport } from "../../calls/call.ts";
import { isJson, writeObject } from "../../encoding/json.ts";

/** A durable call as its owner reads it: its state, what it started, and GEN's answer once there is one. JSON. */
export function describeCall(id: string, report: CallReport): string {
  const { answer, failure } = report;
  const members = {
    id,
    operation: report.operation,
    state: report.state,
    charged: report.charged,
    accepted_at: new Date(report.acceptedAt).toISOString(),
    sends: report.sends,
    ...(report.cancelWanted ? { cancel_wanted: true } : {}),
    ...(report.stopped === null ? {} : { stopped: report.stopped }),
    ...(report.untraced ? { untraced: true } : {}),
    started: report.jobs,
    ...(failure === null
      ? {}
      : {
          failure:
            failure.kind === "status"
              ? { status: failure.status, error_code: failure.error.code }
              : { kind: failure.kind },
        }),
  };
  if (answer === null) return writeObject(members, {});
  return writeObject(members, { answer: writeObject({ status: answer.status }, { body: toBody(answer.body) }) });
}

/** As it came; a text that is no JSON becomes one. */
function toBody(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return isJson(text) ? text : JSON.stringify(text);
}
