/** The senders of `senders.ts` with the schemes that verify them, for tests of verification alone. */
import { github } from "../../src/webhooks/schemes/github.ts";
import { hmacSha256 } from "../../src/webhooks/schemes/hmac-sha256.ts";
import { linear } from "../../src/webhooks/schemes/linear.ts";
import type { RawDelivery, Scheme } from "../../src/webhooks/schemes/scheme.ts";
import { shopify } from "../../src/webhooks/schemes/shopify.ts";
import { slack } from "../../src/webhooks/schemes/slack.ts";
import { standardWebhooks } from "../../src/webhooks/schemes/standard-webhooks.ts";
import { stripe } from "../../src/webhooks/schemes/stripe.ts";
import { twilio } from "../../src/webhooks/schemes/twilio.ts";
import { typeform } from "../../src/webhooks/schemes/typeform.ts";
import { type Verdict, verifyDelivery } from "../../src/webhooks/source.ts";
import { hmac, type Mail, SENDERS as PLAIN, type Sender, type SourceName, write } from "./senders.ts";

export const NOW = 1_700_000_000_000;
const URL = "https://hooks.example.com/webhooks/twilio?tenant=7";

export interface JudgedSender extends Sender {
  readonly scheme: Scheme;
}

/** A sender that signs its time, as the configurable scheme allows. */
const TIMED: Partial<Sender> = {
  timestampHeader: "x-timestamp",
  timed: true,
  sign: ({ body, secret, sentAtMs }) => {
    const timestamp = String(sentAtMs / 1_000);
    return { "x-timestamp": timestamp, "x-webhook-signature": hmac("hex", secret, `${timestamp}.`, body) };
  },
};

export const SENDERS: Readonly<Record<SourceName, JudgedSender>> = {
  "standard-webhooks": { ...PLAIN["standard-webhooks"], scheme: standardWebhooks() },
  github: { ...PLAIN.github, scheme: github() },
  stripe: { ...PLAIN.stripe, scheme: stripe() },
  slack: { ...PLAIN.slack, scheme: slack() },
  shopify: { ...PLAIN.shopify, scheme: shopify() },
  typeform: { ...PLAIN.typeform, scheme: typeform() },
  linear: { ...PLAIN.linear, scheme: linear() },
  twilio: { ...PLAIN.twilio, scheme: twilio() },
  "hmac-sha256": { ...PLAIN["hmac-sha256"], ...TIMED, scheme: hmacSha256({ timestampHeader: "x-timestamp" }) },
};

export function send(sender: Sender, changes: Partial<Mail> = {}): RawDelivery {
  const { url, headers, body } = write(sender, URL, { sentAtMs: NOW, id: "1", ...changes });
  return { headers: new Headers(headers), url, body: new Uint8Array(Buffer.from(body)) };
}

/** The same delivery with these headers changed; null removes one. */
export function withHeaders(delivery: RawDelivery, changes: Record<string, string | null>): RawDelivery {
  const headers = new Headers(delivery.headers);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return { ...delivery, headers };
}

export function judge(
  sender: JudgedSender,
  delivery: RawDelivery,
  secrets = [sender.secret],
  now = NOW,
): Promise<Verdict> {
  return verifyDelivery(sender.scheme, delivery, { secrets, now });
}
