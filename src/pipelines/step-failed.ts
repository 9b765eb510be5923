/** Errors that end a step's work early: it has failed for good, or must be tried later. */

/** Why a step, and with it a run, has failed: a stable code and a sentence. */
export interface RunError {
  /** A problem's code (`GET /problems/:code`), or one of the run's own: docs/pipelines.md lists them. */
  readonly code: string;
  readonly detail: string;
  /** The step that failed; null when the error was outside of steps. */
  readonly step: string | null;
}

/** Thrown by the steps of a run. If the pipeline does not catch it, its run fails. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  readonly code: string;
  readonly step: string;

  constructor({ code, detail, step }: { code: string; detail: string; step: string }) {
    super(detail);
    this.code = code;
    this.step = step;
  }
}

/** Thrown by a step's work to be started again after this time. */
export class Later extends Error {
  override readonly name = "Later";
  readonly ms: number;

  constructor(ms: number) {
    super("Not yet.");
    this.ms = ms;
  }
}

const MAX_DETAIL_CHARS = 500;

export function toRunError(error: unknown): RunError {
  if (error instanceof StepFailed) return { code: error.code, detail: error.message, step: error.step };
  return { code: "pipeline_error", detail: String(error).slice(0, MAX_DETAIL_CHARS), step: null };
}
