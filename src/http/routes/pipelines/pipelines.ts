/** `/pipelines`: lists pipelines and their runs, and starts and stops runs. Scope `pipelines`. */
import * as v from "valibot";
import { type Client, isOperator, type Policy, reachesOwnOnly } from "../../../access/policy.ts";
import { recordChange } from "../../../activity/record-change.ts";
import { namesOnly } from "../../../bounds/agent-id.ts";
import { selectRunDenial } from "../../../bounds/limits.ts";
import { selectTag } from "../../../bounds/tag.ts";
import { SHA256_HEX } from "../../../encoding/hash.ts";
import { toJsonText } from "../../../encoding/json.ts";
import { isIdempotencyKey } from "../../../gen/idempotency.ts";
import { reach, SINGLETON } from "../../../objects/gate.ts";
import { checkInput } from "../../../pipelines/check-input.ts";
import { findPipeline, type Pipeline } from "../../../pipelines/define.ts";
import { ACTIVE, type RunReport, type RunState, type RunSummary } from "../../../pipelines/run-record.ts";
import { startRun } from "../../../pipelines/start.ts";
import { NOT_FOUND, type Problem, refuse, refuseForScope, refuseInvalid } from "../../../problems/problem.ts";
import { readJson } from "../../body/read-json.ts";
import type { Asked, Context } from "../../context.ts";
import { toJsonResponse } from "../../json-response.ts";
import { describeNext, limitOf, oneOf, parseListQuery, RowNumber, selectLast, Time } from "../list-query.ts";
import { describePipeline, describeRejected, describeRun, describeWholeRun } from "./describe-run.ts";

const MAX_BODY_BYTES = 1_024 * 1_024;
const PAGE = 20;
/** Of a rejected delivery's body. */
const MAX_SHOWN_BYTES = 16 * 1_024;
const RUN_STATES: readonly RunState[] = [...ACTIVE, "finished", "failed", "stopped"];
const RunsQuery = v.strictObject({
  limit: limitOf(PAGE),
  before: v.optional(RowNumber),
  state: v.optional(oneOf(RUN_STATES)),
  since: v.optional(Time),
});
/** A run may make calls that cost credits. */
const SPENDING = { charged: true, spendsLater: false };

/** `id`: the run's; empty when the route names no run. */
export interface PipelineRequest extends Asked {
  readonly name: string;
}

export function listPipelines(_: Request, { pipelines }: Context, client: Client): Response | Problem {
  if (!mayUse(client)) return refuseForScope("pipelines");
  return Response.json({ pipelines: pipelines.filter((each) => maySee(client, each)).map(describePipeline) });
}

export async function createRun(request: Request, ctx: Context, asked: PipelineRequest): Promise<Response | Problem> {
  return withPipeline(ctx, asked, async (pipeline) => {
    const { client } = asked;
    const denial = selectRunDenial(client.policy);
    if (denial) return denial;
    const tagged = selectTag(request.headers.get("x-genedge-tag"), SPENDING, client.policy);
    if (!tagged.ok) return tagged.problem;
    const key = request.headers.get("idempotency-key");
    if (key !== null && !isIdempotencyKey(key)) return refuse("bad_request", { reason: "idempotency_key_malformed" });
    const body = await readJson(request, ctx, MAX_BODY_BYTES);
    if (!body.ok) return body.problem;
    const raw = body.value ?? {};
    const unfit = selectInputDenial(client, pipeline, raw);
    if (unfit) return unfit;
    const change = { client, what: "run.start", target: pipeline.name } as const;
    const unwritten = await recordUnlessOwn(request, ctx, change, true);
    if (unwritten) return unwritten;
    const trigger = { kind: "manual", clientId: client.id, requestId: ctx.requestId } as const;
    const origin = ["manual", client.id, key ?? crypto.randomUUID()];
    const terms = { client, tag: tagged.value };
    const starting = startRun(pipeline, { raw, trigger, origin, terms }, ctx.objects);
    // Without the caller's key a repeat would start another run, so none is asked for.
    const ordered = key === null ? await reach(starting, ctx) : await starting;
    if (ordered === null) return { ...refuse("internal"), charged: "unknown" };
    ctx.event.ids = { pipeline: pipeline.name, run: ordered.id };
    if (ordered.kind === "reused") return refuse("idempotency_key_reused");
    const location = `/pipelines/${pipeline.name}/runs/${ordered.id}`;
    const replayed: Record<string, string> = ordered.kind === "known" ? { "idempotent-replayed": "true" } : {};
    return Response.json(describeRun(pipeline.name, ordered.run), { status: 202, headers: { location, ...replayed } });
  });
}

