/** Runs failed or stopped runs again, from the steps that failed: one, or those that fit a filter. Scope `pipelines`. */
import * as v from "valibot";
import { reachesOwnOnly } from "../../../access/policy.ts";
import { selectRunDenial } from "../../../bounds/limits.ts";
import { parseJson } from "../../../encoding/json.ts";
import { toIso } from "../../../encoding/time.ts";
import type { Reran, StepPlan, Unsettled } from "../../../pipelines/protocol.ts";
import type { Ended } from "../../../pipelines/runs/rerun-store.ts";
import { NOT_FOUND, type Problem, refuse } from "../../../problems/problem.ts";
import { readOrder } from "../../body/read-json.ts";
import type { Context } from "../../context.ts";
import { toJsonResponse } from "../../json-response.ts";
import { Time } from "../list-query.ts";
import { describeWholeRun } from "./describe-run.ts";
import {
  isOwnRun,
  type PipelineRequest,
  recordUnlessOwn,
  selectInputDenial,
  withPipeline,
  withRun,
} from "./pipelines.ts";

/** The runs of one request. A filter that matches more is answered with where to go on. */
const PAGE = 20;
/** After the first, no further run is started when less than this is left of the budget. */
const MARGIN_MS = 3_000;
const STOPPING_RETRY_SECONDS = 10;

const Filter = v.strictObject({
  state: v.picklist(["failed", "stopped"]),
  since: Time,
  until: v.optional(Time),
  after: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  dry_run: v.optional(v.boolean(), false),
});

export async function rerunRun(request: Request, ctx: Context, asked: PipelineRequest): Promise<Response | Problem> {
  return withRun(ctx, asked, async (pipeline, run) => {
    const { client, id } = asked;
    const denial = selectRunDenial(client.policy);
    if (denial) return denial;
    const unfit = selectInputDenial(client, pipeline, parseJson(run.input));
    if (unfit) return unfit;
    const change = { client, what: "run.rerun", target: id } as const;
    const unwritten = await recordUnlessOwn(request, ctx, change, isOwnRun(client, run));
    if (unwritten) return unwritten;
    const reran = await ctx.objects.PIPELINES.getByName(pipeline.name).rerun(id, client);
    if (reran === null) return NOT_FOUND;
    if (reran.kind === "stopping" || reran.kind === "unsettled") return toProblem(reran);
    return toJsonResponse(describeWholeRun(pipeline.name, reran.run), reran.run.endedAt === null ? 202 : 200);
  });
}

/** Can be repeated: what was started does not match any more. `next` is the body of the request for the rest. */
export async function rerunRuns(request: Request, ctx: Context, asked: PipelineRequest): Promise<Response | Problem> {
  return withPipeline(ctx, asked, async ({ name }) => {
    const { policy } = asked.client;
    if (reachesOwnOnly(asked.client)) return refuse("agent_not_allowed", { reason: "account_of_all_agents" });
    const denial = selectRunDenial(policy);
    if (denial) return denial;
    const filter = await readOrder(request, ctx, { schema: Filter, reason: "rerun_malformed" });
    if (!filter.ok) return filter.problem;
    const { state, since, until = ctx.clock.now(), after, dry_run } = filter.value;
    const found = await ctx.objects.PIPELINES.getByName(name).ended({ state, since, until, after, limit: PAGE });
    if (dry_run || found.matched === 0) return Response.json({ matched: found.matched, started: 0, dry_run });
    const target = `${name} ${state} since ${toIso(since)}`;
    const change = { client: asked.client, what: "run.rerun", target } as const;
    const unwritten = await recordUnlessOwn(request, ctx, change, false);
    if (unwritten) return unwritten;
    const { started, refused, seen } = await rerunEach(found.runs, { client: asked.client, name }, ctx);
    const last = found.runs[seen - 1]?.number ?? after;
    const next = { state, since: toIso(since), until: toIso(until), after: last };
    const more = seen < found.matched ? { next } : {};
    return Response.json({ matched: found.matched, started, refused, dry_run, ...more });
  });
}

/** As many as there is time for, and one at least. */
async function rerunEach(
  wanted: Ended["runs"],
  { client, name }: Pick<PipelineRequest, "client" | "name">,
  { objects, deadline, clock }: Context,
) {
  const runs = objects.PIPELINES.getByName(name);
  const refused = [];
  let started = 0;
  let seen = 0;
  for (const { id } of wanted) {
    if (seen > 0 && deadline.remaining(clock.now()) < MARGIN_MS) break;
    const reran = await runs.rerun(id, client);
    if (reran?.kind === "started") started += 1;
    else if (reran?.kind === "unsettled") refused.push({ id, errors: reran.steps.map(describeStep) });
    seen += 1;
  }
  return { started, refused, seen };
}

function toProblem(reran: Extract<Reran, { kind: "stopping" | "unsettled" }>): Problem {
  if (reran.kind === "stopping") {
    const more = { retry: "same_key", retryAfter: STOPPING_RETRY_SECONDS } as const;
    return { ...refuse("idempotency_in_flight", { reason: "run_stopping" }), ...more };
  }
  const members = { errors: reran.steps.map(describeStep) };
  const isGone = reran.steps.every((step) => toWhy(step) === "not_kept");
  if (isGone) return { ...refuse("answer_expired", { reason: "step_not_kept" }), members };
  return { ...refuse("outcome_unknown", { reason: "step_unsettled" }), status: 409, charged: "unknown", members };
}

const WHY: Readonly<Record<Unsettled, string>> = {
  outcome_unknown: "Whether its call was charged is not known: an operator must resolve it.",
  call_pending: "Its call is still being cancelled.",
  gen_silent: "Its generation was stopped, and GEN does not say now whether it was continued there: try again later.",
  not_kept: "What it was charged for, or its result, is not kept any more.",
};

function describeStep(step: StepPlan) {
  const why = toWhy(step);
  return { path: step.name, message: WHY[why], ...(step.callId === null ? {} : { call: `/v1/calls/${step.callId}` }) };
}

function toWhy({ fate }: StepPlan): Unsettled {
  return fate.kind === "unsettled" ? fate.why : "not_kept";
}
