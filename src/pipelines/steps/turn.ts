/**
 * One turn of a step: does what can be done now, and returns what to wait for. It can be repeated at any point: what
 * must happen once happens in a durable call, under a key made from run and step.
 */
import type { CallView } from "../../calls/call.ts";
import { toPipelineClient } from "../../calls/pipeline-client.ts";
import { parseDeferral } from "../../calls/states/deferral.ts";
import type { Isolate } from "../../context.ts";
import { parseJsonBytes, writeJsonOrNull } from "../../encoding/json.ts";
import { isSpending } from "../../gen/operation.ts";
import { findOperation, type OperationName } from "../../gen/operations.ts";
import { toTrackerName } from "../../generations/tracked-job.ts";
import type { StepDecision, StepEntry, StepReport, Turn, TurnResult } from "../protocol.ts";
import { toEventType } from "../run-id.ts";
import { fitsStep } from "../run-record.ts";
import { Later, StepFailed } from "../step-failed.ts";
import { selectCallDenial } from "./call-denial.ts";
import { GenCallFailed, toFailedTurn } from "./call-failed.ts";
import { type GenOrder, toSubmission } from "./gen-order.ts";
import { toUncharged } from "./not-charged.ts";
import { parseGeneration } from "./parse-generation.ts";
import { readGen } from "./read-gen.ts";
import type { RunSpender } from "./spender.ts";

export interface Stage {
  readonly pipeline: string;
  readonly run: string;
  /** Of the request that started the run; null when none did. */
  readonly requestId: string | null;
  /** Which play of the run this is, from 1. */
  readonly play: number;
  readonly spender: RunSpender;
  readonly isolate: Isolate;
}

export type GoAhead = Extract<StepDecision, { kind: "go" }>;

/** How long a turn waits before the Workflow sleeps. Short, so that a machine that dies loses little. */
const STAY_MS = 5_000;
/** An event ends these waits. Without one the run asks again after this time. */
const CALL_WAIT_MS = 10 * 60_000;
const GENERATION_WAIT_MS = 30 * 60_000;
const SLOT_WAIT_MS = 10 * 60_000;
/** While charges are paused, what costs credits later is not sent either. */
const PAUSED_MS = 60_000;

/** Asks whether the step may proceed, does its work, and reports the result. */
export async function takeTurn(
  entry: Omit<StepEntry, "play">,
  { pipeline, run, play, isolate: { objects } }: Stage,
  work: (decision: GoAhead) => Promise<TurnResult>,
): Promise<Turn> {
  const runs = objects.PIPELINES.getByName(pipeline);
  const decision = await runs.enter(run, { ...entry, play });
  // It had ended before.
  if (decision.kind === "done") return decision;
  if (decision.kind === "failed") return toHeldTurn(decision);
  const result = decision.kind === "go" ? bound(await attend(decision, work)) : toHeldTurn(decision);
  const ack = await runs.tell(run, toStepReport({ name: entry.name, play }, result));
  if (ack === "in-time") return result;
  // The run was stopped during this turn: cancel what the turn has sent. When a run has failed or finished instead, its
  // remaining work is paid for and goes on to its end; when it was run again, the next play goes on with it.
  if (ack === "stopped" && entry.callId !== null) await objects.CALLS.getByName(entry.callId).cancel();
  return toHeldTurn({ kind: "stopped" });
}

/** Reports a step that failed outside of its turns, which frees its slot. */
export async function tellFailed(failed: StepFailed, stage: Stage): Promise<void> {
  const { pipeline, run, play, isolate } = stage;
  const { code, message: detail, step: name } = failed;
  const report = toStepReport({ name, play }, { kind: "failed", code, detail });
  await isolate.objects.PIPELINES.getByName(pipeline).tell(run, report);
}

async function attend(decision: GoAhead, work: (decision: GoAhead) => Promise<TurnResult>): Promise<TurnResult> {
  try {
    return await work(decision);
  } catch (error) {
    if (error instanceof GenCallFailed) return toFailedTurn(error.publicError, decision);
    if (error instanceof Later) return { kind: "waiting", waitsFor: "later", ms: error.ms };
    if (error instanceof StepFailed) return { kind: "failed", code: error.code, detail: error.message };
    throw error;
  }
}

function bound(result: TurnResult): TurnResult {
  if (result.kind !== "done" || fitsStep(result.value)) return result;
  return { ...result, kind: "failed", code: "result_too_large", detail: "A step's result may have 512 KiB as JSON." };
}

function toHeldTurn(decision: Exclude<StepDecision, GoAhead | { kind: "done" }>): Turn {
  switch (decision.kind) {
    case "failed":
      return { kind: "failed", code: decision.error.code, detail: decision.error.detail };
    case "queued":
      return { kind: "waiting", waitsFor: "slot", ms: SLOT_WAIT_MS };
    case "stopped":
      return { kind: "failed", code: "run_stopped", detail: "The run was stopped." };
    case "too-many-charges":
      return {
        kind: "failed",
        code: "max_charges_reached",
        detail: "The run has made as many charged calls as it may.",
      };
  }
}

function toStepReport(step: { name: string; play: number }, result: TurnResult): StepReport {
  const { generation = null, charged = null, hint = null } = result;
  const { name } = step;
  const facts = { ...step, generation, charged, hint };
  switch (result.kind) {
    case "done":
      return { ...facts, now: { kind: "done", value: result.value } };
    case "failed": {
      const { code, detail } = result;
      return { ...facts, now: { kind: "failed", error: { code, detail, step: name } } };
    }
    case "waiting":
      return { ...facts, now: { kind: "waiting", waitsFor: result.waitsFor, ms: result.ms } };
  }
}

