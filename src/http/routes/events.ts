/** `GET /v1/generations/:id/events`: progress as Server-Sent Events, for its client or the holder of a ticket. */
import { type Client, reachesOwnOnly, toAccount } from "../../access/policy.ts";
import { allowsTicket } from "../../access/rate-limit.ts";
import { readTicket, TICKET_MS } from "../../access/ticket.ts";
import { toIso } from "../../encoding/time.ts";
import { type TrackedJob, toTrackerName } from "../../generations/tracked-job.ts";
import { NOT_FOUND, type Problem, refuse, refuseForScope } from "../../problems/problem.ts";
import { limited, refuseStranger } from "../authenticate.ts";
import type { Asked, Context } from "../context.ts";
import { toEventsUrl } from "../events-url.ts";

/** The kinds of job that the id may be tracked as. */
const KINDS = ["generation", "user_job", "run"] as const;

export async function watchGeneration(
  request: Request,
  ctx: Context,
  { client, id }: Asked,
): Promise<Response | Problem> {
  ctx.event.ids = { generation: id };
  if (!client.policy.scopes.includes("read")) return refuseForScope("read");
  const job = await findTracked(id, client, ctx);
  return job ? stream(job, request, ctx) : NOT_FOUND;
}

/** A ticket names its client, so no key is needed. It can be used repeatedly, because an `EventSource` reconnects. */
export async function watchWithTicket(request: Request, ctx: Context, id: string): Promise<Response | Problem> {
  const { ticketSecret } = ctx.config;
  const text = ctx.url.searchParams.get("ticket") ?? "";
  const ticket = ticketSecret === null ? null : await readTicket(ticketSecret, text, ctx.clock.now());
  const job = ticket && KINDS.map((kind) => ({ kind, id })).find((each) => toTrackerName(each) === ticket.subject);
  if (!ticket || !job) {
    const refusal = await refuseStranger(refuse("unauthorized", { reason: "ticket_refused" }), request, ctx);
    return refusal;
  }
  ctx.event.ids = { generation: id };
  ctx.event.client_id = ticket.clientId;
  if (!(await allowsTicket(text, ctx.env))) return limited();
  return stream(job, request, ctx);
}

/** `POST /v1/generations/:id/tickets`: a ticket for an hour, for a client that may watch the job. */
export async function createWatchTicket(_: Request, ctx: Context, { client, id }: Asked): Promise<Response | Problem> {
  ctx.event.ids = { generation: id };
  if (ctx.config.ticketSecret === null) return refuse("route_not_found", { reason: "tickets_off" });
  if (!client.policy.scopes.includes("read")) return refuseForScope("read");
  const job = await findTracked(id, client, ctx);
  if (job === null) return NOT_FOUND;
  const expiresAt = toIso(ctx.clock.now() + TICKET_MS);
  return Response.json({ url: await toEventsUrl(job, client, ctx), expires_at: expiresAt }, { status: 201 });
}

/** The job that is tracked under this id, if the client may see it. */
async function findTracked(id: string, client: Client, ctx: Context): Promise<TrackedJob | null> {
  for (const kind of KINDS) {
    const view = await ctx.objects.GENERATIONS.getByName(toTrackerName({ kind, id })).view();
    if (view === null) continue;
    const { account, owners } = view;
    const seen = owners.includes(client.id) || (!reachesOwnOnly(client) && account === toAccount(client.policy));
    // A job of another kind may have the same id.
    if (seen) return { kind, id };
  }
  return null;
}

async function stream(job: TrackedJob, request: Request, ctx: Context): Promise<Response | Problem> {
  const tracker = ctx.objects.GENERATIONS.getByName(toTrackerName(job));
  if (request.method === "HEAD") return new Response(null, { headers: { "content-type": "text/event-stream" } });
  const events = await tracker.fetch(request);
  if (events.status === 404) return NOT_FOUND;
  return events.status === 429 ? refuse("too_many_watchers") : new Response(events.body, events);
}
