/**
 * What happens to each step of a run that is run again. A step that is done keeps its result. A step that failed
 * starts anew under a key that was not charged, or goes on with what it was charged for. Where the Worker does not know
 * whether it was charged, or has lost what was paid for, the run is not run again.
 */
import type { CallReport } from "../../calls/call.ts";
import type { Isolate } from "../../context.ts";
import { type TrackedJob, toTrackerName } from "../../generations/tracked-job.ts";
import type { StepFate, StepPlan, Unsettled } from "../protocol.ts";
import { toEventType } from "../run-id.ts";
import type { RunReport, StepRecord } from "../run-record.ts";

/** A call's record is kept for 30 days. One that is younger and has none was never submitted. */
const RECORD_KEPT_MS = 29 * 24 * 3_600_000;

const AGAIN = { kind: "again" } as const;
/** No charge is left: what failed was refunded, and what was refused, put off or cancelled was never charged. */
const UNCHARGED = { kind: "renewed", refunded: true } as const;
const STOPPED = { kind: "renewed", refunded: false } as const;

/** The steps that do not simply keep their results. `isKept`: whether a step's result is stored. */
export async function planRerun(
  { id: run, steps, error }: RunReport,
  isKept: (step: string) => boolean,
  isolate: Isolate,
): Promise<StepPlan[]> {
  const lost = steps.filter(({ state, name }) => state === "done" && !isKept(name));
  const open = steps.filter(({ state, name }, index) => {
    return state !== "done" && (name === error?.step || !isHandled(index, steps));
  });
  return Promise.all([
    ...lost.map(({ name, callId }) => ({ name, callId, fate: unsettled("not_kept") })),
    ...open.map(async (step) => ({ name: step.name, callId: step.callId, fate: await judge(step, { run, isolate }) })),
  ]);
}

/** The pipeline's code has caught the failure and gone on to another step. It must find the same failure again. */
function isHandled(index: number, steps: readonly StepRecord[]): boolean {
  const endedAt = steps[index]?.endedAt ?? Number.POSITIVE_INFINITY;
  return steps.slice(index + 1).some(({ startedAt }) => startedAt >= endedAt);
}

interface Bench {
  readonly run: string;
  readonly isolate: Isolate;
}

async function judge(step: StepRecord, bench: Bench): Promise<StepFate> {
  const { callId, startedAt } = step;
  const { isolate } = bench;
  if (callId === null) return AGAIN;
  const report = await isolate.objects.CALLS.getByName(callId).report();
  if (report !== null) return judgeCall(step, report, bench);
  const isForgotten = isolate.clock.now() - startedAt >= RECORD_KEPT_MS;
  return isForgotten && (step.charged ?? "no") !== "no" ? unsettled("not_kept") : AGAIN;
}

async function judgeCall(step: StepRecord, report: CallReport, bench: Bench): Promise<StepFate> {
  switch (report.state) {
    case "not_charged":
      // Under its old key a cancelled call stays cancelled, and GEN repeats its answer.
      return UNCHARGED;
    case "unknown":
      return unsettled("outcome_unknown");
    case "accepted":
    case "reserved":
    case "sending":
    case "collecting":
      return report.cancelWanted ? unsettled("call_pending") : { kind: "follows", generation: null };
    case "settled":
      return judgeSettled(step, report, bench);
  }
}

async function judgeSettled(step: StepRecord, report: CallReport, bench: Bench): Promise<StepFate> {
  const { untraced, stopped, cancelWanted, jobs, answer } = report;
  if (untraced) return unsettled("outcome_unknown");
  if (cancelWanted && stopped === null) return unsettled("call_pending");
  if (step.kind === "generate") {
    const generation = jobs.find(({ kind }) => kind === "generation");
    return generation === undefined ? unsettled("not_kept") : judgeGeneration(step, generation, bench);
  }
  const followed: StepFate = answer === null ? unsettled("not_kept") : { kind: "follows", generation: null };
  if (stopped !== true || jobs.length === 0) return followed;
  const fates = await Promise.all(jobs.map((job) => judgeJob(step, job, bench)));
  const unclear = fates.find((fate) => fate?.kind === "unsettled");
  return unclear ?? (fates.some((fate) => fate?.kind === "follows") ? followed : STOPPED);
}

async function judgeGeneration(step: StepRecord, job: TrackedJob, bench: Bench): Promise<StepFate> {
  const fate = await judgeJob(step, job, bench);
  if (fate !== null) return fate;
  if (step.error?.code === "generation_failed") return UNCHARGED;
  return step.error?.code === "generation_stopped" ? STOPPED : unsettled("not_kept");
}

/** Null when it is not tracked any more. A stopped job can be continued at GEN: then it must not be paid for again. */
async function judgeJob({ callId }: StepRecord, job: TrackedJob, { run, isolate }: Bench): Promise<StepFate | null> {
  const tracker = isolate.objects.GENERATIONS.getByName(toTrackerName(job));
  const tracked = await tracker.view();
  if (tracked === null || tracked.phase === "gave-up") return null;
  if (tracked.status === "failed") return UNCHARGED;
  const isStopped = tracked.status === "stopped";
  const continued = !isStopped || (await tracker.wasContinued({ run, event: toEventType(callId ?? "") }));
  if (continued === null) return unsettled("gen_silent");
  return continued ? { kind: "follows", generation: job.id } : STOPPED;
}

function unsettled(why: Unsettled): StepFate {
  return { kind: "unsettled", why };
}
