/** Starts the runs of the pipelines that accept a verified delivery. */

import type { Issue } from "../../pipelines/check-input.ts";
import type { Pipeline } from "../../pipelines/define.ts";
import { toRunId } from "../../pipelines/run-id.ts";
import { startRun } from "../../pipelines/start.ts";
import { takeDelivery } from "../../pipelines/take-delivery.ts";
import { type Problem, refuse } from "../../problems/problem.ts";
import { inTime } from "../../resilience/in-time.ts";
import type { Verified } from "../../webhooks/source.ts";
import type { Context } from "../context.ts";

const RETRY_AFTER_SECONDS = 5;

/** The budget ended before all runs had started. Without a 2xx the sender repeats; no run is started twice. */
export const LATE: Problem = { ...refuse("not_taken_in_time"), retry: "yes", retryAfter: RETRY_AFTER_SECONDS };

const MAX_KEPT_BYTES = 16 * 1_024;

interface Arrival {
  readonly source: string;
  readonly delivery: Verified;
  /** Unchanged. */
  readonly body: Uint8Array;
}

export interface StartedRun {
  readonly pipeline: string;
  readonly id: string;
  readonly location: string;
}

type StartOutcome =
  /** `isNew`: false when the same delivery had started it before. */
  | { readonly kind: "started"; readonly run: StartedRun; readonly isNew: boolean }
  | { readonly kind: "unfit"; readonly issues: readonly Issue[] }
  | { readonly kind: "ignored" };

/** Acknowledges a delivery that fits at least one pipeline: after a 422 the sender might stop sending. */
export async function startRuns(arrival: Arrival, ctx: Context): Promise<readonly StartedRun[] | Problem> {
  const { source } = arrival;
  const outcomes = await inTime(Promise.all(ctx.pipelines.map((each) => startOne(each, arrival, ctx))), ctx);
  if (outcomes === "late") {
    ctx.log("warn", { message: "webhook_late", request_id: ctx.requestId, source });
    return LATE;
  }
  const started = outcomes.filter((outcome) => outcome.kind === "started");
  const runs = started.map(({ run }) => run);
  const errors = outcomes.flatMap((outcome) => (outcome.kind === "unfit" ? outcome.issues : []));
  if (runs.length === 0 && errors.length > 0) return { ...refuse("input_invalid"), members: { errors } };
  const ids = runs.map(({ id }) => id);
  const duplicate = started.length > 0 && started.every(({ isNew }) => !isNew);
  ctx.event.ids = { source, runs: ids.join(" ") };
  ctx.log("info", { message: "webhook_accepted", request_id: ctx.requestId, source, runs: ids, duplicate });
  return runs;
}

async function startOne(pipeline: Pipeline, arrival: Arrival, ctx: Context): Promise<StartOutcome> {
  const { source, delivery } = arrival;
  const { name } = pipeline;
  const taken = takeDelivery(pipeline, source, delivery);
  if (taken.kind === "ignored") return taken;
  const origin = ["webhook", source, delivery.deliveryId];
  if (taken.kind === "unfit") {
    await keep(taken.issues, { name, id: await toRunId(name, ...origin), arrival }, ctx);
    return taken;
  }
  const { deliveryId } = delivery;
  const trigger = { kind: "webhook", source, deliveryId, requestId: ctx.requestId } as const;
  const { id, kind } = await startRun(pipeline, { raw: taken.raw, trigger, origin }, ctx.objects);
  const run = { pipeline: name, id, location: `/pipelines/${name}/runs/${id}` };
  return { kind: "started", run, isNew: kind === "started" };
}

/** The issues repeat what was sent, so the log line only says where to find them. */
async function keep(
  issues: readonly Issue[],
  { name, id, arrival }: { name: string; id: string; arrival: Arrival },
  ctx: Context,
): Promise<void> {
  const { source, body } = arrival;
  ctx.log("warn", { message: "webhook_unfit", request_id: ctx.requestId, source, pipeline: name, rejected: id });
  const payload = new TextDecoder().decode(body.subarray(0, MAX_KEPT_BYTES));
  const texts = issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  const rejection = { id, source, at: ctx.clock.now(), issues: texts, payload };
  await ctx.objects.PIPELINES.getByName(name).reject(name, rejection);
}