/** A call of GEN: direct if it can be repeated safely, else durable. */
export async function call(
  order: GenOrder,
  callId: string | null,
  stage: Stage,
  decision: GoAhead,
): Promise<TurnResult> {
  const denied = await selectDenied(order, callId, stage);
  if (denied !== null) return denied;
  if (callId === null) {
    const isHeld = isSpending(findOperation(order.operation)) && (await stage.isolate.charges.judge()) !== "open";
    if (isHeld) return { kind: "waiting", waitsFor: "gen", ms: PAUSED_MS };
    return {
      kind: "done",
      value: writeJsonOrNull(await readGen(order, toPipelineClient(stage.pipeline), stage.isolate)),
    };
  }
  const view = await submit(order, callId, stage);
  if (view.kind !== "answered") return toUnanswered(view, order, { stage, decision });
  const { status, body } = view.answer;
  const content = parseJsonBytes(body);
  const charged = findOperation(order.operation).charged ? "yes" : "no";
  return toDeferred(order.operation, status, content) ?? { kind: "done", value: writeJsonOrNull(content), charged };
}

/** The same, and then waits for the end of the generation that it started. */
export async function generate(order: GenOrder, callId: string, stage: Stage, decision: GoAhead): Promise<TurnResult> {
  if (decision.generation !== null) return follow(decision.generation, stage);
  const denied = await selectDenied(order, callId, stage);
  if (denied !== null) return denied;
  const view = await submit(order, callId, stage);
  if (view.kind !== "answered") return toUnanswered(view, order, { stage, decision });
  const generation = view.jobs.find(({ kind }) => kind === "generation");
  const deferred = toDeferred(order.operation, view.answer.status, parseJsonBytes(view.answer.body));
  if (deferred || !generation) return deferred ?? { ...LOST, charged: "yes" };
  // The tracker does not know the generation yet, or only as it was before it was continued.
  if (!view.followed) return { kind: "waiting", waitsFor: "call", ms: CALL_WAIT_MS, charged: "yes" };
  return follow(generation.id, stage);
}

async function follow(generation: string, { isolate: { objects } }: Stage): Promise<TurnResult> {
  const tracker = objects.GENERATIONS.getByName(toTrackerName({ kind: "generation", id: generation }));
  const tracked = await tracker.settled(STAY_MS);
  const facts = { generation, charged: "yes" } as const;
  if (tracked?.phase === "running")
    return { ...facts, kind: "waiting", waitsFor: "generation", ms: GENERATION_WAIT_MS };
  if (tracked?.phase !== "settled") return { ...facts, ...LOST };
  return { ...facts, ...toEnd(generation, tracked.body) };
}

/** GEN refunds a failed generation. Its documentation is contradictory about a stopped one. */
function toEnd(id: string, body: string | null): TurnResult {
  const { failedReason, ...generation } = parseGeneration(id, body);
  switch (generation.status) {
    case "completed":
      return { kind: "done", value: writeJsonOrNull(generation), charged: "yes" };
    case "failed":
      return {
        kind: "failed",
        code: "generation_failed",
        detail: failedReason ?? "GEN gave no reason.",
        charged: "no",
      };
    default:
      return { kind: "failed", code: "generation_stopped", detail: "The generation was stopped.", charged: "unknown" };
  }
}

const LOST: Turn = {
  kind: "failed",
  code: "generation_lost",
  detail: "GEN has not said how it ended within 24 hours.",
};

/** What may have been charged goes on, though the bounds are narrower now. */
async function selectDenied(
  order: GenOrder,
  callId: string | null,
  { spender, isolate }: Stage,
): Promise<TurnResult | null> {
  const denial = await selectCallDenial(order, spender, isolate);
  if (denial === null) return null;
  const report = callId === null ? null : await isolate.objects.CALLS.getByName(callId).report();
  const isUncharged = report === null || report.state === "not_charged";
  return isUncharged ? { kind: "failed", ...denial, charged: "no" } : null;
}

async function submit(
  order: GenOrder,
  callId: string,
  { spender, run, requestId, isolate: { config, objects } }: Stage,
): Promise<CallView> {
  const listener = { run, event: toEventType(callId) };
  const submission = await toSubmission(order, { spender, callId, requestId, listener, config });
  return (await objects.CALLS.getByName(callId).submit(submission, STAY_MS)).view;
}

function toUnanswered(
  view: Exclude<CallView, { kind: "answered" }>,
  order: GenOrder,
  { stage, decision }: { stage: Stage; decision: GoAhead },
): TurnResult {
  const policy = stage.spender.client?.policy ?? null;
  switch (view.kind) {
    case "accepted":
    case "pending":
    case "deferred":
    case "in-flight":
      return { kind: "waiting", waitsFor: "call", ms: CALL_WAIT_MS };
    case "expired":
    case "reused":
      return {
        kind: "failed",
        code: "idempotency_key_reused",
        detail: "The step asked GEN for something else before.",
      };
    case "unknown":
      return {
        kind: "failed",
        code: "outcome_unknown",
        detail: "It may have happened: look at GEN.",
        charged: "unknown",
      };
    case "not_charged":
      return { ...toUncharged(view, { ...decision, operation: order.operation, policy }), charged: "no" };
  }
}

/** GEN requires something first: a person's confirmation, which a machine must not give, or more time. */
function toDeferred(operation: OperationName, status: number, content: unknown): TurnResult | null {
  const deferral = parseDeferral(operation, status, content);
  if (deferral === null) return null;
  if (deferral.why === "confirm") {
    return {
      kind: "failed",
      code: "gen_rejected_request",
      detail: "GEN wants a person to confirm this.",
      charged: "no",
    };
  }
  return { kind: "waiting", waitsFor: "gen", ms: 60_000, charged: "no" };
}
