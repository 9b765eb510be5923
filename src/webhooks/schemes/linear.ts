/**
 * Linear: HMAC-SHA256 of the body in `Linear-Signature`, hex. The time is in the body: `webhookTimestamp`, in ms.
 * `Linear-Delivery` isn't signed, and `webhookId` names the subscription. So the delivery id is the hash of the body
 * without `webhookTimestamp`, which differs in each attempt; the rest still holds the time of the change.
 * Linear accepts only 200. Any other answer counts as a failure, and after repeated failures it disables the webhook.
 */
import { toJsonText } from "../../encoding/json.ts";
import { isRecord, readJson, readMember } from "./body.ts";
import { encode } from "./bytes.ts";
import { claimBody } from "./mac-header.ts";
import { type RawDelivery, type Reading, type Scheme, UNREADABLE } from "./scheme.ts";

export function linear(): Scheme {
  return {
    hash: "SHA-256",
    readClaim: (delivery) => claimBody(delivery, { header: "linear-signature", encoding: "hex", prefix: "" }),
    readEvent,
    acknowledgement: { status: 200 },
  };
}

function readEvent({ body }: RawDelivery): Reading {
  const payload = readJson(body);
  if (!isRecord(payload) || !Number.isSafeInteger(payload.webhookTimestamp)) return UNREADABLE;
  const { webhookTimestamp, ...rest } = payload;
  const text = toJsonText(rest);
  if (text === null) return UNREADABLE;
  return {
    kind: "event",
    identity: encode(text),
    eventType: readMember(payload, "type"),
    payload,
    sentAtMs: Number(webhookTimestamp),
  };
}
