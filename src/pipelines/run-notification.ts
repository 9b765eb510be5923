/** Notifications about a run. */
import type { Notification } from "../notifications/notification.ts";
import { findRequestId, type RunTrigger } from "./run.ts";
import type { RunSummary } from "./run-record.ts";
import type { RunError } from "./step-failed.ts";

interface RunMoment {
  readonly pipeline: string;
  readonly run: string;
  readonly trigger: RunTrigger;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A larger result is not in the notification; it can be read at the run. */
const MAX_RESULT_CHARS = 64 * 1_024;

/** `output` is JSON. */
export function toEnded(
  { pipeline, run, trigger, at }: RunMoment,
  { play, output, error }: { play: number; output: string | null; error: RunError | null },
): Notification {
  const data = { pipeline, run_id: run, request_id: findRequestId(trigger) };
  // A run that was run again and has failed again is told of again.
  const about = play === 1 ? run : `${run}:${play}`;
  if (error) {
    const { code, detail } = error;
    return { type: "pipeline.failed", about, at, data: { ...data, error: { error_code: code, detail } } };
  }
  const written = output !== null && output.length <= MAX_RESULT_CHARS ? { result: output } : {};
  return { type: "pipeline.finished", about, at, data, written };
}

/** The notification of a pipeline's `run.notify`: one for each step. */
export function toMessage({ pipeline, run, trigger, at }: RunMoment, name: string, data: unknown): Notification {
  const about = `${run}:${name}`;
  const request_id = findRequestId(trigger);
  return { type: "pipeline.message", about, at, data: { pipeline, run_id: run, request_id, name, data } };
}

/** The log line of a run that has ended. */
export function toEndLine(pipeline: string, { id, createdAt, endedAt, error, state, trigger }: RunSummary) {
  const request = { run_id: id, request_id: findRequestId(trigger) };
  const ms = (endedAt ?? createdAt) - createdAt;
  return { message: "run", pipeline, ...request, state, trigger: trigger.kind, error_code: error?.code ?? null, ms };
}
