/**
 * Stripe: `Stripe-Signature: t=…,v1=…`, hex HMAC-SHA256 of `t.body`; several `v1` while the secret is rotated. `v0` is
 * for Stripe's own tests and is ignored. Every attempt is signed again, with its own `t`. The delivery id is the
 * event's `id`, in the signed body.
 */
import { isRecord, readId, readJson, readMember } from "./body.ts";
import { concat } from "./bytes.ts";
import { decodeMacs } from "./decode.ts";
import { parseSeconds } from "./freshness.ts";
import {
  type Claim,
  PING,
  type RawDelivery,
  type Reading,
  type Refusal,
  refuse,
  type Scheme,
  toEvent,
  UNREADABLE,
} from "./scheme.ts";

export function stripe(): Scheme {
  return {
    hash: "SHA-256",
    checkSecret: (secret) => (secret.startsWith("whsec_") ? null : "must be the endpoint's signing secret, whsec_…"),
    readClaim,
    readEvent,
  };
}

function readClaim({ headers, body }: RawDelivery): Claim | Refusal {
  const header = headers.get("stripe-signature");
  if (header === null) return refuse("unsigned");
  const items = header.split(/, ?/);
  const [timestamp = "", ...others] = select(items, "t=");
  const sentAtMs = others.length === 0 ? parseSeconds(timestamp) : null;
  const signatures = decodeMacs(select(items, "v1="), "hex");
  if (sentAtMs === null || signatures === null) return refuse("malformed_signature");
  return { kind: "claim", signatures, messages: [concat(`${timestamp}.`, body)], sentAtMs };
}

function select(items: readonly string[], name: string): readonly string[] {
  return items.filter((item) => item.startsWith(name)).map((item) => item.slice(name.length));
}

function readEvent({ body }: RawDelivery): Reading {
  const payload = readJson(body);
  if (!isRecord(payload)) return UNREADABLE;
  const eventType = readMember(payload, "type");
  if (eventType === "v2.core.event_destination.ping") return PING;
  return toEvent({ eventType, payload }, readId(payload, "id"), "id");
}
