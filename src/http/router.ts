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
import { listNotifications, notificationById, resendNotification } from "./routes/notifications.ts";
import { explainProblem } from "./routes/problems.ts";

type Handler = (request: IRequest & Request, ctx: Context) => Response | Promise<Response>;

const router = Router<IRequest & Request, [Context]>();

router
  .all("/health", named("/health", readOnly(health)))
  .all(
    "/problems/:code",
    named(
      "/problems/:code",
      readOnly((request, ctx) => explainProblem(request, ctx, request.params.code ?? "")),
    ),
  )
  .all(
    "/webhooks/gen/:agent/:token",
    named("/webhooks/gen/:agent/:token", (request, ctx) => {
      const { agent = "", token = "" } = request.params;
      return receiveGenWebhook(request, ctx, { agent, token });
    }),
  )
  .all("*", requireClient)
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
  .all("/notifications", named("/notifications", readOnly(asClient(listNotifications))))
  .all(
    "/notifications/:id",
    named(
      "/notifications/:id",
      readOnly(
        asClient((request, ctx, client) => notificationById(request, ctx, { client, id: request.params.id ?? "" })),
      ),
    ),
  )
  .all(
    "/notifications/:id/resend",
    named(
      "/notifications/:id/resend",
      postOnly(
        asClient((request, ctx, client) => resendNotification(request, ctx, { client, id: request.params.id ?? "" })),
      ),
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

function readOnly(handler: Handler): Handler {
  const allow = "GET, HEAD, OPTIONS";
  return async (request, ctx) => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    if (request.method === "GET") return handler(request, ctx);
    if (request.method === "HEAD") return new Response(null, await handler(request, ctx));
    return refuseMethod(request, ctx, allow);
  };
}

function postOnly(handler: Handler): Handler {
  const allow = "OPTIONS, POST";
  return (request, ctx) => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    return request.method === "POST" ? handler(request, ctx) : refuseMethod(request, ctx, allow);
  };
}

function refuseMethod(request: Request, ctx: Context, allow: string): Response {
  const problem = refuse("method_not_allowed", { headers: { allow } });
  return toProblemResponse(problem, ctx, request.headers.get("accept-language"));
}
