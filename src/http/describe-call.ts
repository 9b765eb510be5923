import type { CallReport } from "../calls/call.ts";

/** A durable call as its owner reads it: its state, what it started, and GEN's answer once there is one. */
export function describeCall(id: string, report: CallReport): Readonly<Record<string, unknown>> {
  const { answer, failure } = report;
  return {
    id,
    operation: report.operation,
    state: report.state,
    charged: report.charged,
    accepted_at: new Date(report.acceptedAt).toISOString(),
    sends: report.sends,
    ...(report.cancelWanted ? { cancel_wanted: true } : {}),
    started: report.subjects,
    ...(failure === null
      ? {}
      : {
          failure:
            failure.kind === "status"
              ? { status: failure.status, error_code: failure.error.code }
              : { kind: failure.kind },
        }),
    ...(answer === null ? {} : { answer: { status: answer.status, body: toBody(answer.body) } }),
  };
}

function toBody(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
