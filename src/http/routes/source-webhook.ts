/** `POST /webhooks/:source`: verifies another service's webhook by its raw bytes, then starts the pipelines for it. */

import { type Problem, refuse } from "../../problems/problem.ts";
import type { RawDelivery, Scheme } from "../../webhooks/schemes/scheme.ts";
import { type Sources, toSecretNames, verifyDelivery } from "../../webhooks/source.ts";
import { refuseStranger } from "../authenticate.ts";
import { readBytes } from "../body/read-bytes.ts";
import type { Context } from "../context.ts";
import { type StartedRun, startRuns } from "./start-runs.ts";

const MAX_BYTES = 1_024 * 1_024;

/** Does not reveal which sources exist: the body is read even if the source is unknown. */
export async function receiveWebhook(request: Request, ctx: Context, source: string): Promise<Response | Problem> {
  const scheme = findScheme(ctx.sources, source);
  if (scheme !== null) ctx.event.ids = { source };
  const body = await readBytes(request, ctx, MAX_BYTES);
  if (!body.ok) return body.problem;
  if (scheme === null) return refuseDelivery(request, { source: null, why: "unknown_source" }, ctx);
  const raw = { headers: request.headers, url: request.url, body: body.value };
  const verdict = await verify(raw, { source, scheme }, ctx);
  switch (verdict.kind) {
    case "refused":
      return refuseDelivery(request, { source, why: verdict.why }, ctx);
    case "challenge":
      return new Response(verdict.body, { headers: { "content-type": verdict.contentType } });
    case "ping":
      return scheme.acknowledgement ? acknowledge(scheme, []) : new Response(null, { status: 204 });
    case "unreadable":
      return refuseUnreadable(source, verdict.missing, ctx);
    case "verified": {
      const runs = await startRuns({ source, delivery: verdict, body: body.value }, ctx);
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
  return { ...refuse("input_invalid"), members: { errors: [{ path: missing, message }] } };
}

function findScheme(sources: Sources, source: string): Scheme | null {
  return Object.hasOwn(sources, source) ? (sources[source] ?? null) : null;
}

function verify(raw: RawDelivery, { source, scheme }: { source: string; scheme: Scheme }, { config, clock }: Context) {
  const secrets = toSecretNames(source).flatMap((name) => config.sourceSecrets[name] ?? []);
  return verifyDelivery(scheme, raw, { secrets, now: clock.now() });
}

/** The reason is only logged. So is the source, if it is configured. */
function refuseDelivery(
  request: Request,
  refusal: { readonly source: string | null; readonly why: string },
  ctx: Context,
): Promise<Problem> {
  ctx.log("warn", { message: "webhook_refused", request_id: ctx.requestId, ...refusal });
  return refuseStranger(refuse("unauthorized"), request, ctx);
}
