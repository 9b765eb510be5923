/**
 * The services whose webhooks this deployment accepts, at `POST /webhooks/<name>`. Edit freely: remove what you don't
 * use, add your own. The secret of `typeform` is the Worker's secret `TYPEFORM_WEBHOOK_SECRET`; hyphens in a name
 * become underscores. During a rotation `TYPEFORM_WEBHOOK_SECRET_NEXT` is accepted, too. A source without a secret
 * refuses everything.
 */
import { webhookOf } from "../pipelines/define.ts";
import { github } from "../webhooks/schemes/github.ts";
import { hmacSha256 } from "../webhooks/schemes/hmac-sha256.ts";
import { linear } from "../webhooks/schemes/linear.ts";
import { shopify } from "../webhooks/schemes/shopify.ts";
import { slack } from "../webhooks/schemes/slack.ts";
import { standardWebhooks } from "../webhooks/schemes/standard-webhooks.ts";
import { stripe } from "../webhooks/schemes/stripe.ts";
import { twilio } from "../webhooks/schemes/twilio.ts";
import { typeform } from "../webhooks/schemes/typeform.ts";
import type { Sources } from "../webhooks/source.ts";

export const SOURCES = {
  "standard-webhooks": standardWebhooks(),
  github: github(),
  stripe: stripe(),
  slack: slack(),
  // With more than one topic, name them: shopify({ topics: ["orders/create", "orders/paid"] }).
  shopify: shopify(),
  typeform: typeform(),
  linear: linear(),
  // Behind a proxy that changes the URL: twilio({ publicUrl: "https://hooks.example.com/twilio" }).
  twilio: twilio(),
  // For any other sender; the options `header`, `encoding`, `prefix`, `timestampHeader`, … say how it signs.
  "hmac-sha256": hmacSha256(),
} as const satisfies Sources;

/** A trigger for a pipeline. A source that is not above does not compile. */
export const webhook = webhookOf(SOURCES);
