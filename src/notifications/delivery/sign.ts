/**
 * The headers of a message (Standard Webhooks 1.0.0): HMAC-SHA256 over its id, the time of the attempt and its body,
 * once per secret. During a rotation there are two; receivers accept a message if one signature is right.
 */
import { importHmacKey } from "../../encoding/hash.ts";
import type { Message } from "../message.ts";

/** `secrets` are `whsec_` and base64; `at` is in milliseconds since the epoch. */
export async function createHeaders(
  { id, body }: Pick<Message, "id" | "body">,
  { secrets, at }: { secrets: readonly string[]; at: number },
): Promise<Readonly<Record<string, string>>> {
  const timestamp = String(Math.floor(at / 1_000));
  const content = `${id}.${timestamp}.${body}`;
  const signatures = await Promise.all(secrets.map((secret) => sign(secret, content)));
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

async function sign(secret: string, content: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (char) => char.charCodeAt(0));
  const key = await importHmacKey(bytes, "sign");
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(content)));
  return `v1,${btoa(String.fromCharCode(...mac))}`;
}
