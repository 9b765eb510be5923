/**
 * Shopify: HMAC-SHA256 of the body in `X-Shopify-Hmac-Sha256`, base64.
 * No id, topic or time is signed, so the delivery id is the body's hash. But an order that is paid at once arrives as
 * `orders/create` and as `orders/paid` with the same body. To receive both, list them in `topics`. The topic then
 * becomes part of the id, and any other topic is acknowledged without a run, so that a replay can't invent topics.
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
    eventHeaders: ["x-shopify-topic"],
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
