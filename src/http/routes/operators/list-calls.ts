/** `GET /v1/calls`: durable calls of all clients, for operators: by filters, or by any id that a person may quote. */
import * as v from "valibot";
import type { CallQuery } from "../../../activity/activity-days.ts";
import { type CallRow, fits, GROUPS, toTerm } from "../../../activity/call-row.ts";
import { SHA256_HEX } from "../../../encoding/hash.ts";
import { parseJson } from "../../../encoding/json.ts";
import { toIso, toIsoOrNull } from "../../../encoding/time.ts";
import { deriveGenKey, isIdempotencyKey } from "../../../gen/idempotency.ts";
import { MESSAGE_ID } from "../../../notifications/message.ts";
import { SINGLETON } from "../../../objects/gate.ts";
import { toRunId } from "../../../pipelines/run-id.ts";
import type { Problem } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { CURSOR_REFUSED, describeNext, oneOf, PAGE, parseListQuery, SPAN, TEXT } from "../list-query.ts";

const Query = v.strictObject({
  ...PAGE,
  ...SPAN,
  state: v.optional(oneOf(GROUPS)),
  q: TEXT,
  client: TEXT,
  agent: TEXT,
  operation: TEXT,
  tag: TEXT,
  pipeline: TEXT,
});
type Query = v.InferOutput<typeof Query>;

export async function listCalls(_: Request, ctx: Context): Promise<Response | Problem> {
  const parsed = parseListQuery(ctx.url, Query);
  if (!parsed.ok) return parsed.problem;
  const query = parsed.value;
  const sought: Sought = query.q === undefined ? { any: [], direct: [] } : await seek(query.q, query, ctx);
  const { client, ...others } = query;
  const wanted = toCallQuery(sought.isRunOfClient ? others : query, sought.any);
  // What an id names directly may be in no list yet. It comes first, and once.
  const direct = (await readRows(sought.direct, ctx)).filter((row) => isOf(row, wanted));
  const page = await ctx.activity.list({ ...wanted, limit: Math.max(1, wanted.limit - direct.length) });
  if (page === null) return CURSOR_REFUSED;
  const rest = page.rows.filter(({ callId }) => !direct.some((row) => row.callId === callId));
  const rows = query.cursor === undefined ? [...direct, ...rest] : rest;
  return Response.json({ calls: rows.map(describeRow), ...describeNext(ctx.url, page.cursor) });
}

function toCallQuery({ state, limit, cursor, from = 0, to, ...filters }: Query, any: string[]): CallQuery {
  const { client, agent, operation, tag, pipeline } = filters;
  const waits = state === "open" || state === "unknown" ? state : null;
  const all = Object.entries({ tag, pipeline, client, agent, operation }).flatMap(([field, value]) =>
    value === undefined ? [] : [toTerm(field as Parameters<typeof toTerm>[0], value)],
  );
  const states = state === undefined || waits !== null ? [] : [toTerm("state", state)];
  const span = { from, to: to ?? Number.MAX_SAFE_INTEGER - 1 };
  return { group: waits, any, all: [...all, ...states], ...span, limit, cursor: cursor ?? null };
}

interface Sought {
  /** Terms of which one must be true. */
  readonly any: string[];
  /** Whether `client` has named whose key it is: the calls of a run are its pipeline's. */
  readonly isRunOfClient?: boolean;
  /** Ids of calls. */
  readonly direct: readonly string[];
}

/**
 * What an id may be: of a call, of a request, a job, a run, a client, a user or a tag, the caller's key, a notification,
 * an incoming delivery. No call has the last three: a key names its call, or the run that it started, by a hash; a
 * notification names it in its message; and of a delivery, by its sender's id or ours, follow the ids of its runs.
 */
async function seek(q: string, { client }: Query, ctx: Context): Promise<Sought> {
  const named = MESSAGE_ID.test(q) ? await readMessage(q, ctx) : { call: null, run: null };
  const isKey = client !== undefined && isIdempotencyKey(q);
  const byKey = isKey ? [await deriveGenKey(client, q)] : [];
  const byHand = isKey ? await findRuns({ client, key: q }, ctx) : [];
  if (byHand.length > 0) return { any: byHand.map((id) => toTerm("id", id)), direct: byKey, isRunOfClient: true };
  const delivered = SHA256_HEX.test(q) ? await ctx.objects.INCOMING.getByName(SINGLETON).row(q) : null;
  const started = listStarts(ctx).map(([pipeline, source]) => toRunId(pipeline, "webhook", source, q));
  const runs = [named.run ?? [], delivered?.runs.map(({ id }) => id) ?? [], await Promise.all(started)].flat();
  return {
    any: [toTerm("client", q), ...[q, ...runs].map((id) => toTerm("id", id))],
    direct: [SHA256_HEX.test(q) ? q : [], named.call ?? [], byKey].flat(),
  };
}

/** The runs that a client has started by hand under this key. */
async function findRuns(by: { client: string; key: string }, { pipelines, objects }: Context): Promise<string[]> {
  const found = await Promise.all(
    pipelines.map(async ({ name }) => {
      const id = await toRunId(name, "manual", by.client, by.key);
      return (await objects.PIPELINES.getByName(name).report(id)) === null ? [] : [id];
    }),
  );
  return found.flat();
}

/** Each pipeline that a webhook source starts. */
function listStarts({ pipelines }: Context): (readonly [string, string])[] {
  return pipelines.flatMap(({ name, triggers }) =>
    triggers.flatMap((trigger) => (trigger.kind === "webhook" ? [[name, trigger.source] as const] : [])),
  );
}

async function readMessage(id: string, ctx: Context): Promise<{ call: string | null; run: string | null }> {
  const body = await ctx.objects.DELIVERIES.getByName(id).body();
  const { data } = (parseJson(body ?? "null") ?? {}) as { data?: { call_id?: unknown; run_id?: unknown } };
  const toId = (value: unknown) => (typeof value === "string" && SHA256_HEX.test(value) ? value : null);
  return { call: toId(data?.call_id), run: toId(data?.run_id) };
}

async function readRows(ids: readonly string[], ctx: Context): Promise<CallRow[]> {
  const rows = await Promise.all([...new Set(ids)].map((id) => ctx.objects.CALLS.getByName(id).row()));
  return rows.filter((row) => row !== null);
}

function isOf(row: CallRow, { group, all, from, to }: CallQuery): boolean {
  const isThen = row.acceptedAt >= from && row.acceptedAt <= to;
  return isThen && fits(row, all) && (group === null || row.group === group);
}

function describeRow(row: CallRow) {
  const { nextAt } = row;
  return {
    id: row.callId,
    client_id: row.clientId,
    operation: row.operation,
    agent_id: row.agentId,
    sheet_id: row.sheetId,
    cell_id: row.cellId,
    tag: row.tag,
    pipeline: row.pipeline,
    run_id: row.runId,
    request_id: row.requestIds[0] ?? null,
    state: row.state,
    charged: row.charged,
    estimate: row.estimate,
    accepted_at: toIso(row.acceptedAt),
    changed_at: toIso(row.changedAt),
    next_at: toIsoOrNull(nextAt),
    failure: row.failure,
    jobs: row.jobs,
    ...(row.group === "unknown" && row.state !== "unknown" ? { untraced: true } : {}),
  };
}
