/** `GET /v1/audit`: who has changed what, for operators. */
import * as v from "valibot";
import type { NumberedEntry } from "../../../activity/audit-entry.ts";
import { toIso } from "../../../encoding/time.ts";
import { SINGLETON } from "../../../objects/gate.ts";
import type { Problem } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { describeNext, PAGE, parseListQuery, RowNumber, selectLast } from "../list-query.ts";

const Query = v.strictObject({ ...PAGE, cursor: v.optional(RowNumber) });

export async function listAudit(_: Request, ctx: Context): Promise<Response | Problem> {
  const query = parseListQuery(ctx.url, Query);
  if (!query.ok) return query.problem;
  const { cursor = null, limit } = query.value;
  const entries = await ctx.objects.AUDIT.getByName(SINGLETON).page(cursor, limit);
  const next = describeNext(ctx.url, selectLast(entries, limit)?.number ?? null);
  return Response.json({ entries: entries.map(describeEntry), ...next });
}

function describeEntry({ at, clientId, what, target, requestId, addressFamily }: NumberedEntry) {
  return {
    at: toIso(at),
    client_id: clientId,
    what,
    target,
    request_id: requestId,
    address_family: addressFamily,
  };
}
