/** `GET /v1/audit`: who has changed what, for operators. */

import * as v from "valibot";
import type { NumberedEntry } from "../../../activity/audit-entry.ts";
import { AUDIT_NAME } from "../../../activity/audit-log.ts";
import { toIso } from "../../../encoding/time.ts";
import { type Problem, refuse } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { PAGE, parseListQuery, RowNumber, toNextPath } from "../list-query.ts";

const Query = v.strictObject({ ...PAGE, cursor: v.optional(RowNumber) });

export async function listAudit(_: Request, ctx: Context): Promise<Response | Problem> {
  const query = parseListQuery(ctx.url, Query);
  if (query === null) return refuse("bad_request", { reason: "query_malformed" });
  const { cursor = null, limit } = query;
  const entries = await ctx.objects.AUDIT.getByName(AUDIT_NAME).page(cursor, limit);
  const last = entries.length === limit ? entries.at(-1) : undefined;
  const next = last ? { next: toNextPath(ctx.url, last.number) } : {};
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
