/** `POST /webhooks/:source`: verifies another service's webhook by its raw bytes, then starts the pipelines for it. */
import { type Problem, refuse, refused, refuseInvalid } from "../../../problems/problem.ts";
import type { Refused, RefusedFor } from "../../../webhooks/incoming/delivery.ts";
import type { RawDelivery, Scheme } from "../../../webhooks/schemes/scheme.ts";
import { type Sources, selectEventHeaders, toSecretNames, verifyDelivery } from "../../../webhooks/source.ts";
import { refuseStranger } from "../../authenticate.ts";
import { isAnnouncedOver } from "../../body/announced-length.ts";
import { readBytes } from "../../body/read-bytes.ts";
import type { Context } from "../../context.ts";
import { noteRefused } from "./note-delivery.ts";
import { type StartedRun, startRuns } from "./start-runs.ts";

const MAX_BYTES = 1_024 * 1_024;

/** Does not reveal which sources exist: the body is read even if the source is unknown. */
export async function receiveWebhook(request: Request, ctx: Context, source: string): Promise<Response | Problem> {
  const scheme = findScheme(ctx.sources, source);
  if (scheme !== null) ctx.event.ids = { source };
  const body = await readWithin(request, ctx);
  const size = body.ok ? body.value.byteLength : null;
  const known = scheme === null ? null : source;
  if (!body.ok) {
    noteRefused({ source: known, why: toWhy(body.problem), size }, ctx);
    return body.problem;
  }
  if (scheme === null) return refuseDelivery(request, { source: null, why: "unknown_source", size }, ctx);
  const raw = { headers: request.headers, url: request.url, body: body.value };
  const verdict = await verify(raw, { source, scheme }, ctx);
  switch (verdict.kind) {
    case "refused":
      return refuseDelivery(request, { source, why: verdict.why, size }, ctx);
    case "challenge":
      return new Response(verdict.body, { headers: { "content-type": verdict.contentType } });
    case "ping":
      return scheme.acknowledgement ? acknowledge(scheme, []) : new Response(null, { status: 204 });
    case "unreadable":
      noteRefused({ source, why: verdict.missing === undefined ? "unreadable" : "identity_missing", size }, ctx);
      return refuseUnreadable(source, verdict.missing, ctx);
    case "verified": {
      const headers = selectEventHeaders(scheme, request.headers);
      const runs = await startRuns({ source, delivery: verdict, body: body.value, headers }, ctx);
      return "code" in runs ? runs : acknowledge(scheme, runs);
    }
  }
}

/** In the form that the sender expects. */
function acknowledge({ acknowledgement = { status: 202 } }: Scheme, runs: readonly StartedRun[]): Response {
  const { status, text, contentType } = acknowledgement;
  if (text === undefined) return Response.json({ runs }, { status });
  return new Response(text || null, {
    status,
    headers: contentType === undefined ? {} : { "content-type": contentType },
  });
}

/** `missing`: the member that identifies the event, if it is absent. */
function refuseUnreadable(source: string, missing: string | undefined, ctx: Context): Problem {
  ctx.log("warn", { message: "webhook_unreadable", request_id: ctx.requestId, source, missing });
  if (missing === undefined) return refuse("input_invalid");
  const message = "It must say which event this is: a string or a number, at most 256 characters.";
  return refuseInvalid([{ path: missing, message }]);
}

export function findScheme(sources: Sources, source: string): Scheme | null {
  return Object.hasOwn(sources, source) ? (sources[source] ?? null) : null;
}

function verify(raw: RawDelivery, { source, scheme }: { source: string; scheme: Scheme }, { config, clock }: Context) {
  const secrets = toSecretNames(source).flatMap((name) => config.sourceSecrets[name] ?? []);
  return verifyDelivery(scheme, raw, { secrets, now: clock.now() });
}

/** A body that says itself that it is too large is not read. */
async function readWithin(request: Request, ctx: Context): ReturnType<typeof readBytes> {
  return isAnnouncedOver(request.headers, MAX_BYTES) ? refused("body_too_large") : readBytes(request, ctx, MAX_BYTES);
}

function toWhy({ code }: Problem): RefusedFor {
  return code === "body_too_large" || code === "request_timeout" ? code : "body_cut";
}

/** The reason is only logged and listed, for operators. So is the source, if it is configured. */
function refuseDelivery(request: Request, refusal: Omit<Refused, "at">, ctx: Context): Promise<Problem> {
  const { source, why } = refusal;
  ctx.log("warn", { message: "webhook_refused", request_id: ctx.requestId, source, why });
  noteRefused(refusal, ctx);
  return refuseStranger(refuse("unauthorized"), request, ctx);
}
