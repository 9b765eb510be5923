/**
 * Shopify: HMAC-SHA256 of the body in `X-Shopify-Hmac-Sha256`, base64.
 * No id, topic or time is signed, so the delivery id is the body's hash. Yet an order that is paid at once comes as
 * `orders/create` and as `orders/paid` with one body: who takes both names them in `topics`. Then the topic is part of
 * the id, and what comes under any other is acknowledged and runs nothing, so that a replay can't make up topics.
 */
import { isRecord, readJson } from "./body.ts";
import { concat } from "./bytes.ts";
import { claimBody } from "./mac-header.ts";
import { PING, type RawDelivery, type Reading, type Scheme, UNREADABLE } from "./scheme.ts";

export function shopify({ topics = [] }: { readonly topics?: readonly string[] } = {}): Scheme {
  return {
    hash: "SHA-256",
    readClaim: (delivery) => claimBody(delivery, { header: "x-shopify-hmac-sha256", encoding: "base64", prefix: "" }),
    readEvent: (delivery) => readEvent(delivery, topics),
  };
}

function readEvent({ headers, body }: RawDelivery, topics: readonly string[]): Reading {
  const payload = readJson(body);
  if (!isRecord(payload)) return UNREADABLE;
  const eventType = headers.get("x-shopify-topic");
  if (topics.length === 0) return { kind: "event", identity: body, eventType, payload };
  if (eventType === null || !topics.includes(eventType)) return PING;
  return { kind: "event", identity: concat(`${eventType}\n`, body), eventType, payload };
}
