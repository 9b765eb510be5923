/** The services that send webhooks, signing as their guides say, with another HMAC than ours. */
import { createHash, createHmac } from "node:crypto";
import { github } from "../../src/webhooks/signatures/github.ts";
import { hmacSha256 } from "../../src/webhooks/signatures/hmac-sha256.ts";
import { linear } from "../../src/webhooks/signatures/linear.ts";
import type { RawDelivery, Scheme } from "../../src/webhooks/signatures/scheme.ts";
import { shopify } from "../../src/webhooks/signatures/shopify.ts";
import { slack } from "../../src/webhooks/signatures/slack.ts";
import { standardWebhooks } from "../../src/webhooks/signatures/standard-webhooks.ts";
import { stripe } from "../../src/webhooks/signatures/stripe.ts";
import { twilio } from "../../src/webhooks/signatures/twilio.ts";
import { typeform } from "../../src/webhooks/signatures/typeform.ts";
import { type Verdict, verifyDelivery } from "../../src/webhooks/source.ts";

export const NOW = 1_700_000_000_000;
const TWILIO_URL = "https://hooks.example.com/webhooks/twilio?tenant=7";

export interface Mail {
  readonly body: string | Uint8Array;
  readonly secret: string;
  readonly sentAtMs: number;
}

export interface Sender {
  readonly scheme: Scheme;
  readonly secret: string;
  readonly otherSecret: string;
  readonly signatureHeader: string;
  readonly timestampHeader?: string;
  /** Whether a time is signed, in a header or in the body. */
  readonly timed: boolean;
  readonly format: "json" | "form";
  /** Headers that the sender adds and does not sign. */
  readonly beside: Readonly<Record<string, string>>;
  readonly toBody: (sentAtMs: number) => string;
  readonly sign: (mail: Mail) => Record<string, string>;
}

export function send(sender: Sender, changes: Partial<Mail> = {}): RawDelivery {
  const sentAtMs = changes.sentAtMs ?? NOW;
  const mail = { body: sender.toBody(sentAtMs), secret: sender.secret, sentAtMs, ...changes };
  const headers = new Headers({ ...sender.beside, ...sender.sign(mail) });
  return { headers, url: TWILIO_URL, body: new Uint8Array(Buffer.from(mail.body)) };
}

/** The same delivery under other headers; null takes one away. */
export function withHeaders(delivery: RawDelivery, changes: Record<string, string | null>): RawDelivery {
  const headers = new Headers(delivery.headers);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return { ...delivery, headers };
}

export function judge(sender: Sender, delivery: RawDelivery, secrets = [sender.secret], now = NOW): Promise<Verdict> {
  return verifyDelivery(sender.scheme, delivery, { secrets, now });
}

type Part = string | Uint8Array;

export function hmac(encoding: "hex" | "base64", key: Part, ...parts: readonly Part[]): string {
  return parts.reduce((mac, part) => mac.update(part), createHmac("sha256", key)).digest(encoding);
}

const seconds = (ms: number) => String(Math.floor(ms / 1_000));
const json = (value: unknown) => () => JSON.stringify(value);

const plain = {
  secret: "a-secret-of-32-characters-or-so.",
  otherSecret: "another-secret-altogether",
  format: "json",
} as const;

