/** How the work of a step ends early: it has failed for good, or has come too early. */

/** Why a step, and with it a run, has failed: a stable code and a sentence. */
export interface RunError {
  /** A problem's code (`GET /problems/:code`), or one of the run's own: docs/pipelines.md lists them. */
  readonly code: string;
  readonly detail: string;
  /** The step that failed; null when it was none. */
  readonly step: string | null;
}

/** Thrown by the steps of a run. What a pipeline does not catch fails its run. */
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

/** Thrown by a step's work that has come too early: it is done again after this time. */
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
