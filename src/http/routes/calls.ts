/** `/v1/calls/:id`: a durable call for the client that made it, and for operators. `operators/list-calls.ts` lists them. */
import * as v from "valibot";
import { type Client, isOperator } from "../../access/policy.ts";
import { recordChange } from "../../activity/record-change.ts";
import type { CallReport } from "../../calls/call.ts";
import type { StoryEntry } from "../../calls/states/story.ts";
import { describeFailure } from "../../calls/to-row.ts";
import { SHA256_HEX } from "../../encoding/hash.ts";
import { isJson, writeObject } from "../../encoding/json.ts";
import { toIso, toIsoOrNull } from "../../encoding/time.ts";
import { toMonth } from "../../money/period.ts";
import { reachWithin } from "../../objects/gate.ts";
import { NOT_FOUND, type Problem, refuse } from "../../problems/problem.ts";
import { readOrder } from "../body/read-json.ts";
import type { Asked, Context } from "../context.ts";
import { describeShortage } from "../forward/told-credits.ts";
import { toJsonResponse } from "../json-response.ts";
import { describeCredits } from "./money/describe-charge.ts";

const Resolution = v.strictObject({ charged: v.boolean() });
const LEDGER_MS = 2_000;

export async function showCall(_: Request, ctx: Context, { client, id }: Asked): Promise<Response | Problem> {
  const found = await findReadable(id, client, ctx);
  return found === null ? NOT_FOUND : answerCall(id, found.report, ctx);
}

/** Can be repeated. What was sent already is not called back: the answer says how it stands. */
export async function cancelCall(request: Request, ctx: Context, { client, id }: Asked): Promise<Response | Problem> {
  const found = await findReadable(id, client, ctx);
  if (found === null) return NOT_FOUND;
  if (found.report.clientId !== client.id) {
    const unwritten = await recordChange(request, ctx, { client, what: "call.cancel", target: id });
    if (unwritten) return unwritten;
  }
  const report = (await found.call.cancel()) ?? found.report;
  return answerCall(id, report, ctx, report.cancelWanted && report.stopped === null ? 202 : 200);
}

/** `POST /v1/calls/:id/resolve` with `{"charged": true | false}`: an operator has found out. */
export async function resolveCall(request: Request, ctx: Context, { client, id }: Asked): Promise<Response | Problem> {
  ctx.event.ids = { call: id };
  const resolution = await readOrder(request, ctx, { schema: Resolution, reason: "resolution_malformed" });
  if (!resolution.ok) return resolution.problem;
  const found = await findCall(id, ctx);
  if (found === null) return NOT_FOUND;
  const { call, report } = found;
  if (report.state !== "unknown" && !report.untraced) return refuse("nothing_to_resolve");
  const unwritten = await recordChange(request, ctx, { client, what: "call.resolve", target: id });
  if (unwritten) return unwritten;
  const resolved = await call.resolve(resolution.value.charged);
  // Another operator was faster, and may have said otherwise.
  return resolved === null ? refuse("nothing_to_resolve") : answerCall(id, resolved, ctx);
}

/** The call, if this client may see it. */
async function findReadable(id: string, client: Client, ctx: Context) {
  const found = await findCall(id, ctx);
  return found && (found.report.clientId === client.id || isOperator(client)) ? found : null;
}

async function findCall(id: string, { event, objects }: Context) {
  event.ids = { call: id };
  const call = SHA256_HEX.test(id) ? objects.CALLS.getByName(id) : null;
  const report = call && (await call.report());
  return call && report && { call, report };
}

async function answerCall(id: string, report: CallReport, ctx: Context, status = 200): Promise<Response> {
  return toJsonResponse(describeCall(id, report, await readMoney(id, report, ctx)), status);
}

/** What its charge costs, or the budget that had too little left for it. */
async function readMoney(callId: string, { booked, shortage }: CallReport, ctx: Context): Promise<object> {
  const credits = booked === null ? null : await readCredits({ ...booked, callId }, ctx);
  return { credits, ...(shortage === null ? {} : { budget: describeShortage(shortage, ctx.client?.kind ?? "key") }) };
}

/** What the ledger has of it. Null when there is nothing, or the ledger can't be reached in time. */
async function readCredits(
  { callId, epoch, at }: { callId: string; epoch: number; at: number },
  ctx: Context,
): Promise<object | null> {
  const charge = ctx.objects.LEDGER.getByName(toMonth(at)).charge({ callId, epoch });
  const row = await reachWithin(LEDGER_MS, charge, ctx);
  return row && describeCredits(row);
}

/** The JSON of a durable call: its state, what it started, and GEN's answer once there is one. */
function describeCall(id: string, report: CallReport, money: object): string {
  const { answer, failure, nextAt } = report;
  const members = {
    id,
    client_id: report.clientId,
    operation: report.operation,
    request_id: report.requestId,
    agent_id: report.agentId,
    sheet_id: report.sheetId,
    cell_id: report.cellId,
    tag: report.tag,
    run_id: report.runId,
    state: report.state,
    charged: report.charged,
    accepted_at: toIso(report.acceptedAt),
    next_at: toIsoOrNull(nextAt),
    sends: report.sends,
    ...(report.cancelWanted ? { cancel_wanted: true } : {}),
    ...(report.stopped === null ? {} : { stopped: report.stopped }),
    ...(report.untraced ? { untraced: true } : {}),
    started: report.jobs,
    ...money,
    ...(failure === null ? {} : { failure: describeFailure(failure) }),
    story: report.story.map(describeEntry),
  };
  if (answer === null) return writeObject(members, {});
  return writeObject(members, { answer: writeObject({ status: answer.status }, { body: toBody(answer.body) }) });
}

function describeEntry({ at, what, outcome, code, why, charged, nextAt, requestId }: StoryEntry) {
  return {
    at: toIso(at),
    what,
    ...(outcome === undefined ? {} : { outcome }),
    ...(code === undefined ? {} : { error_code: code }),
    ...(why === undefined ? {} : { why }),
    ...(charged === undefined ? {} : { charged }),
    ...(nextAt === undefined ? {} : { next_at: toIso(nextAt) }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

/** GEN's body unchanged. Text that is not JSON becomes a JSON string. */
function toBody(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return isJson(text) ? text : JSON.stringify(text);
}
