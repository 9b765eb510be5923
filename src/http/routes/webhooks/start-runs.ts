/** Starts the runs of the pipelines that accept a verified delivery. */
import { SINGLETON } from "../../../objects/gate.ts";
import type { Issue } from "../../../pipelines/check-input.ts";
import type { Pipeline } from "../../../pipelines/define.ts";
import { toRunId } from "../../../pipelines/run-id.ts";
import { startRun } from "../../../pipelines/start.ts";
import { takeDelivery } from "../../../pipelines/take-delivery.ts";
import { type Problem, refuse, refuseInvalid } from "../../../problems/problem.ts";
import { inTime } from "../../../resilience/in-time.ts";
import type { Verified } from "../../../webhooks/source.ts";
import type { Context } from "../../context.ts";
import { noteAccepted, noteRefused } from "./note-delivery.ts";

const RETRY_AFTER_SECONDS = 5;

/** The budget ended before all runs had started. Without a 2xx the sender repeats; no run is started twice. */
export const LATE: Problem = { ...refuse("not_taken_in_time"), retry: "yes", retryAfter: RETRY_AFTER_SECONDS };

interface Arrival {
  readonly source: string;
  readonly delivery: Verified;
  /** Unchanged. */
  readonly body: Uint8Array;
  /** Those of its headers that the source reads. */
  readonly headers: Readonly<Record<string, string>>;
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
    noteRefused({ source, why: "not_taken_in_time", size: arrival.body.byteLength }, ctx);
    return LATE;
  }
  const started = outcomes.filter((outcome) => outcome.kind === "started");
  const runs = started.map(({ run }) => run);
  const errors = outcomes.flatMap((outcome) => (outcome.kind === "unfit" ? outcome.issues : []));
  if (runs.length === 0 && errors.length > 0) return refuseInvalid(errors);
  const ids = runs.map(({ id }) => id);
  const duplicate = started.length > 0 && started.every(({ isNew }) => !isNew);
  ctx.event.ids = { source, runs: ids.join(" ") };
  ctx.log("info", { message: "webhook_accepted", request_id: ctx.requestId, source, runs: ids, duplicate });
  await noteAccepted(arrival, runs, ctx);
  return runs;
}

async function startOne(pipeline: Pipeline, arrival: Arrival, ctx: Context): Promise<StartOutcome> {
  const outcome = await startFor(pipeline, arrival, ctx);
  if (outcome.kind === "unfit") await keep(outcome.issues, pipeline.name, arrival, ctx);
  return outcome;
}

/** Starts a pipeline's run for a delivery that it accepts. The same delivery starts it once. */
export async function startFor(
  pipeline: Pipeline,
  { source, delivery }: Pick<Arrival, "source" | "delivery">,
  { objects, requestId }: Pick<Context, "objects" | "requestId">,
): Promise<StartOutcome> {
  const { name } = pipeline;
  const taken = takeDelivery(pipeline, source, delivery);
  if (taken.kind !== "fits") return taken;
  const { deliveryId } = delivery;
  const trigger = { kind: "webhook", source, deliveryId, requestId } as const;
  const { id, kind } = await startRun(
    pipeline,
    { raw: taken.raw, trigger, origin: toOrigin(source, deliveryId) },
    objects,
  );
  const run = { pipeline: name, id, location: `/pipelines/${name}/runs/${id}` };
  return { kind: "started", run, isNew: kind === "started" };
}

function toOrigin(source: string, deliveryId: string) {
  return ["webhook", source, deliveryId] as const;
}

/** The issues repeat what was sent, so the log line only says where to find them. */
async function keep(issues: readonly Issue[], pipeline: string, arrival: Arrival, ctx: Context): Promise<void> {
  const { source, delivery, body, headers } = arrival;
  const { deliveryId, eventType } = delivery;
  const id = await toRunId(pipeline, ...toOrigin(source, deliveryId));
  ctx.log("warn", { message: "webhook_unfit", request_id: ctx.requestId, source, pipeline, rejected: id });
  const what = { id, source, deliveryId, eventType, pipeline, body, headers };
  await ctx.objects.INCOMING.getByName(SINGLETON).reject({
    ...what,
    at: ctx.clock.now(),
    issues: issues.map(describeIssue),
  });
}

export function describeIssue({ path, message }: Issue): string {
  return path === "" ? message : `${path}: ${message}`;
}