export async function listRuns(_: Request, ctx: Context, asked: PipelineRequest): Promise<Response | Problem> {
  return withPipeline(ctx, asked, async ({ name }) => {
    const query = parseListQuery(ctx.url, RunsQuery);
    if (!query.ok) return query.problem;
    const { before = null, limit, state = null, since = null } = query.value;
    const runs = await ctx.objects.PIPELINES.getByName(name).list({ before, limit, state, since });
    const shown = runs.filter((run) => maySeeRun(asked.client, run));
    const next = describeNext(ctx.url, selectLast(runs, limit)?.number ?? null, "before");
    return Response.json({ runs: shown.map((run) => describeRun(name, run)), ...next });
  });
}

export async function showRun(_: Request, ctx: Context, asked: PipelineRequest): Promise<Response | Problem> {
  return withRun(ctx, asked, async ({ name }, run) => toJsonResponse(describeWholeRun(name, run)));
}

export async function stopRun(request: Request, ctx: Context, asked: PipelineRequest): Promise<Response | Problem> {
  return withRun(ctx, asked, async ({ name }, before) => {
    const { client } = asked;
    const change = { client, what: "run.stop", target: asked.id } as const;
    const unwritten = await recordUnlessOwn(request, ctx, change, isOwnRun(client, before));
    if (unwritten) return unwritten;
    const run = await ctx.objects.PIPELINES.getByName(name).stop(asked.id);
    if (run === null) return NOT_FOUND;
    return toJsonResponse(describeWholeRun(name, run), run.state === "stopping" ? 202 : 200);
  });
}

/** Deliveries whose input did not fit. They have no owner, so a confined client can't see them. */
export async function listRejected(_: Request, ctx: Context, asked: PipelineRequest): Promise<Response | Problem> {
  return withPipeline(ctx, asked, async ({ name }) => {
    if (reachesOwnOnly(asked.client)) return refuse("agent_not_allowed", { reason: "account_of_all_agents" });
    const rejected = await ctx.objects.INCOMING.getByName(SINGLETON).rejectedFor(name, MAX_SHOWN_BYTES);
    return Response.json({ rejected: rejected.map(describeRejected) });
  });
}

/** The pipeline and the run that the route names, if the client may see both. */
export async function withRun(
  ctx: Context,
  asked: PipelineRequest,
  work: (pipeline: Pipeline, run: RunReport) => Promise<Response | Problem>,
): Promise<Response | Problem> {
  return withPipeline(ctx, asked, async (pipeline) => {
    const { name } = pipeline;
    ctx.event.ids = { pipeline: name, run: asked.id };
    const run = SHA256_HEX.test(asked.id) ? await ctx.objects.PIPELINES.getByName(name).report(asked.id) : null;
    return run && maySeeRun(asked.client, run) ? work(pipeline, run) : NOT_FOUND;
  });
}

export async function withPipeline(
  ctx: Context,
  { client, name }: PipelineRequest,
  work: (pipeline: Pipeline) => Promise<Response | Problem>,
): Promise<Response | Problem> {
  if (!mayUse(client)) return refuseForScope("pipelines");
  const pipeline = findPipeline(ctx.pipelines, name);
  const known = pipeline !== null && maySee(client, pipeline);
  return known ? work(pipeline) : NOT_FOUND;
}

/** What a client that is no operator does with its own runs is not written down: its runs say so themselves. */
export async function recordUnlessOwn(
  request: Request,
  ctx: Context,
  change: Parameters<typeof recordChange>[2],
  isOwn: boolean,
): Promise<Problem | null> {
  return isOwn && !isOperator(change.client) ? null : recordChange(request, ctx, change);
}

export function isOwnRun({ id }: Client, { trigger }: RunSummary): boolean {
  return trigger.kind === "manual" && trigger.clientId === id;
}

function mayUse({ policy }: Client): boolean {
  return policy.scopes.includes("pipelines");
}

/** A client confined to some agents sees only pipelines that name the agent of a run; others may act for any agent. */
function maySee({ policy }: Client, pipeline: Pipeline): boolean {
  return policy.agents === "*" || pipeline.agent !== null;
}

/** Why the client may not start a run with this input; null when it may. */
export function selectInputDenial({ policy }: Client, pipeline: Pipeline, raw: unknown): Problem | null {
  const checked = checkInput(pipeline, raw);
  if (checked.kind === "unfit") return refuseInvalid(checked.issues);
  return isAgentAllowed(policy, pipeline, { raw, input: checked.input }) ? null : refuse("agent_not_allowed");
}

/** Otherwise the run would fail later, at a call that names another agent. */
function isAgentAllowed({ agents }: Policy, pipeline: Pipeline, { raw, input }: { raw: unknown; input: unknown }) {
  if (agents === "*") return true;
  const agent = pipeline.agent === null ? null : pipeline.agent(input);
  if (agent === null || !agents.includes(agent)) return false;
  return namesOnly(agent, { search: "", json: toJsonText(raw) });
}

function maySeeRun(client: Client, run: RunSummary): boolean {
  return !reachesOwnOnly(client) || isOwnRun(client, run);
}
