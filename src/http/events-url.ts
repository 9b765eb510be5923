import type { Client } from "../access/policy.ts";
import { createTicket, TICKET_MS } from "../access/ticket.ts";
import { type TrackedJob, toTrackerName } from "../generations/tracked-job.ts";
import type { Context } from "./context.ts";

/** The URL of a job's events. If tickets are configured it contains one for an hour, for an `EventSource`. */
export async function toEventsUrl(job: TrackedJob, client: Client, ctx: Context): Promise<string> {
  const path = `/v1/generations/${encodeURIComponent(job.id)}/events`;
  const secret = ctx.config.ticketSecret;
  if (secret === null) return path;
  const expiresAt = ctx.clock.now() + TICKET_MS;
  const ticket = await createTicket(secret, { subject: toTrackerName(job), clientId: client.id, expiresAt });
  return `${path}?ticket=${ticket}`;
}
