/**
 * Typeform: HMAC-SHA256 of the body in `Typeform-Signature`, as `sha256=` and base64. No time is signed.
 * The delivery id is `event_id`, in the signed body.
 */
import { isRecord, readId, readJson, readMember } from "./body.ts";
import { claimBody } from "./mac-header.ts";
import { type RawDelivery, type Reading, type Scheme, toEvent, UNREADABLE } from "./scheme.ts";

export function typeform(): Scheme {
  return {
    hash: "SHA-256",
    readClaim: (delivery) =>
      claimBody(delivery, { header: "typeform-signature", encoding: "base64", prefix: "sha256=" }),
    readEvent,
  };
}

function readEvent({ body }: RawDelivery): Reading {
  const payload = readJson(body);
  if (!isRecord(payload)) return UNREADABLE;
  return toEvent({ eventType: readMember(payload, "event_type"), payload }, readId(payload, "event_id"), "event_id");
}
