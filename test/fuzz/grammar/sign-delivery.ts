/** Signs webhooks as their senders do, so that a delivery is wrong only in what the case has changed. */
import { createHmac } from "node:crypto";
import type { Header } from "./shot.ts";

export interface Delivery {
  readonly body: Buffer;
  readonly secret: string;
  /** The URL as the Worker sees it, which Twilio signs. */
  readonly url: string;
  readonly id: string;
}

type Sign = (delivery: Delivery, seconds: string) => readonly Header[];

const mac = (secret: string | Buffer, ...parts: readonly (string | Buffer)[]) =>
  parts.reduce((hmac, part) => hmac.update(part), createHmac("sha256", secret));

/** Signs for the sources listed here. Deliveries of others are sent unsigned. */
const SIGNS: ReadonlyMap<string, Sign> = new Map<string, Sign>(
  Object.entries({
    "standard-webhooks": ({ body, secret, id }, seconds) => {
      const key = Buffer.from(secret.replace("whsec_", ""), "base64");
      return [
        ["webhook-id", id],
        ["webhook-timestamp", seconds],
        ["webhook-signature", `v1,${mac(key, `${id}.${seconds}.`, body).digest("base64")}`],
      ];
    },
    github: ({ body, secret }) => [["x-hub-signature-256", `sha256=${mac(secret, body).digest("hex")}`]],
    stripe: ({ body, secret }, seconds) => [
      ["stripe-signature", `t=${seconds},v1=${mac(secret, `${seconds}.`, body).digest("hex")}`],
    ],
    slack: ({ body, secret }, seconds) => [
      ["x-slack-request-timestamp", seconds],
      ["x-slack-signature", `v0=${mac(secret, `v0:${seconds}:`, body).digest("hex")}`],
    ],
    shopify: ({ body, secret }) => [["x-shopify-hmac-sha256", mac(secret, body).digest("base64")]],
    typeform: ({ body, secret }) => [["typeform-signature", `sha256=${mac(secret, body).digest("base64")}`]],
    linear: ({ body, secret }) => [["linear-signature", mac(secret, body).digest("hex")]],
    twilio: ({ body, secret, url }) => {
      const fields = [...new URLSearchParams(body.toString())].sort(([a], [b]) => (a < b ? -1 : 1));
      const signature = createHmac("sha1", secret).update(url + fields.flat().join(""));
      return [["x-twilio-signature", signature.digest("base64")]];
    },
    "hmac-sha256": ({ body, secret }) => [["x-webhook-signature", mac(secret, body).digest("hex")]],
  } satisfies Record<string, Sign>),
);

export function signDelivery(source: string, delivery: Delivery, nowMs: number): readonly Header[] {
  return SIGNS.get(source)?.(delivery, String(Math.floor(nowMs / 1_000))) ?? [];
}
