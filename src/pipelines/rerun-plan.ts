/**
 * What happens to each step of a run that is run again. A step that is done keeps its result. A step that failed
 * starts anew under a key that was not charged, or goes on with what it was charged for. Where the Worker does not know
 * whether it was charged, or has lost what was paid for, the run is not run again.
 */
import type { CallReport } from "../calls/call.ts";
import type { Isolate } from "../context.ts";
import { toTrackerName } from "../generations/tracked-job.ts";
import { parseGeneration } from "./parse-generation.ts";
import type { StepFate, StepPlan, Unsettled } from "./protocol.ts";
import type { RunReport, StepRecord } from "./run-record.ts";

/** A call's record is kept for 30 days. One that is younger and has none was never submitted. */
const RECORD_KEPT_MS = 29 * 24 * 3_600_000;

const AGAIN = { kind: "again" } as const;
const RENEWED = { kind: "renewed" } as const;

/** The steps that do not simply keep their results. `isKept`: whether a step's result is stored. */
export async function planRerun(
  { steps, error }: RunReport,
  isKept: (step: string) => boolean,
  isolate: Isolate,
): Promise<StepPlan[]> {
  const lost = steps.filter(({ state, name }) => state === "done" && !isKept(name));
  const open = steps.filter(({ state, name }, index) => {
    return state !== "done" && (name === error?.step || !isHandled(index, steps));
  });
  return Promise.all([
    ...lost.map(({ name, callId }) => ({ name, callId, fate: unsettled("not_kept") })),
    ...open.map(async (step) => ({ name: step.name, callId: step.callId, fate: await judge(step, isolate) })),
  ]);
}

/** The pipeline's code has caught the failure and gone on to another step. It must find the same failure again. */
function isHandled(index: number, steps: readonly StepRecord[]): boolean {
  const endedAt = steps[index]?.endedAt ?? Number.POSITIVE_INFINITY;
  return steps.slice(index + 1).some(({ startedAt }) => startedAt >= endedAt);
}

async function judge(step: StepRecord, isolate: Isolate): Promise<StepFate> {
  const { callId, startedAt } = step;
  if (callId === null) return AGAIN;
  const report = await isolate.objects.CALLS.getByName(callId).report();
  if (report !== null) return judgeCall(step, report, isolate);
  const isForgotten = isolate.clock.now() - startedAt >= RECORD_KEPT_MS;
  return isForgotten && (step.charged ?? "no") !== "no" ? unsettled("not_kept") : AGAIN;
}

async function judgeCall(step: StepRecord, report: CallReport, isolate: Isolate): Promise<StepFate> {
  switch (report.state) {
    case "not_charged":
      return AGAIN;
    case "unknown":
      return unsettled("outcome_unknown");
    case "accepted":
    case "reserved":
    case "sending":
    case "collecting":
      return report.cancelWanted ? unsettled("call_pending") : { kind: "follows", generation: null };
    case "settled":
      return judgeSettled(step, report, isolate);
  }
}

async function judgeSettled(step: StepRecord, report: CallReport, isolate: Isolate): Promise<StepFate> {
  const { untraced, stopped, cancelWanted, jobs, answer } = report;
  if (untraced) return unsettled("outcome_unknown");
  if (cancelWanted && stopped === null) return unsettled("call_pending");
  if (step.kind === "generate") {
    const generation = jobs.find(({ kind }) => kind === "generation");
    return generation === undefined ? unsettled("not_kept") : judgeGeneration(step, generation.id, isolate);
  }
  if (stopped === true && jobs.length > 0) return RENEWED;
  return answer === null ? unsettled("not_kept") : { kind: "follows", generation: null };
}

async function judgeGeneration({ error }: StepRecord, id: string, { objects }: Isolate): Promise<StepFate> {
  const tracked = await objects.GENERATIONS.getByName(toTrackerName({ kind: "generation", id })).view();
  if (tracked?.phase === "running") return { kind: "follows", generation: id };
  if (tracked?.phase === "settled") {
    const { status } = parseGeneration(id, tracked.body);
    return status === "completed" ? { kind: "follows", generation: id } : RENEWED;
  }
  const hasEnded = error?.code === "generation_failed" || error?.code === "generation_stopped";
  return hasEnded ? RENEWED : unsettled("not_kept");
}

function unsettled(why: Unsettled): StepFate {
  return { kind: "unsettled", why };
}
