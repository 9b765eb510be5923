/** The examples that vendors publish. If we had misread what they sign, our own signers would have the same mistake. */
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { github } from "../../../../src/webhooks/schemes/github.ts";
import { hmacSha256 } from "../../../../src/webhooks/schemes/hmac-sha256.ts";
import type { Scheme } from "../../../../src/webhooks/schemes/scheme.ts";
import { shopify } from "../../../../src/webhooks/schemes/shopify.ts";
import { slack } from "../../../../src/webhooks/schemes/slack.ts";
import { standardWebhooks } from "../../../../src/webhooks/schemes/standard-webhooks.ts";
import { stripe } from "../../../../src/webhooks/schemes/stripe.ts";
import { twilio } from "../../../../src/webhooks/schemes/twilio.ts";
import { verifyDelivery } from "../../../../src/webhooks/source.ts";

interface Example {
  readonly secret: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly at?: number;
  readonly url?: string;
}

function judge(scheme: Scheme, { secret, headers, body, at = 0, url = "https://example.com/" }: Example) {
  const delivery = { headers: new Headers(headers), url, body: new Uint8Array(Buffer.from(body)) };
  return verifyDelivery(scheme, delivery, { secrets: [secret], now: at * 1_000 });
}

describe("Standard Webhooks", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const body = '{"test": 2432232314}';

  // The reference libraries' tests: github.com/standard-webhooks/standard-webhooks, libraries/.
  it("the reference libraries' example is taken", async () => {
    const headers = {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    expect(await judge(standardWebhooks(), { secret, headers, body, at: 1614265330 })).toEqual({
      kind: "verified",
      deliveryId: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      eventType: null,
      payload: { test: 2432232314 },
    });
  });

  it("what the reference library signs is taken", async () => {
    const signature = new Webhook(secret).sign("msg_1", new Date(1_700_000_000_000), body);
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": "1700000000", "webhook-signature": signature };
    expect(await judge(standardWebhooks(), { secret, headers, body, at: 1_700_000_000 })).toMatchObject({
      deliveryId: "msg_1",
    });
  });
});

describe("GitHub", () => {
  // docs.github.com, "Validating webhook deliveries", "Testing the webhook payload validation". Its body is no JSON.
  it("the guide's example is signed as the guide says", async () => {
    const headers = {
      "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    };
    const example = { secret: "It's a Secret to Everybody", headers, body: "Hello, World!" };
    expect(await judge(github(), example)).toEqual({ kind: "unreadable" });
    expect(await judge(github(), { ...example, body: "Hello, World?" })).toMatchObject({ why: "bad_signature" });
  });
});

describe("Slack", () => {
  // docs.slack.dev, "Verifying requests from Slack".
  it("the guide's example is taken", async () => {
    const headers = {
      "x-slack-request-timestamp": "1531420618",
      "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    };
    const body =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V" +
      "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
      "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
      "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const example = { secret: "8f742231b10e8888abcd99yyyzzz85a5", headers, body, at: 1531420618 };
    expect(await judge(slack(), example)).toMatchObject({
      kind: "verified",
      eventType: "/webhook-collect",
      payload: { user_name: "roadrunner", text: "" },
    });
  });
});

describe("Stripe", () => {
  // github.com/stripe/stripe-dotnet, src/StripeTests: EventUtilityTest.cs and Resources/event_test_signature.json.
  it("its library's example is taken", async () => {
    const headers = {
      "stripe-signature":
        "t=1533204620,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7," +
        "v0=63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef",
    };
    const event = {
      id: "evt_123",
      object: "event",
      account: "acct_123",
      api_version: "2017-05-25",
      created: 1533204620,
      data: {
        object: {
          id: "cus_123",
          object: "customer",
          created: 123456789,
          email: "test@stripe.com",
          livemode: false,
          metadata: {},
        },
      },
      livemode: false,
      pending_webhooks: 1,
      request: { id: "req_123", idempotency_key: "idempotency-key-123" },
      type: "customer.created",
    };
    const body = `${JSON.stringify(event, null, 2)}\n`;
    expect(await judge(stripe(), { secret: "webhook_secret", headers, body, at: 1533204720 })).toEqual({
      kind: "verified",
      deliveryId: "evt_123",
      eventType: "customer.created",
      payload: event,
    });
  });
});

describe("Shopify", () => {
  // github.com/Shopify/shopify-api-php, tests/Webhooks/RegistryTest.php.
  it("its library's example is taken", async () => {
    const headers = {
      "x-shopify-hmac-sha256": "/Redz4YXHLnSmmSN8grr5/Jl/Ua3d7yX3iWbjb8R8wo=",
      "x-shopify-topic": "PRODUCTS_UPDATE",
    };
    expect(await judge(shopify(), { secret: "steffi", headers, body: '{"foo":"bar"}' })).toMatchObject({
      kind: "verified",
      eventType: "PRODUCTS_UPDATE",
    });
  });
});

describe("Twilio", () => {
  // twilio.com/docs/usage/security, and github.com/twilio/twilio-node, spec/validation.spec.js.
  const secret = "12345";
  const page = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const form = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
  const json = '{"property": "value", "boolean": true}';
  const hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

  it.each([
    ["a form", page, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
    ["a form, signed with the port", page, form, "kvajT1Ptam85bY51eRf/AJRuM3w="],
    ["a form, signed without the port", page.replace(".com", ".com:1234"), form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
    ["a port of http", "http://mycompany.com:1234/myapp.php?foo=1&bar=2", form, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="],
    ["http, signed with the port", page.replace("https", "http"), form, "0ZXoZLH/DfblKGATFgpif+LLRf4="],
    ["marks in the URL", `${page}&Body=It's+amazing`, form, "dsq4Ehbj6cs+KdTkpF5sSSplOWw="],
    [
      "a field that comes often",
      page,
      "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234",
      "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
    ],
    ["JSON", `${page}&bodySHA256=${hash}`, json, "a9nBmqA0ju/hNViExpshrM61xv4="],
    [
      "JSON and no other query",
      `https://mycompany.com/myapp.php?bodySHA256=${hash}`,
      json,
      "y77kIzt2vzLz71DgmJGsen2scGs=",
    ],
  ])("the guide's and its library's examples are taken: %s", async (_, url, body, signature) => {
    const headers = { "x-twilio-signature": signature };
    expect(await judge(twilio(), { secret, headers, url, body })).toMatchObject({ kind: "verified" });
  });
});

describe("HMAC-SHA256", () => {
  // RFC 4231, test case 2.
  it("the standard's example is signed as the standard says", async () => {
    const headers = { "x-webhook-signature": "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" };
    const body = "what do ya want for nothing?";
    expect(await judge(hmacSha256(), { secret: "Jefe", headers, body })).toEqual({ kind: "unreadable" });
  });
});
