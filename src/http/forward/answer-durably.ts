/** Answers a request with a durable call: submits it to its object, and waits as long as the caller waits. */
import type { Client } from "../../access/policy.ts";
import { countCharges } from "../../bounds/charges.ts";
import { readType } from "../../bounds/generation-request.ts";
import type { Answer, CallView, Submission, Submitted } from "../../calls/call.ts";
import { computeFingerprint } from "../../calls/fingerprint.ts";
import { toMode } from "../../calls/states/state.ts";
import { type Failure, isRetryable } from "../../gen/failure.ts";
import { deriveGenKey } from "../../gen/idempotency.ts";
import type { OperationName } from "../../gen/operations.ts";
import { type TrackedJob, toTrackerName } from "../../generations/tracked-job.ts";
import { mayRepeat, reachWithin } from "../../objects/gate.ts";
import { type Problem, refuse } from "../../problems/problem.ts";
import { toProblem } from "../../problems/to-problem.ts";
import type { Veto } from "../../resilience/veto.ts";
import type { Context } from "../context.ts";
import { toEventsUrl } from "../events-url.ts";
import type { CallKey } from "./call-key.ts";
import { type PreparedCall, toFacts } from "./prepare-call.ts";
import { describeCredits, refuseShort } from "./told-credits.ts";

const IN_FLIGHT_RETRY_SECONDS = 2;
/** The ledger can't be reached. */
const NOT_BOOKED_RETRY_SECONDS = 3;
/** Added to the wait, because an object's answer is sent only after its writes are stored. */
const GRACE_MS = 500;
const PENDING = { view: { kind: "pending" }, attempts: [], credits: null } as const;

interface DurableRequest {
  readonly prepared: PreparedCall;
  readonly key: CallKey;
  readonly client: Client;
}

/** Charged calls, and those that must not happen twice. An upload can't be stored, so it can't be durable. */
export function isDurable({ call, key, upload }: PreparedCall): boolean {
  const { charged, replay } = call.operation;
  return upload === null && key !== null && (charged || replay === "unsafe");
}

export async function answerDurably(request: DurableRequest, ctx: Context): Promise<Response | Problem> {
  const submission = await toSubmission(request, ctx);
  ctx.event.call_id = submission.callId;
  const { view, attempts, credits } = await submit(submission, ctx);
  const { respondAsync } = ctx.prefer;
  ctx.event.attempts.push(...attempts);
  const answered = await toAnswered(view, { ...request, callId: submission.callId }, ctx);
  if (respondAsync && answered instanceof Response && (view.kind === "accepted" || view.kind === "answered"))
    answered.headers.append("preference-applied", "respond-async");
  const told = credits === null || !keepsReservation(view) ? null : describeCredits(credits);
  return told === null ? answered : withHeader(answered, "x-genedge-credits", told);
}

/** Whether what the reservation has left is still so: it stands, or it is what the call was refused for. */
function keepsReservation(view: CallView): boolean {
  return view.kind === "not_charged" ? view.why === "quota" : view.kind !== "reused";
}

export function withHeader(answered: Response | Problem, name: string, value: string): Response | Problem {
  if (!(answered instanceof Response)) return { ...answered, headers: { ...answered.headers, [name]: value } };
  answered.headers.set(name, value);
  return answered;
}

/**
 * Never waits beyond the budget, even if the object's storage hangs. If the object can't be reached and a repeat may
 * help, submits again and joins the call, which may have been accepted already. Without an answer in time: `pending`.
 */
async function submit(submission: Submission, ctx: Context): Promise<Submitted | typeof PENDING> {
  const { charges, clock, deadline, objects, prefer, waitSeconds, waitUntil } = ctx;
  const { callId } = submission;
  const toWaitMs = () => (prefer.respondAsync && waitSeconds === null ? 0 : deadline.remaining(clock.now()));
  const answer = objects.CALLS.getOnce(callId)
    .submit(submission, toWaitMs(), charges.known)
    .catch((error) => {
      if (!mayRepeat(error)) throw error;
      return objects.CALLS.getByName(callId).submit({ ...submission, join: true }, toWaitMs(), charges.known);
    });
  waitUntil(answer.catch(() => {}));
  return (await reachWithin(deadline.remaining(clock.now()) + GRACE_MS, answer, ctx)) ?? PENDING;
}

async function toSubmission({ prepared, key, client }: DurableRequest, ctx: Context): Promise<Submission> {
  const { call, kept } = prepared;
  const { operation, path, search } = call;
  const asked = { operation: operation.name, search, json: kept?.mediaType === "json" ? kept.text : null };
  return {
    callId: await deriveGenKey(client.id, key.callerKey),
    clientId: client.id,
    requestId: ctx.requestId,
    tag: prepared.tag,
    operation: operation.name as OperationName,
    path,
    search,
    params: prepared.params,
    agentId: prepared.agentId,
    headers: call.headers,
    body: kept?.bytes ?? null,
    fingerprint: await computeFingerprint({ method: operation.method, path, search, body: kept?.bytes ?? null }),
    mode: toMode(operation),
    async: ctx.prefer.respondAsync,
    listener: null,
    account: prepared.account.name,
    spending: { ...prepared.spending, type: readType(asked) },
    charges: countCharges(asked) ?? 1,
    join: ctx.waitSeconds !== null || ctx.prefer.respondAsync,
  };
}

