/** `POST /webhooks/:source`: another service's webhook, verified on its raw bytes, then the pipelines that wait for it. */
import { PIPELINES } from "../../app/pipelines.ts";
import { SOURCES } from "../../app/webhooks.ts";
import type { Context } from "../../context.ts";
import { readBody } from "../../gen/read-body.ts";
import type { Pipeline, Trigger } from "../../pipelines/define.ts";
import { toRunId } from "../../pipelines/run-id.ts";
import { checkInput, type Issue, startRun } from "../../pipelines/start.ts";
import type { Scheme } from "../../webhooks/signatures/scheme.ts";
import { toSecretNames, type Verified, verifyDelivery } from "../../webhooks/source.ts";
import { type Problem, refuse } from "../problem.ts";
import { toProblemResponse } from "../problem-response.ts";

const MAX_BYTES = 1_024 * 1_024;
const MAX_READ_MS = 5_000;
const MAX_KEPT_CHARS = 16 * 1_024;

export async function receiveWebhook(request: Request, ctx: Context, source: string): Promise<Response> {
  const answer = await receive(request, ctx, source);
  return answer instanceof Response ? answer : toProblemResponse(answer, ctx, null);
}

async function receive(request: Request, ctx: Context, source: string): Promise<Response | Problem> {
  if (request.method !== "POST") return refuse("method_not_allowed", { headers: { allow: "POST" } });
  // A stranger learns nothing: not even which sources there are.
  if (!Object.hasOwn(SOURCES, source)) return refuse("unauthorized");
  const scheme = (SOURCES as Readonly<Record<string, Scheme>>)[source] as Scheme;
  ctx.event.ids = { source };
  const read = await readBody(request.body, { maxBytes: MAX_BYTES, maxMs: MAX_READ_MS, clock: ctx.clock });
  if (read.kind === "too-long") {
    read.rest.cancel().catch(() => {});
    return refuse("body_too_large");
  }
  if (read.kind === "cut")
    return read.timedOut ? refuse("request_timeout") : refuse("bad_request", { reason: "body_cut" });
  const secrets = toSecretNames(source).flatMap((name) => ctx.config.sourceSecrets[name] ?? []);
  const delivery = { headers: request.headers, url: request.url, body: read.bytes };
  const verdict = await verifyDelivery(scheme, delivery, { secrets, now: ctx.clock.now() });
  switch (verdict.kind) {
    case "refused":
      ctx.log("warn", { message: "webhook_refused", request_id: ctx.requestId, source, why: verdict.why });
      return refuse("unauthorized");
    case "challenge":
      return new Response(verdict.body, { headers: { "content-type": verdict.contentType } });
    case "ping":
      return new Response(null, { status: 204 });
    case "unreadable":
      ctx.log("warn", { message: "webhook_unreadable", request_id: ctx.requestId, source });
      return refuse("input_invalid");
    case "verified":
      return start(verdict, source, ctx);
  }
}

/** Each pipeline that listens gets its run; what does not fit one of them does not keep the others from theirs. */
async function start(delivery: Verified, source: string, ctx: Context): Promise<Response | Problem> {
  const wanted = PIPELINES.flatMap((pipeline) => {
    const trigger = pipeline.triggers.find(
      (each): each is Listening => each.kind === "webhook" && each.source === source,
    );
    return trigger && (trigger.when?.(delivery) ?? true) ? [{ pipeline, trigger }] : [];
  });
  const started = await Promise.all(wanted.map((each) => startOne(each, delivery, { source, ctx })));
  const issues = started.flatMap((each) => each.issues);
  if (issues.length > 0) return { ...refuse("input_invalid"), members: { errors: issues } };
  const runs = started.map(({ pipeline, id }) => ({ pipeline, id, location: `/pipelines/${pipeline}/runs/${id}` }));
  return Response.json({ runs }, { status: 202 });
}

type Listening = Extract<Trigger, { kind: "webhook" }>;

async function startOne(
  { pipeline, trigger }: { pipeline: Pipeline; trigger: Listening },
  delivery: Verified,
  { source, ctx }: { source: string; ctx: Context },
): Promise<{ pipeline: string; id: string; issues: readonly Issue[] }> {
  const { name } = pipeline;
  const origin = ["webhook", source, delivery.deliveryId];
  const id = await toRunId(name, ...origin);
  const raw = map(trigger, delivery);
  const checked = raw instanceof Error ? toUnfit(raw) : checkInput(pipeline, raw);
  if (checked.kind === "unfit") {
    const issues = checked.issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    ctx.log("warn", { message: "webhook_unfit", request_id: ctx.requestId, source, pipeline: name, issues });
    const payload = JSON.stringify(delivery.payload).slice(0, MAX_KEPT_CHARS);
    await ctx.env.PIPELINES.getByName(name).reject(name, { id, source, at: ctx.clock.now(), issues, payload });
    return { pipeline: name, id, issues: checked.issues };
  }
  const from = { kind: "webhook", source, deliveryId: delivery.deliveryId } as const;
  await startRun(pipeline, { raw, trigger: from, origin }, ctx.env);
  return { pipeline: name, id, issues: [] };
}

/** The pipeline's own code: what it throws is its way to say that the payload is not what it expects. */
function map(trigger: Listening, delivery: Verified): unknown {
  try {
    return trigger.input(delivery);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function toUnfit(error: Error): { readonly kind: "unfit"; readonly issues: readonly Issue[] } {
  return { kind: "unfit", issues: [{ path: "", message: error.message }] };
}
