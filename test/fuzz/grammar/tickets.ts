/** Tickets to watch: valid ones, expired ones, ones for something else, and ones with one character changed. */
import { createTicket } from "../../../src/access/ticket.ts";
import type { Random } from "../random.ts";
import { TICKET_SECRET } from "../secrets.ts";
import { makeHeaders, mutate } from "./headers.ts";
import type { Shot } from "./shot.ts";
import { HOSTILE, toText } from "./values.ts";

const HOUR_MS = 3_600_000;

export async function makeWatch(random: Random): Promise<Shot> {
  const id = random.chance(0.9) ? String(9_000 + random.int(0, 60)) : random.pick(HOSTILE);
  const ticket = await makeTicket(id, random);
  const query = random.weighted([
    [10, `ticket=${ticket}`],
    [1, `ticket=${ticket}&ticket=${ticket}`],
    [1, `ticket=${encodeURIComponent(toText(random))}`],
    [1, `Ticket=${ticket}`],
  ]);
  const headers = makeHeaders(random).filter(([name]) => name !== "Content-Encoding");
  const method = random.weighted([
    [10, "GET"],
    [1, "HEAD"],
    [1, "POST"],
  ] as const);
  return { method, target: `/v1/generations/${id}/events?${query}`, headers, body: [] };
}

async function makeTicket(id: string, random: Random): Promise<string> {
  const subject = random.weighted([
    [10, `generation:${id}`],
    [1, `user_job:${id}`],
    [1, `generation:${id}0`],
    [1, "__proto__"],
  ] as const);
  const expiresAt = Date.now() + (random.chance(0.9) ? HOUR_MS : -HOUR_MS);
  const ticket = await createTicket(TICKET_SECRET, { subject: toAscii(subject), clientId: "fuzz", expiresAt });
  return random.chance(0.7) ? ticket : mutate(ticket, random);
}

/** Replaces other characters: only ASCII is ever signed. */
function toAscii(subject: string): string {
  return subject.replace(/[^\x20-\x7e]/g, "?");
}
