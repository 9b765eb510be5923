/** `GET /v1/usage/charges`: single charges, one's own; of all clients for operators. As CSV it is the whole list. */
import * as v from "valibot";
import type { Client } from "../../../access/policy.ts";
import { cursorOf, writeCursor } from "../../../activity/cursor.ts";
import { type Cell, writeCsv } from "../../../encoding/csv.ts";
import { CHARGE_ENDS, CHARGE_STATES } from "../../../money/ledger/charge.ts";
import { readCharges } from "../../../money/ledger/months.ts";
import { type ChargePlace, type ChargeQuery, type ListedCharge, ORDERS } from "../../../money/ledger/query.ts";
import { toPeriodEnd } from "../../../money/period.ts";
import type { Problem } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { asCursor, limitUpTo, oneOf } from "../list-query.ts";
import { DAYS, FILTERS, readAsked, toCsvResponse, wantsCsv } from "./asked.ts";
import { describeCharge } from "./describe-charge.ts";

const USUAL_PAGE = 50;
const MAX_PAGE = 1_000;
const Place = v.pipe(
  v.tuple([v.pipe(v.number(), v.minValue(0)), v.string(), v.pipe(v.number(), v.safeInteger())]),
  v.transform(([rank, callId, epoch]) => ({ rank, callId, epoch })),
);
const Query = v.strictObject({
  ...DAYS,
  ...FILTERS,
  order: v.optional(oneOf(ORDERS), "time"),
  state: v.optional(oneOf(CHARGE_STATES)),
  ended: v.optional(oneOf(CHARGE_ENDS)),
  limit: v.optional(limitUpTo(MAX_PAGE)),
  cursor: v.optional(asCursor(cursorOf(Place))),
});

export async function listCharges(request: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const asked = readAsked(ctx.url, Query, { client, now: ctx.clock.now() });
  if ("code" in asked) return asked;
  const { query, days, filters } = asked;
  const { order, state = null, ended = null, limit, cursor: after = null } = query;
  const wanted = {
    ...{ order, filters, state, ended },
    from: Date.parse(days.from),
    before: toPeriodEnd(days.to),
    after,
  };
  if (wantsCsv(request)) {
    const lines = writeLines(wanted, limit ?? Number.POSITIVE_INFINITY, ctx);
    return toCsvResponse(toStream(lines), `charges-${days.from}-${days.to}`);
  }
  const { rows, next } = await readCharges(ctx.objects, { ...wanted, limit: limit ?? USUAL_PAGE });
  const charges = rows.map(describeCharge);
  return Response.json({ charges, cursor: next && toCursor(next) }, { headers: { vary: "Accept" } });
}

function toCursor({ rank, callId, epoch }: ChargePlace): string {
  return writeCursor([rank, callId, epoch]);
}

/** Page by page, as fast as it is read: the list may be longer than what fits in memory. */
async function* writeLines(query: Omit<ChargeQuery, "limit">, limit: number, { objects }: Context) {
  const encoder = new TextEncoder();
  yield encoder.encode(writeCsv([COLUMNS]));
  let { after } = query;
  for (let left = limit; left > 0; ) {
    const { rows, next } = await readCharges(objects, { ...query, after, limit: Math.min(left, MAX_PAGE) });
    if (rows.length > 0) yield encoder.encode(writeCsv(rows.map(toCells)));
    if (next === null) return;
    after = next;
    left -= rows.length;
  }
}

function toStream(parts: AsyncIterator<Uint8Array, void>): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

const COLUMNS = [
  "id",
  "epoch",
  "at",
  "client_id",
  "account",
  "tag",
  "agent_id",
  "pipeline",
  "run_id",
  "operation",
  "type",
  "calls",
  "state",
  "ended",
  "estimate",
  "cost",
  "given_back",
  "credits",
  "jobs",
] as const satisfies readonly (keyof ReturnType<typeof describeCharge>)[];

/** In one cell its jobs are separated by spaces: `generation:9001 generation:9002`. */
function toCells(row: ListedCharge): Cell[] {
  const { jobs, ...charge } = describeCharge(row);
  const cells = { ...charge, jobs: jobs.map(({ kind, id }) => `${kind}:${id}`).join(" ") };
  return COLUMNS.map((column) => cells[column]);
}
