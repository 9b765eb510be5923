/**
 * The services that send webhooks, signing as their guides say. It uses nothing of the Worker: its HMACs and helpers
 * are its own.
 */
import { createHash, createHmac, randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";

export interface Mail {
  readonly body: string | Uint8Array;
  readonly secret: string;
  readonly sentAtMs: number;
  /** A part of the body that differs for each event. */
  readonly id: string;
  /** The URL that it is sent to: Twilio signs it. */
  readonly url: string;
}

export interface Sender {
  readonly secret: string;
  readonly otherSecret: string;
  readonly signatureHeader: string;
  readonly timestampHeader?: string;
  /** Whether a time is signed, in a header or in the body. */
  readonly timed: boolean;
  readonly format: "json" | "form";
  /** The acknowledgement that it expects. Where no body is given: the runs, as JSON. */
  readonly acknowledged: { readonly status: number; readonly body?: string; readonly contentType?: string | null };
  /** Headers that the sender adds and does not sign. */
  readonly beside: Readonly<Record<string, string>>;
  readonly toBody: (sentAtMs: number, id: string) => string;
  readonly sign: (mail: Mail) => Record<string, string>;
}

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A delivery as the sender makes it: sent now, of a new event. */
export function write(sender: Sender, url: string, changes: Partial<Mail> = {}): Post {
  const now = { secret: sender.secret, sentAtMs: Date.now(), id: randomUUID(), url, ...changes };
  const mail = { body: sender.toBody(now.sentAtMs, now.id), ...now };
  return { url, headers: { ...sender.beside, ...sender.sign(mail) }, body: mail.body };
}

type Part = string | Uint8Array;

export function hmac(encoding: "hex" | "base64", key: Part, ...parts: readonly Part[]): string {
  return parts.reduce((mac, part) => mac.update(part), createHmac("sha256", key)).digest(encoding);
}

const seconds = (ms: number) => String(Math.floor(ms / 1_000));

const plain = {
  secret: "a-secret-of-32-characters-or-so.",
  otherSecret: "another-secret-altogether",
  format: "json",
  acknowledged: { status: 202 },
} as const;

export const SENDERS = {
  "standard-webhooks": {
    ...plain,
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    otherSecret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    signatureHeader: "webhook-signature",
    timestampHeader: "webhook-timestamp",
    timed: true,
    beside: { "user-agent": "sender/1" },
    toBody: () => JSON.stringify({ type: "row.created", data: { id: 5 } }),
    sign: ({ body, secret, sentAtMs, id }) => ({
      "webhook-id": `msg_${id}`,
      "webhook-timestamp": seconds(sentAtMs),
      "webhook-signature": signStandard(secret, { id: `msg_${id}`, sentAtMs, body }),
    }),
  },
  github: {
    ...plain,
    signatureHeader: "x-hub-signature-256",
    timed: false,
    beside: { "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "x-github-event": "issues" },
    toBody: (_, id) => JSON.stringify({ action: "opened", issue: { number: 7, node_id: id } }),
    sign: ({ body, secret }) => ({ "x-hub-signature-256": `sha256=${hmac("hex", secret, body)}` }),
  },
  stripe: {
    ...plain,
    secret: "whsec_of-stripe-it-is-not-base64",
    otherSecret: "whsec_another-of-stripe",
    signatureHeader: "stripe-signature",
    timed: true,
    beside: { "user-agent": "Stripe/1.0" },
    toBody: (_, id) => JSON.stringify({ id: `evt_${id}`, object: "event", type: "charge.succeeded" }),
    sign: ({ body, secret, sentAtMs }) => {
      const timestamp = seconds(sentAtMs);
      return { "stripe-signature": `t=${timestamp},v1=${hmac("hex", secret, `${timestamp}.`, body)}` };
    },
  },
  slack: {
    ...plain,
    acknowledged: { status: 200, body: "", contentType: null },
    signatureHeader: "x-slack-signature",
    timestampHeader: "x-slack-request-timestamp",
    timed: true,
    beside: { "x-slack-retry-num": "1", "content-type": "application/json" },
    toBody: (_, id) => JSON.stringify({ type: "event_callback", event_id: `Ev${id}`, event: { type: "app_mention" } }),
    sign: ({ body, secret, sentAtMs }) => {
      const timestamp = seconds(sentAtMs);
      const signature = `v0=${hmac("hex", secret, `v0:${timestamp}:`, body)}`;
      return { "x-slack-request-timestamp": timestamp, "x-slack-signature": signature };
    },
  },
  shopify: {
    ...plain,
    signatureHeader: "x-shopify-hmac-sha256",
    timed: false,
    beside: {
      "x-shopify-topic": "orders/create",
      "x-shopify-webhook-id": "b54557e4",
      "x-shopify-event-id": "98880550",
    },
    toBody: (_, id) => JSON.stringify({ id: 820982911946154500, name: `#${id}`, financial_status: "paid" }),
    sign: ({ body, secret }) => ({ "x-shopify-hmac-sha256": hmac("base64", secret, body) }),
  },
  typeform: {
    ...plain,
    signatureHeader: "typeform-signature",
    timed: false,
    beside: { "user-agent": "Typeform Webhooks" },
    toBody: (_, id) => JSON.stringify({ event_id: `01KBYWTTXW${id}`, event_type: "form_response", form_response: {} }),
    sign: ({ body, secret }) => ({ "typeform-signature": `sha256=${hmac("base64", secret, body)}` }),
  },
  linear: {
    ...plain,
    acknowledged: { status: 200 },
    signatureHeader: "linear-signature",
    timed: true,
    beside: {
      "linear-delivery": "234d1a4e-b617-4388-90fe-adc3633d6b72",
      "linear-event": "Issue",
      "linear-timestamp": "1",
    },
    toBody: (sentAtMs, id) =>
      JSON.stringify({ type: "Issue", data: { id }, webhookTimestamp: sentAtMs, webhookId: "w" }),
    sign: ({ body, secret }) => ({ "linear-signature": hmac("hex", secret, body) }),
  },
  twilio: {
    ...plain,
    acknowledged: { status: 200, body: "<Response/>", contentType: "text/xml" },
    format: "form",
    signatureHeader: "x-twilio-signature",
    timed: false,
    beside: { "i-twilio-idempotency-token": "a5f1", "content-type": "application/x-www-form-urlencoded" },
    toBody: (_, id) => `MessageSid=SM${id}&From=%2B14158675309&Body=Hello+you`,
    sign: ({ body, secret, url }) => ({ "x-twilio-signature": signTwilio(secret, url, String(body)) }),
  },
  "hmac-sha256": {
    ...plain,
    signatureHeader: "x-webhook-signature",
    timed: false,
    beside: { "x-request-id": "1" },
    toBody: (_, id) => JSON.stringify({ type: "thing.done", thing: id }),
    sign: ({ body, secret }) => ({ "x-webhook-signature": hmac("hex", secret, body) }),
  },
} as const satisfies Record<string, Sender>;

export type SourceName = keyof typeof SENDERS;

/** The library signs text only. */
function signStandard(secret: string, { id, sentAtMs, body }: Pick<Mail, "id" | "sentAtMs" | "body">): string {
  if (typeof body === "string") return new Webhook(secret).sign(id, new Date(sentAtMs), body);
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  return `v1,${hmac("base64", key, `${id}.${seconds(sentAtMs)}.`, body)}`;
}

/** Signs forms in which each field comes once. */
export function signTwilio(secret: string, url: string, form: string): string {
  const fields = [...new URLSearchParams(form)].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac("sha1", secret)
    .update(url + fields.flat().join(""))
    .digest("base64");
}

export function sha256(...parts: readonly Part[]): string {
  return parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
}
