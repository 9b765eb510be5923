/** The routes, and what stands in front of them. The only file that imports itty-router. */
import { type IRequest, Router } from "itty-router";
import type { Client } from "../access/policy.ts";
import type { Context } from "../context.ts";
import { authenticate } from "./authenticate.ts";
import { refuse } from "./problem.ts";
import { toProblemResponse } from "./problem-response.ts";
import { callById, listCalls, resolveCall } from "./routes/calls.ts";
import { watchGeneration } from "./routes/events.ts";
import { forward } from "./routes/forward.ts";
import { receiveGenWebhook } from "./routes/gen-webhook.ts";
import { health } from "./routes/health.ts";
import {
  createRun,
  listPipelines,
  listRejected,
  listRuns,
  type PipelineRequest,
  showRun,
  stopRun,
} from "./routes/pipelines.ts";
import { explainProblem } from "./routes/problems.ts";
import { receiveWebhook } from "./routes/source-webhook.ts";

type Handler = (request: IRequest & Request, ctx: Context) => Response | Promise<Response>;

const router = Router<IRequest & Request, [Context]>();

router
  .all("/health", named("/health", methods({ GET: health })))
  .all(
    "/problems/:code",
    named(
      "/problems/:code",
      methods({ GET: (request, ctx) => explainProblem(request, ctx, request.params.code ?? "") }),
    ),
  )
  .all(
    "/webhooks/gen/:agent/:token",
    named("/webhooks/gen/:agent/:token", (request, ctx) => {
      const { agent = "", token = "" } = request.params;
      return receiveGenWebhook(request, ctx, { agent, token });
    }),
  )
  .all(
    "/webhooks/:source",
    named("/webhooks/:source", (request, ctx) => receiveWebhook(request, ctx, request.params.source ?? "")),
  )
  .all("*", requireClient)
  .all("/pipelines", named("/pipelines", methods({ GET: asClient(listPipelines) })))
  .all(
    "/pipelines/:name/runs",
    named("/pipelines/:name/runs", methods({ GET: ofPipeline(listRuns), POST: ofPipeline(createRun) })),
  )
  .all("/pipelines/:name/runs/:id", named("/pipelines/:name/runs/:id", methods({ GET: ofPipeline(showRun) })))
  .all(
    "/pipelines/:name/runs/:id/stop",
    named("/pipelines/:name/runs/:id/stop", methods({ POST: ofPipeline(stopRun) })),
  )
  .all("/pipelines/:name/rejected", named("/pipelines/:name/rejected", methods({ GET: ofPipeline(listRejected) })))
  .get("/v1/calls", named("/v1/calls", asClient(listCalls)))
  .post(
    "/v1/calls/:id/resolve",
    named(
      "/v1/calls/:id/resolve",
      asClient((request, ctx, client) => resolveCall(request, ctx, { client, id: request.params.id ?? "" })),
    ),
  )
  .all(
    "/v1/calls/:id",
    named(
      "/v1/calls/:id",
      asClient((request, ctx, client) => callById(request, ctx, { client, id: request.params.id ?? "" })),
    ),
  )
  .all(
    "/v1/generations/:id/events",
    named(
      "/v1/generations/:id/events",
      asClient((request, ctx, client) => watchGeneration(request, ctx, { client, id: request.params.id ?? "" })),
    ),
  )
  .all("/v1/*", named("/v1/*", asClient(forward)))
  .all("*", notFound);

export async function route(request: Request, ctx: Context): Promise<Response> {
  return (await router.fetch(request as IRequest & Request, ctx)) as Response;
}

/** Lets a request pass by answering nothing, once its client is known. */
async function requireClient(request: Request, ctx: Context): Promise<Response | undefined> {
  const problem = await authenticate(request, ctx);
  return problem ? toProblemResponse(problem, ctx, request.headers.get("accept-language")) : undefined;
}

function notFound(request: Request, ctx: Context): Response {
  return toProblemResponse(refuse("route_not_found"), ctx, request.headers.get("accept-language"));
}

function asClient(
  handler: (request: IRequest & Request, ctx: Context, client: Client) => Response | Promise<Response>,
): Handler {
  return (request, ctx) => (ctx.client ? handler(request, ctx, ctx.client) : notFound(request, ctx));
}

function named(pattern: string, handler: Handler): Handler {
  return (request, ctx) => {
    ctx.event.route = pattern;
    return handler(request, ctx);
  };
}

function ofPipeline(handler: (request: Request, ctx: Context, asked: PipelineRequest) => Promise<Response>): Handler {
  return asClient((request, ctx, client) => {
    const { name = "", id = "" } = request.params;
    return handler(request, ctx, { client, name, id });
  });
}

/** A route's methods: HEAD goes with GET, OPTIONS says which there are. */
function methods(handlers: { readonly GET?: Handler; readonly POST?: Handler }): Handler {
  const allow = [...Object.keys(handlers), ...(handlers.GET ? ["HEAD"] : []), "OPTIONS"].sort().join(", ");
  return async (request, ctx) => {
    const { method } = request;
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    if (method === "HEAD" && handlers.GET) return new Response(null, await handlers.GET(request, ctx));
    const handler = method === "GET" ? handlers.GET : method === "POST" ? handlers.POST : undefined;
    if (handler) return handler(request, ctx);
    const problem = refuse("method_not_allowed", { headers: { allow } });
    return toProblemResponse(problem, ctx, request.headers.get("accept-language"));
  };
}
