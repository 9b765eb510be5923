/**
 * The charge of an upload that is too large to be kept. It is sent once, without a durable call, and only where no
 * limit applies. So the ledger is told of it when it is over, with what it has started. That is not followed to its
 * end: GEN shows a user job by its agent, which may be named in the middle of the upload.
 */
import { parseJsonBytes } from "../../encoding/json.ts";
import { deriveGenKey } from "../../gen/idempotency.ts";
import type { OperationName } from "../../gen/operations.ts";
import { readBody } from "../../gen/read-body.ts";
import { findStarted, type TrackedJob } from "../../generations/tracked-job.ts";
import type { Charge, ChargeState } from "../../money/ledger/charge.ts";
import { toMonth } from "../../money/period.ts";
import type { Problem } from "../../problems/problem.ts";
import { IDLE_MS } from "../body/pump.ts";
import type { Context } from "../context.ts";
import type { PreparedCall } from "./prepare-call.ts";

const MAX_ANSWER_BYTES = 64 * 1_024;

export function recordUploadCharge(answered: Response | Problem, prepared: PreparedCall, ctx: Context): void {
  const state = toState(answered);
  if (!prepared.call.operation.charged || state === null) return;
  const copy = answered instanceof Response ? answered.clone() : null;
  const tell = async () => {
    const charge = await toCharge(prepared, ctx);
    const jobs = copy === null ? [] : await readJobs(copy, prepared, ctx);
    await ctx.objects.LEDGER.getByName(toMonth(charge.at)).close({ charge, state, jobs });
  };
  const onFailure = (error: unknown) =>
    ctx.log("error", { message: "charge_not_recorded", request_id: ctx.requestId, error: String(error) });
  ctx.waitUntil(tell().catch(onFailure));
}

/** What GEN's answer names; nothing when it is longer than GEN's answers are, or breaks off. */
async function readJobs(answer: Response, { call, params }: PreparedCall, { clock }: Context): Promise<TrackedJob[]> {
  const read = await readBody(answer.body, { maxBytes: MAX_ANSWER_BYTES, maxMs: IDLE_MS, clock });
  if (read.kind !== "whole") return [];
  const operation = call.operation.name as OperationName;
  return findStarted({ operation, params, body: null }, parseJsonBytes(read.bytes)) ?? [];
}

/** Null when nothing was charged. */
function toState(answered: Response | Problem): Exclude<ChargeState, "reserved"> | null {
  if (answered instanceof Response) return answered.ok ? "spent" : null;
  return answered.charged === "no" ? null : answered.charged === "yes" ? "spent" : "unknown";
}

async function toCharge({ account, agentId, call, spending, tag }: PreparedCall, { clock }: Context): Promise<Charge> {
  return {
    // Each upload is a charge of its own, whatever id its caller gave the request.
    callId: await deriveGenKey(spending.payer, crypto.randomUUID()),
    epoch: 0,
    at: clock.now(),
    clientId: spending.payer,
    account: account.name,
    tag,
    agentId,
    pipeline: null,
    runId: null,
    operation: call.operation.name,
    type: null,
    calls: 1,
    estimate: null,
  };
}
