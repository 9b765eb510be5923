/** The routes, and the authentication before them. The only file that imports itty-router. */
import { type IRequest, Router } from "itty-router";
import { type Client, isOperator } from "../access/policy.ts";
import { decodeName } from "../gen/id.ts";
import { OPERATIONS } from "../gen/operations.ts";
import { NOT_FOUND, type Problem, refuse, refuseForScope } from "../problems/problem.ts";
import type { ProblemCode } from "../problems/problem-codes.ts";
import { authenticate } from "./authenticate.ts";
import { isAnnouncedOver } from "./body/announced-length.ts";
import { type Asked, type Context, NO_URL } from "./context.ts";
import { findGenRoute, forward } from "./forward/forward.ts";
import { createNearestFinder } from "./nearest-route.ts";
import { serveAsset, serveConsole } from "./routes/assets.ts";
import { cancelCall, resolveCall, showCall } from "./routes/calls.ts";
import {
  createClient,
  listClients,
  pauseClient,
  putPolicy,
  resumeClient,
  revokeClient,
  rotateClient,
  showClient,
} from "./routes/clients/clients.ts";
import { setUp, showSetup } from "./routes/clients/setup.ts";
import { createWatchTicket, watchGeneration, watchWithTicket } from "./routes/events.ts";
import { health } from "./routes/health.ts";
import { showHome } from "./routes/home.ts";
import { asksForReport } from "./routes/money/asked.ts";
import { listBudgets } from "./routes/money/budgets.ts";
import { listCharges } from "./routes/money/list-charges.ts";
import { acknowledgeUnknown, showReconciliation } from "./routes/money/reconciliation.ts";
import { showReport } from "./routes/money/show-report.ts";
import { showUsage } from "./routes/money/usage.ts";
import { listAudit } from "./routes/operators/audit.ts";
import { pauseCharges, resumeCharges, showCharges } from "./routes/operators/charges.ts";
import { listCalls } from "./routes/operators/list-calls.ts";
import { showMetrics } from "./routes/operators/metrics.ts";
import { listNotifications, notificationById, resendNotification } from "./routes/operators/notifications.ts";
import { resendAll } from "./routes/operators/resend-all.ts";
import { showActivity } from "./routes/operators/show-activity.ts";
import {
  createRun,
  listPipelines,
  listRejected,
  listRuns,
  type PipelineRequest,
  showRun,
  stopRun,
} from "./routes/pipelines/pipelines.ts";
import { rerunRun, rerunRuns } from "./routes/pipelines/reruns.ts";
import { explainProblem, listProblems } from "./routes/problems.ts";
import { listDeliveries, redeliver, redeliverAll } from "./routes/webhooks/deliveries.ts";
import { receiveGenWebhook } from "./routes/webhooks/gen-webhook.ts";
import { receiveWebhook } from "./routes/webhooks/source-webhook.ts";

type Handler = (request: IRequest & Request, ctx: Context) => Response | Problem | Promise<Response | Problem>;

const router = Router<IRequest & Request, [Context]>();

/** The patterns of the Worker's own routes and the methods of each, as `/openapi.json` describes them. */
export const OWN_ROUTES = new Map<string, readonly string[]>();

/** These refuse by themselves what is too large, to say so in the list of deliveries. */
const BOUND_THEMSELVES: ReadonlySet<string> = new Set(["/webhooks/:source"]);

at("/", { GET: showHome });
at("/health", { GET: health });
at("/openapi.json", { GET: serveAsset });
at("/docs", { GET: serveAsset });
at("/docs/:file", { GET: serveAsset });
at("/console", { GET: serveConsole });
at("/console/:file", { GET: serveConsole });
at("/problems", { GET: listProblems });
at("/problems/:code", { GET: (request, ctx) => explainProblem(request, ctx, request.params.code ?? "") });
at("/setup", { GET: showSetup, POST: setUp });
at("/setup/:file", { GET: serveAsset });
// All above needs no configuration.
router.all("*", requireConfiguration);

at("/webhooks/gen/:agent/:token", {
  POST: (request, ctx) => {
    const { agent = "", token = "" } = request.params;
    return receiveGenWebhook(request, ctx, { agent, token });
  },
});
at("/webhooks/:source", { POST: (request, ctx) => receiveWebhook(request, ctx, request.params.source ?? "") });

// An `EventSource` can send only a ticket. Without a ticket the request needs a key, below.
router.get("/v1/generations/:id/events", (request, ctx) => {
  if (!ctx.url.searchParams.has("ticket")) return undefined;
  ctx.event.route = "/v1/generations/:id/events";
  return watchWithTicket(request, ctx, decodeName(request.params.id ?? "") ?? "");
});

router.all("*", requireClient);

