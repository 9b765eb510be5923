/** The routes, and what stands in front of them. The only file that imports itty-router. */
import { type IRequest, Router } from "itty-router";
import type { Context } from "../context.ts";
import { authenticate } from "./authenticate.ts";
import { refuse } from "./problem.ts";
import { toProblemResponse } from "./problem-response.ts";
import { forward } from "./routes/forward.ts";
import { health } from "./routes/health.ts";
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
  .all("*", requireClient)
  .all(
    "/v1/*",
    named("/v1/*", (request, ctx) => (ctx.client ? forward(request, ctx, ctx.client) : notFound(request, ctx))),
  )
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
    const problem = refuse("method_not_allowed", { headers: { allow } });
    return toProblemResponse(problem, ctx, request.headers.get("accept-language"));
  };
}
