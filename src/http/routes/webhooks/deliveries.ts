/** `/deliveries`: webhooks of other services that came in within three days, for operators; and those to deliver again. */
import * as v from "valibot";
import type { Client } from "../../../access/policy.ts";
import { recordChange } from "../../../activity/record-change.ts";
import { toIso } from "../../../encoding/time.ts";
import { SINGLETON } from "../../../objects/gate.ts";
import { findPipeline } from "../../../pipelines/define.ts";
import { NOT_FOUND, type Problem, refuse, refuseInvalid } from "../../../problems/problem.ts";
import {
  type DeliveryRow,
  KEEP_DELIVERIES_MS,
  type Outcome,
  type Redelivered,
} from "../../../webhooks/incoming/delivery.ts";
import { rereadPayload } from "../../../webhooks/source.ts";
import { readOrder } from "../../body/read-json.ts";
import type { Asked, Context } from "../../context.ts";
import { describeNext, oneOf, PAGE, parseListQuery, RowNumber, selectLast, TEXT, Time } from "../list-query.ts";
import { tellNow } from "./note-delivery.ts";
import { findScheme } from "./source-webhook.ts";
import { describeIssue, startFor } from "./start-runs.ts";

/** The deliveries of one request. A filter that matches more is answered with where to go on. */
const BATCH = 50;
/** After the first, no further delivery is started when less than this is left of the budget. */
const MARGIN_MS = 3_000;
const OUTCOMES: readonly Outcome[] = ["accepted", "refused", "rejected"];

const Query = v.strictObject({
  limit: PAGE.limit,
  cursor: v.optional(RowNumber),
  outcome: v.optional(oneOf(OUTCOMES)),
  source: TEXT,
});
const Filter = v.strictObject({
  since: Time,
  source: v.optional(v.string()),
  pipeline: v.optional(v.string()),
  after: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  dry_run: v.optional(v.boolean(), false),
});

export async function listDeliveries(_: Request, ctx: Context): Promise<Response | Problem> {
  const query = parseListQuery(ctx.url, Query);
  if (!query.ok) return query.problem;
  const { outcome = null, source = null, cursor: before = null, limit } = query.value;
  await tellNow(ctx);
  const rows = await ctx.objects.INCOMING.getByName(SINGLETON).list({ before, limit, outcome, source });
  const next = describeNext(ctx.url, selectLast(rows, limit)?.number ?? null);
  return Response.json({ deliveries: rows.map(describeDelivery), ...next });
}

/** Repeatable: the same delivery starts a pipeline's run once. One that has run is answered as it stands. */
export async function redeliver(request: Request, ctx: Context, { client, id }: Asked): Promise<Response | Problem> {
  ctx.event.ids = { delivery: id };
  const incoming = ctx.objects.INCOMING.getByName(SINGLETON);
  const row = await incoming.row(id);
  if (row === null) return NOT_FOUND;
  if (row.outcome === "refused") return refuse("nothing_to_resolve", { reason: "delivery_not_kept" });
  if (row.outcome === "accepted") return Response.json(describeDelivery(row));
  const unwritten = await recordChange(request, ctx, { client, what: "delivery.deliver", target: id });
  if (unwritten) return unwritten;
  const outcome = await deliverAgain(id, ctx);
  if (outcome === null) return Response.json(describeDelivery((await incoming.row(id)) ?? row));
  if (outcome.kind === "rejected") {
    return refuseInvalid(outcome.issues.map((message) => ({ path: "", message })));
  }
  return Response.json(describeDelivery((await incoming.row(id)) ?? row), { status: 202 });
}

/** Can be repeated: what has run does not match any more. `next` is the body of the request for the rest. */
export async function redeliverAll(request: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const filter = await readOrder(request, ctx, { schema: Filter, reason: "redelivery_malformed" });
  if (!filter.ok) return filter.problem;
  const { since, source = null, pipeline = null, after, dry_run } = filter.value;
  const wanted = { since, source, pipeline, after, limit: BATCH };
  const found = await ctx.objects.INCOMING.getByName(SINGLETON).waiting(wanted);
  if (dry_run || found.matched === 0) return Response.json({ matched: found.matched, delivered: 0, dry_run });
  const target = [source, pipeline, `since ${toIso(since)}`].filter(Boolean).join(" ");
  const unwritten = await recordChange(request, ctx, { client, what: "delivery.deliver", target });
  if (unwritten) return unwritten;
  let delivered = 0;
  let seen = 0;
  for (const { id } of found.ids) {
    if (seen > 0 && ctx.deadline.remaining(ctx.clock.now()) < MARGIN_MS) break;
    const outcome = await deliverAgain(id, ctx);
    if (outcome?.kind === "accepted") delivered += 1;
    seen += 1;
  }
  const last = found.ids[seen - 1]?.number ?? after;
  const next = { ...filter.value, since: toIso(since), after: last };
  return Response.json({ matched: found.matched, delivered, dry_run, ...(seen < found.matched ? { next } : {}) });
}

/** With the present mapping of the pipeline that it did not fit. Null when it is not kept any more, or has run meanwhile. */
async function deliverAgain(id: string, ctx: Context): Promise<Redelivered | null> {
  const incoming = ctx.objects.INCOMING.getByName(SINGLETON);
  const rejected = await incoming.rejected(id);
  if (rejected === null) return null;
  const { source, deliveryId, eventType } = rejected;
  const pipeline = findPipeline(ctx.pipelines, rejected.pipeline);
  const scheme = findScheme(ctx.sources, source);
  const reread = scheme && rereadPayload(scheme, rejected);
  const delivery = reread && { kind: "verified" as const, deliveryId, eventType, payload: reread.payload };
  const outcome = await take();
  await incoming.settle(id, outcome);
  return outcome;

  async function take(): Promise<Redelivered> {
    if (pipeline === null) return { kind: "rejected", issues: ["There is no such pipeline any more."] };
    if (delivery === null) return { kind: "rejected", issues: ["The source can't read it any more."] };
    const started = await startFor(pipeline, { source, delivery }, ctx);
    switch (started.kind) {
      case "started":
        return { kind: "accepted", run: started.run.id };
      case "unfit":
        return { kind: "rejected", issues: started.issues.map(describeIssue) };
      case "ignored":
        return { kind: "rejected", issues: ["The pipeline does not take this delivery any more."] };
    }
  }
}

function describeDelivery(row: DeliveryRow) {
  const { id, source, deliveryId, at, outcome, reasons, size, pipeline, runs } = row;
  return {
    id,
    source,
    delivery_id: deliveryId,
    at: toIso(at),
    outcome,
    reason: reasons.length === 0 ? null : reasons.join("; "),
    size,
    pipeline,
    runs: runs.map((run) => ({ ...run, location: `/pipelines/${run.pipeline}/runs/${run.id}` })),
    can_deliver: outcome === "rejected",
    kept_until: toIso(at + KEEP_DELIVERIES_MS),
  };
}
