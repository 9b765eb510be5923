import { sha256Hex } from "../encoding/hash.ts";

/**
 * A run's id: a hash of the pipeline and of what started it, so that the same delivery, the same scheduled time or the
 * same `Idempotency-Key` starts it once. 64 hex digits: also the id of the Workflow's instance.
 */
export function toRunId(pipeline: string, ...origin: readonly string[]): Promise<string> {
  return hash(["run", pipeline, ...origin]);
}

/** The id of the durable call of one step. `play`: the one in which the step got a new key, if it did. */
export function toStepCallId(run: string, step: string, play?: number): Promise<string> {
  return hash(["step", run, step, ...(play === undefined ? [] : [String(play)])]);
}

/** The type of the event that a waiting step listens for. */
export function toEventType(callId: string): string {
  return `step-${callId.slice(0, 32)}`;
}

/** As JSON, so that different parts never give the same text. */
function hash(parts: readonly string[]): Promise<string> {
  return sha256Hex(JSON.stringify(parts));
}