at("/pipelines", { GET: asClient(listPipelines) });
at("/pipelines/:name/runs", { GET: ofPipeline(listRuns), POST: ofPipeline(createRun) });
at("/pipelines/:name/runs/:id", { GET: ofPipeline(showRun) });
at("/pipelines/:name/runs/:id/stop", { POST: ofPipeline(stopRun) });
at("/pipelines/:name/runs/:id/rerun", { POST: ofPipeline(rerunRun) });
at("/pipelines/:name/rerun", { POST: ofPipeline(rerunRuns) });
at("/pipelines/:name/rejected", { GET: ofPipeline(listRejected) });
at("/deliveries", { GET: asOperator(listDeliveries) });
at("/deliveries/deliver", { POST: asOperator(redeliverAll) });
at("/deliveries/:id/deliver", { POST: withId(operatorOnly(redeliver)) });
at("/notifications", { GET: asOperator(listNotifications) });
at("/notifications/resend", { POST: asOperator(resendAll) });
at("/notifications/:id", { GET: withId(operatorOnly(notificationById)) });
at("/notifications/:id/resend", { POST: withId(operatorOnly(resendNotification)) });
at("/activity", { GET: asOperator(showActivity) });
at("/metrics", { GET: asOperator(showMetrics) });
at("/v1/audit", { GET: asOperator(listAudit) });
at("/v1/charges", { GET: asOperator(showCharges) });
at("/v1/charges/pause", { POST: asOperator(pauseCharges) });
at("/v1/charges/resume", { POST: asOperator(resumeCharges) });
at("/v1/usage", { GET: asClient(showUsageOrReport) });
at("/v1/usage/budgets", { GET: asOperator(listBudgets) });
at("/v1/usage/charges", { GET: asClient(listCharges) });
at("/v1/usage/reconciliation", { GET: asOperator(showReconciliation) });
at("/v1/usage/reconciliation/:id/acknowledge", { POST: withId(operatorOnly(acknowledgeUnknown)) });
at("/v1/calls", { GET: asOperator(listCalls) });
at("/v1/calls/:id", { GET: withId(showCall), DELETE: withId(cancelCall) });
at("/v1/calls/:id/resolve", { POST: withId(operatorOnly(resolveCall)) });
at("/v1/clients", { GET: asClient(listClients), POST: asClient(createClient) });
at("/v1/clients/:id", { GET: withId(showClient), PUT: withId(putPolicy), DELETE: withId(revokeClient) });
at("/v1/clients/:id/rotate", { POST: withId(rotateClient) });
at("/v1/clients/:id/pause", { POST: withId(pauseClient) });
at("/v1/clients/:id/resume", { POST: withId(resumeClient) });
at("/v1/generations/:id/events", { GET: withId(watchGeneration), HEAD: withId(watchGeneration) });
at("/v1/generations/:id/tickets", { POST: withId(createWatchTicket) });

const GEN_ROUTE = "/v1/*";
const toGen = named(GEN_ROUTE, asClient(forward));
router.all(GEN_ROUTE, toGen).all("*", () => ROUTE_NOT_FOUND);

