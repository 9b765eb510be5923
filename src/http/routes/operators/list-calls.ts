/** `GET /v1/calls`: durable calls of all clients, for operators: by filters, or by any id that a person may quote. */

import * as v from "valibot";
import type { CallQuery } from "../../../activity/activity-days.ts";
import { type CallRow, fits, GROUPS, toTerm } from "../../../activity/call-row.ts";
import { SHA256_HEX } from "../../../encoding/hash.ts";
import { parseJson } from "../../../encoding/json.ts";
import { toIso, toIsoOrNull } from "../../../encoding/time.ts";
import { deriveGenKey, isIdempotencyKey } from "../../../gen/idempotency.ts";
import { MESSAGE_ID } from "../../../notifications/message.ts";
import { toRunId } from "../../../pipelines/run-id.ts";
import type { Problem } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { describeNext, PAGE, parseListQuery, QUERY_MALFORMED, SPAN, TEXT } from "../list-query.ts";

const Query = v.strictObject({
  ...PAGE,
  ...SPAN,
  state: v.optional(v.picklist(GROUPS)),
  q: TEXT,
  client: TEXT,
  agent: TEXT,
  operation: TEXT,
  tag: TEXT,
  pipeline: TEXT,
});
type Query = v.InferOutput<typeof Query>;

export async function listCalls(_: Request, ctx: Context): Promise<Response | Problem> {
  const query = parseListQuery(ctx.url, Query);
  if (query === null) return QUERY_MALFORMED;
  const sought = query.q === undefined ? { any: [], direct: [] } : await seek(query.q, query, ctx);
  const wanted = toCallQuery(query, sought.any);
  const page = await ctx.activity.list(wanted);
  if (page === null) return QUERY_MALFORMED;
  // What an id names directly may be in no list yet.
  const direct = query.cursor === undefined ? await findDirect(sought.direct, page.rows, ctx) : [];
  const rows = [...direct.filter((row) => isOf(row, wanted)), ...page.rows];
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
  /** Ids of calls. */
  readonly direct: readonly string[];
}

/**
 * What an id may be: of a call, of a request, a job, a run or a tag, the caller's key, a notification, an incoming
 * delivery. Nothing is stored for the last three: the first names its call by a hash, the second in its message, and
 * of the third follow the ids of its runs.
 */
async function seek(q: string, { client }: Query, ctx: Context): Promise<Sought> {
  const named = MESSAGE_ID.test(q) ? await readMessage(q, ctx) : { call: null, run: null };
  const byKey = client !== undefined && isIdempotencyKey(q) ? [await deriveGenKey(client, q)] : [];
  const runs = await Promise.all(listStarts(ctx).map(([pipeline, source]) => toRunId(pipeline, "webhook", source, q)));
  const ids = [q, ...(named.run === null ? [] : [named.run]), ...runs];
  return {
    any: ids.map((id) => toTerm("id", id)),
    direct: [...(SHA256_HEX.test(q) ? [q] : []), ...(named.call === null ? [] : [named.call]), ...byKey],
  };
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

async function findDirect(ids: readonly string[], listed: readonly CallRow[], ctx: Context): Promise<CallRow[]> {
  const missing = [...new Set(ids)].filter((id) => !listed.some(({ callId }) => callId === id));
  const rows = await Promise.all(missing.map((id) => ctx.objects.CALLS.getByName(id).row()));
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