export const SENDERS = {
  "standard-webhooks": {
    ...plain,
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    otherSecret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    scheme: standardWebhooks(),
    signatureHeader: "webhook-signature",
    timestampHeader: "webhook-timestamp",
    timed: true,
    beside: { "user-agent": "sender/1" },
    toBody: json({ type: "row.created", data: { id: 5 } }),
    sign: ({ body, secret, sentAtMs }) => {
      const key = Buffer.from(secret.replace("whsec_", ""), "base64");
      const timestamp = seconds(sentAtMs);
      const signature = `v1,${hmac("base64", key, `msg_1.${timestamp}.`, body)}`;
      return { "webhook-id": "msg_1", "webhook-timestamp": timestamp, "webhook-signature": signature };
    },
  },
  github: {
    ...plain,
    scheme: github(),
    signatureHeader: "x-hub-signature-256",
    timed: false,
    beside: { "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "x-github-event": "issues" },
    toBody: json({ action: "opened", issue: { number: 7 } }),
    sign: ({ body, secret }) => ({ "x-hub-signature-256": `sha256=${hmac("hex", secret, body)}` }),
  },
  stripe: {
    ...plain,
    scheme: stripe(),
    signatureHeader: "stripe-signature",
    timed: true,
    beside: { "user-agent": "Stripe/1.0" },
    toBody: json({ id: "evt_1", object: "event", type: "charge.succeeded" }),
    sign: ({ body, secret, sentAtMs }) => {
      const timestamp = seconds(sentAtMs);
      return { "stripe-signature": `t=${timestamp},v1=${hmac("hex", secret, `${timestamp}.`, body)}` };
    },
  },
  slack: {
    ...plain,
    scheme: slack(),
    signatureHeader: "x-slack-signature",
    timestampHeader: "x-slack-request-timestamp",
    timed: true,
    beside: { "x-slack-retry-num": "1", "content-type": "application/json" },
    toBody: json({ type: "event_callback", event_id: "Ev1", event: { type: "app_mention" } }),
    sign: ({ body, secret, sentAtMs }) => {
      const timestamp = seconds(sentAtMs);
      const signature = `v0=${hmac("hex", secret, `v0:${timestamp}:`, body)}`;
      return { "x-slack-request-timestamp": timestamp, "x-slack-signature": signature };
    },
  },
  shopify: {
    ...plain,
    scheme: shopify(),
    signatureHeader: "x-shopify-hmac-sha256",
    timed: false,
    beside: {
      "x-shopify-topic": "orders/create",
      "x-shopify-webhook-id": "b54557e4",
      "x-shopify-event-id": "98880550",
    },
    toBody: json({ id: 820982911946154500, financial_status: "paid" }),
    sign: ({ body, secret }) => ({ "x-shopify-hmac-sha256": hmac("base64", secret, body) }),
  },
  typeform: {
    ...plain,
    scheme: typeform(),
    signatureHeader: "typeform-signature",
    timed: false,
    beside: { "user-agent": "Typeform Webhooks" },
    toBody: json({ event_id: "01KBYWTTXW2SXX86TBH2SGNCCS", event_type: "form_response", form_response: {} }),
    sign: ({ body, secret }) => ({ "typeform-signature": `sha256=${hmac("base64", secret, body)}` }),
  },
  linear: {
    ...plain,
    scheme: linear(),
    signatureHeader: "linear-signature",
    timed: true,
    beside: {
      "linear-delivery": "234d1a4e-b617-4388-90fe-adc3633d6b72",
      "linear-event": "Issue",
      "linear-timestamp": "1",
    },
    toBody: (sentAtMs) =>
      JSON.stringify({ type: "Issue", createdAt: "2023-11-14T22:13:20Z", webhookTimestamp: sentAtMs, webhookId: "w" }),
    sign: ({ body, secret }) => ({ "linear-signature": hmac("hex", secret, body) }),
  },
  twilio: {
    ...plain,
    format: "form",
    scheme: twilio(),
    signatureHeader: "x-twilio-signature",
    timed: false,
    beside: { "i-twilio-idempotency-token": "a5f1" },
    toBody: () => "MessageSid=SM1&From=%2B14158675309&Body=Hello+you",
    sign: ({ body, secret }) => ({ "x-twilio-signature": signTwilio(secret, TWILIO_URL, String(body)) }),
  },
  "hmac-sha256": {
    ...plain,
    scheme: hmacSha256({ timestampHeader: "x-timestamp" }),
    signatureHeader: "x-webhook-signature",
    timestampHeader: "x-timestamp",
    timed: true,
    beside: { "x-request-id": "1" },
    toBody: json({ type: "thing.done", thing: 1 }),
    sign: ({ body, secret, sentAtMs }) => {
      const timestamp = seconds(sentAtMs);
      return { "x-timestamp": timestamp, "x-webhook-signature": hmac("hex", secret, `${timestamp}.`, body) };
    },
  },
} as const satisfies Record<string, Sender>;

/** For forms whose fields come once each. */
export function signTwilio(secret: string, url: string, form: string): string {
  const fields = [...new URLSearchParams(form)].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac("sha1", secret)
    .update(url + fields.flat().join(""))
    .digest("base64");
}

export function sha256(...parts: readonly Part[]): string {
  return parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
}
