import type { Client } from "../access/policy.ts";
import { createTicket, TICKET_MS } from "../access/ticket.ts";
import type { Context } from "../context.ts";
import { type Subject, toSubjectName } from "../generations/subject.ts";

/** Where a subject is watched; with a ticket of an hour, where there are tickets, so that an `EventSource` can. */
export async function toEventsUrl(subject: Subject, client: Client, ctx: Context): Promise<string> {
  const path = `/v1/generations/${encodeURIComponent(subject.id)}/events`;
  const secret = ctx.config.ticketSecret;
  if (secret === null) return path;
  const expiresAt = ctx.clock.now() + TICKET_MS;
  const ticket = await createTicket(secret, { subject: toSubjectName(subject), clientId: client.id, expiresAt });
  return `${path}?ticket=${ticket}`;
}