async function toAnswered(
  view: CallView,
  request: DurableRequest & { callId: string },
  ctx: Context,
): Promise<Response | Problem> {
  const location = `/v1/calls/${request.callId}`;
  switch (view.kind) {
    case "answered":
      ctx.event.upstream_status = view.answer.status;
      return toGensAnswer(view, request.client, ctx);
    case "deferred":
      ctx.event.upstream_status = view.answer.status;
      return toGiven(view.answer, new Headers({ location }));
    case "accepted":
      return Response.json({ id: request.callId, state: "accepted" }, { status: 202, headers: { location } });
    case "pending":
      return { ...refuse("outcome_pending", { headers: { location } }), charged: toDoubt(request) };
    case "in-flight":
      return {
        ...refuse("idempotency_in_flight", { headers: { location } }),
        retry: "same_key",
        retryAfter: IN_FLIGHT_RETRY_SECONDS,
        charged: toDoubt(request),
      };
    case "expired": {
      const charged = request.prepared.call.operation.charged ? "yes" : "no";
      return { ...refuse("answer_expired", { headers: { location } }), charged };
    }
    case "reused":
      return refuse("idempotency_key_reused");
    case "unknown": {
      const status = view.repeated ? 409 : 502;
      return { ...refuse("outcome_unknown", { headers: { location } }), status, charged: toDoubt(request) };
    }
    case "not_charged":
      return toUnchargedProblem(view, request, ctx);
  }
}

function toUnchargedProblem(
  view: Extract<CallView, { kind: "not_charged" }>,
  request: DurableRequest,
  ctx: Context,
): Problem {
  const members = view.price === null ? {} : { estimated_credits: view.price };
  switch (view.why) {
    case "cancelled":
      return refuse("call_cancelled");
    case "paused":
      return refuse("charges_paused");
    case "price-unknown":
      return refuse("price_unknown");
    case "price":
      return { ...refuse("price_over_limit"), members: { ...members, max_credits: request.client.policy.maxCredits } };
    case "quota":
      return refuseShort(view, { kind: request.client.kind, now: ctx.clock.now() });
    case "not-booked":
      return { ...refuse("temporarily_unavailable"), retry: "yes", retryAfter: NOT_BOOKED_RETRY_SECONDS };
    case "refused":
    case "deferred":
    case "not-sent":
      return toFailedProblem(view, request);
  }
}

function toDoubt({ prepared }: DurableRequest): "unknown" | "no" {
  return prepared.call.operation.charged ? "unknown" : "no";
}

function toFailedProblem(
  { failure, retryAfterMs }: Extract<CallView, { kind: "not_charged" }>,
  request: DurableRequest,
) {
  const failed = { kind: "failure", failure, veto: selectVeto(failure), ambiguous: false, retryAfterMs } as const;
  return toProblem(failed, toFacts(request.prepared));
}

/** Why it was not repeated. */
function selectVeto(failure: Failure | null): Veto {
  if (failure === null) return "circuit-open";
  return isRetryable(failure) ? "no-time" : "not-retryable";
}

async function toGensAnswer(
  view: Extract<CallView, { kind: "answered" }>,
  client: Client,
  ctx: Context,
): Promise<Response> {
  const generation = view.jobs.find((job) => job.kind === "generation");
  const headers = new Headers();
  if (view.replayed) headers.set("idempotent-replayed", "true");
  if (generation) headers.set("link", `<${await toEventsUrl(generation, client, ctx)}>; rel="monitor"`);
  const whole = generation && ctx.prefer.representation ? await awaitGeneration(generation, ctx) : null;
  if (whole) headers.append("preference-applied", "return=representation");
  return toGiven(whole ?? view.answer, headers);
}

/** `Prefer: return=representation`: the generation itself, settled if that happens in time, else as it is now. */
async function awaitGeneration(generation: TrackedJob, ctx: Context): Promise<Answer | null> {
  const tracker = ctx.objects.GENERATIONS.getByName(toTrackerName(generation));
  const waitMs = ctx.deadline.remaining(ctx.clock.now());
  const view = await reachWithin(waitMs + GRACE_MS, tracker.settled(waitMs), ctx);
  if (view === null) return null;
  const body = view.body ?? JSON.stringify({ id: generation.id, status: view.status });
  return {
    status: view.phase === "settled" ? 201 : 202,
    contentType: "application/json",
    body: new TextEncoder().encode(body),
  };
}

function toGiven({ status, contentType, body }: Answer, headers: Headers): Response {
  if (contentType !== null) headers.set("content-type", contentType);
  const empty = status === 204 || status === 205;
  return new Response(empty ? null : body, { status, headers });
}