/** GEN's paths. Most requests are for them, so they skip the patterns of the Worker's own routes. */
export const GEN_PATH =
  /^\/v1\/(?!audit\/*$|(?:calls|charges|clients|usage)(?:\/|$)|generations\/[^/]+\/(?:events|tickets)\/*$)/;

export async function route(request: Request, ctx: Context): Promise<Response | Problem> {
  // The Host header is broken: itty-router would throw.
  if (ctx.url === NO_URL) return ROUTE_NOT_FOUND;
  const answered =
    GEN_PATH.test(ctx.url.pathname) && ctx.fault === null
      ? ((await requireClient(request, ctx)) ?? (await toGen(request as IRequest & Request, ctx)))
      : ((await router.fetch(request as IRequest & Request, ctx)) as Response | Problem);
  return answered instanceof Response ? answered : withNearest(answered, request, ctx);
}

let findNearest: ReturnType<typeof createNearestFinder> | null = null;

const UNMATCHED: ReadonlySet<ProblemCode> = new Set(["unknown_operation", "route_not_found", "method_not_allowed"]);

/** Names the nearest route, to a known client, where none matches. */
function withNearest(problem: Problem, { method }: Request, { client, event, url }: Context): Problem {
  const isUnmatched = event.route === "none" || event.route === GEN_ROUTE;
  if (client === null || !isUnmatched || !UNMATCHED.has(problem.code)) return problem;
  findNearest ??= createNearestFinder(listRoutes());
  const nearest = findNearest(method, url.pathname);
  const named = nearest === null ? "See" : `The nearest is ${method} ${nearest}; see`;
  return { ...problem, hint: `${named} ${url.origin}/docs.` };
}

function listRoutes() {
  const own = [...OWN_ROUTES].flatMap(([path, methods]) => methods.map((method) => ({ method, path })));
  return [...OPERATIONS.map(({ method, path }) => ({ method, path: `/v1${path}` })), ...own];
}

/** Undefined lets the request pass. */
function requireConfiguration(_request: Request, { fault }: Context): Problem | undefined {
  if (fault === null) return undefined;
  fault.report();
  return refuse("not_configured");
}

/** Undefined lets the request pass: its client is known. The line of one that is refused names the route, too. */
async function requireClient(request: Request, ctx: Context): Promise<Problem | undefined> {
  const problem = await authenticate(request, ctx);
  if (problem === null) return undefined;
  ctx.event.route = findRoute(request.method, ctx.url.pathname);
  return problem;
}

function findRoute(method: string, pathname: string): string {
  const own = router.routes.find(([, pattern, , path = ""]) => OWN_ROUTES.has(path) && pattern.test(pathname));
  if (own?.[3] !== undefined) return own[3];
  return pathname.startsWith("/v1/") ? (findGenRoute(method, pathname) ?? GEN_ROUTE) : "none";
}

const ROUTE_NOT_FOUND = refuse("route_not_found");

/** A report that lacks `by` is refused there. */
function showUsageOrReport(request: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  return asksForReport(ctx.url) ? showReport(request, ctx, client) : showUsage(request, ctx, client);
}

function asClient(
  handler: (
    request: IRequest & Request,
    ctx: Context,
    client: Client,
  ) => Response | Problem | Promise<Response | Problem>,
): Handler {
  return (request, ctx) => (ctx.client ? handler(request, ctx, ctx.client) : ROUTE_NOT_FOUND);
}

function named(pattern: string, handler: Handler): Handler {
  return (request, ctx) => {
    ctx.event.route = pattern;
    return handler(request, ctx);
  };
}

function withId(handler: (request: Request, ctx: Context, asked: Asked) => Promise<Response | Problem>): Handler {
  return asClient((request, ctx, client) => {
    const id = decodeName(request.params.id ?? "");
    return id === null ? NOT_FOUND : handler(request, ctx, { client, id });
  });
}

/** Others are refused: what follows looks after the calls and money of all. */
function asOperator(handler: (request: Request, ctx: Context, client: Client) => Promise<Response | Problem>): Handler {
  return asClient((request, ctx, client) =>
    isOperator(client) ? handler(request, ctx, client) : refuseForScope("operator"),
  );
}

/** The same, of one thing. */
function operatorOnly(handler: Parameters<typeof withId>[0]): Parameters<typeof withId>[0] {
  return async (request, ctx, asked) =>
    isOperator(asked.client) ? handler(request, ctx, asked) : refuseForScope("operator");
}

function ofPipeline(
  handler: (request: Request, ctx: Context, asked: PipelineRequest) => Promise<Response | Problem>,
): Handler {
  return asClient((request, ctx, client) => {
    const { name = "", id = "" } = request.params;
    if (name.length > MAX_ID_CHARS || id.length > MAX_ID_CHARS) return NOT_FOUND;
    return handler(request, ctx, { client, name, id });
  });
}

/** Anything longer is not an id, and would fill the log. */
const MAX_ID_CHARS = 256;

/** The largest body that any of the Worker's own routes accepts. */
const MAX_OWN_BYTES = 1_024 * 1_024;

function withoutBody(answer: Response | Problem): Response | Problem {
  return answer instanceof Response ? new Response(null, answer) : answer;
}

type Handlers = { readonly [Method in "GET" | "HEAD" | "POST" | "PUT" | "DELETE"]?: Handler };

/** Adds one of the Worker's own routes. HEAD comes with GET; OPTIONS lists the methods. */
function at(pattern: string, handlers: Handlers): void {
  const own = Object.keys(handlers);
  OWN_ROUTES.set(pattern, own);
  const allow = [...new Set([...own, ...(handlers.GET ? ["HEAD"] : []), "OPTIONS"])].sort().join(", ");
  router.all(
    pattern,
    named(pattern, async (request, ctx) => {
      const { method } = request;
      if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
      if (!BOUND_THEMSELVES.has(pattern) && isAnnouncedOver(request.headers, MAX_OWN_BYTES))
        return refuse("body_too_large");
      const handler = Object.hasOwn(handlers, method) ? handlers[method as keyof Handlers] : undefined;
      if (handler) return handler(request, ctx);
      if (method === "HEAD" && handlers.GET) return withoutBody(await handlers.GET(request, ctx));
      return refuse("method_not_allowed", { headers: { allow } });
    }),
  );
}
