/**
 * Watch tickets. An `EventSource` can't send headers, so the permission is a signed token in the URL. A ticket opens
 * the events of one generation for an hour, and nothing else. Its content is signed, not encrypted: it holds no
 * secrets.
 */
import { importHmacKey } from "../encoding/hash.ts";
import { fromHex, toHex } from "../encoding/hex.ts";
import { parseJson } from "../encoding/json.ts";

export const TICKET_MS = 3_600_000;

export interface Ticket {
  /** The watched job: `generation:9000`. */
  readonly subject: string;
  readonly clientId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Format: base64url of the JSON, a dot, HMAC-SHA-256 as 64 hex digits. */
export async function createTicket(secret: string, { subject, clientId, expiresAt }: Ticket): Promise<string> {
  const text = toBase64Url(JSON.stringify([subject, clientId, expiresAt]));
  const mac = await crypto.subtle.sign("HMAC", await importHmacKey(secret, "sign"), toMessage(text));
  return `${text}.${toHex(new Uint8Array(mac))}`;
}

/** Null for a ticket with a wrong signature or one that has expired. `verify` compares in constant time. */
export async function readTicket(secret: string, ticket: string, now: number): Promise<Ticket | null> {
  const [, text, digits] = /^([A-Za-z0-9_-]{1,2048})\.([0-9a-f]{64})$/.exec(ticket) ?? [];
  if (text === undefined || digits === undefined) return null;
  const mac = fromHex(digits);
  if (mac === null) return null;
  if (!(await crypto.subtle.verify("HMAC", await importHmacKey(secret, "verify"), mac, toMessage(text)))) return null;
  const [subject, clientId, expiresAt] = parseJson(fromBase64Url(text)) as [string, string, number];
  return now < expiresAt ? { subject, clientId, expiresAt } : null;
}

/** The prefix separates this use of the secret from any later one. */
function toMessage(text: string) {
  return new TextEncoder().encode(`watch-ticket:${text}`);
}

function toBase64Url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): string {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}
