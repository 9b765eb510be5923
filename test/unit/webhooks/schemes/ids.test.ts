import { describe, expect, it } from "vitest";
import { hmacSha256 } from "../../../../src/webhooks/schemes/hmac-sha256.ts";
import { shopify } from "../../../../src/webhooks/schemes/shopify.ts";
import { type JudgedSender, judge, NOW, SENDERS, send, withHeaders } from "../../../support/judged-senders.ts";
import { hmac, sha256, signTwilio } from "../../../support/senders.ts";

const bodyHash = (sender: JudgedSender) => sha256(sender.toBody(NOW, "1"));
const idOf = async (sender: JudgedSender, changes = {}) => {
  const verdict = await judge(sender, send(sender, changes));
  return verdict.kind === "verified" ? verdict.deliveryId : verdict.kind;
};

describe("the id of a delivery", () => {
  it.each<[string, JudgedSender, string]>([
    ["webhook-id, which Standard Webhooks signs", SENDERS["standard-webhooks"], "msg_1"],
    ["the hash of GitHub's body", SENDERS.github, bodyHash(SENDERS.github)],
    ["id in Stripe's body", SENDERS.stripe, "evt_1"],
    ["event_id in Slack's body", SENDERS.slack, "Ev1"],
    ["the hash of Shopify's body", SENDERS.shopify, bodyHash(SENDERS.shopify)],
    ["event_id in Typeform's body", SENDERS.typeform, "01KBYWTTXW1"],
    [
      "the hash of Linear's body without its time",
      SENDERS.linear,
      sha256('{"type":"Issue","data":{"id":"1"},"webhookId":"w"}'),
    ],
    [
      "the hash of what Twilio signs",
      SENDERS.twilio,
      sha256("https://hooks.example.com/webhooks/twilio?tenant=7BodyHello youFrom+14158675309MessageSidSM1"),
    ],
    ["the hash of any other sender's body", SENDERS["hmac-sha256"], bodyHash(SENDERS["hmac-sha256"])],
  ])("is %s", async (_, sender, id) => {
    expect(await idOf(sender)).toBe(id);
  });

  it.each<[string, JudgedSender, string]>([
    ["a command of Slack's", SENDERS.slack, "command=%2Fidea&trigger_id=1.2.3"],
    ["a click of Slack's", SENDERS.slack, `payload=${encodeURIComponent('{"type":"block_actions","trigger_id":"1"}')}`],
    ["Slack's word on too many events", SENDERS.slack, '{"type":"app_rate_limited","minute_rate_limited":1}'],
  ])("is the body's hash where there is no other: %s", async (_, sender, body) => {
    expect(await idOf(sender, { body })).toBe(sha256(body));
  });

  it.each<[string, string]>([
    ['{"id":7}', "7"],
    ['{"id":-1.5}', "-1.5"],
    ['{"id":6687881544318117707}', "6687881544318117707"],
    ['{"id":" é "}', " é "],
    [JSON.stringify({ id: "x".repeat(256) }), "x".repeat(256)],
  ])("is a string or a number, with all its digits: %s", async (body, id) => {
    expect(await idOf(SENDERS.stripe, { body })).toBe(id);
  });

  it.each<[JudgedSender, string, string]>([
    [SENDERS.stripe, '{"type":"a"}', "id"],
    [SENDERS.stripe, '{"id":null}', "id"],
    [SENDERS.stripe, '{"id":true}', "id"],
    [SENDERS.stripe, '{"id":["evt_1"]}', "id"],
    [SENDERS.stripe, '{"id":1e999}', "id"],
    [SENDERS.slack, '{"type":"event_callback","event_id":""}', "event_id"],
    [SENDERS.typeform, '{"event_id":""}', "event_id"],
    [SENDERS.typeform, JSON.stringify({ event_id: "x".repeat(257) }), "event_id"],
    [SENDERS.typeform, '{"__proto__":{"event_id":"1"}}', "event_id"],
  ])("is never something else where it is missing", async (sender, body, missing) => {
    expect(await judge(sender, send(sender, { body }))).toEqual({ kind: "unreadable", missing });
  });

  it("can't be changed in webhook-id without the signature", async () => {
    const { "standard-webhooks": sender } = SENDERS;
    const verdict = await judge(sender, withHeaders(send(sender), { "webhook-id": "msg_2" }));
    expect(verdict).toEqual({ kind: "refused", why: "bad_signature" });
  });

  it.each(["", "msg_1, msg_1", "msg.1", "msg 1", "é", "x".repeat(257)])(
    "is refused in webhook-id unless it is short, visible and without a full stop: “%s”",
    async (id) => {
      const { "standard-webhooks": sender } = SENDERS;
      const verdict = await judge(sender, withHeaders(send(sender), { "webhook-id": id }));
      expect(verdict).toEqual({ kind: "refused", why: "malformed_signature" });
    },
  );

  it("differs between Linear's changes of one thing", async () => {
    const changedAt = (createdAt: string) => ({
      body: JSON.stringify({ type: "Issue", createdAt, webhookTimestamp: NOW }),
    });
    const [first, second] = [await idOf(SENDERS.linear, changedAt("1")), await idOf(SENDERS.linear, changedAt("2"))];
    expect(first).not.toBe(second);
  });

  it("differs between the states of one message of Twilio", async () => {
    const sent = await idOf(SENDERS.twilio, { body: "MessageSid=SM1&MessageStatus=sent" });
    expect(await idOf(SENDERS.twilio, { body: "MessageSid=SM1&MessageStatus=delivered" })).not.toBe(sent);
  });

  it("is the same for bodies that Twilio's signature can't tell apart", async () => {
    const sender = SENDERS.twilio;
    const body = "Digits=1&From=2";
    const signature = signTwilio(sender.secret, send(sender).url, body);
    const replay = { ...send(sender), body: new Uint8Array(Buffer.from("From=2&Digits=1")) };
    const shifted = { ...send(sender), body: new Uint8Array(Buffer.from("Digits1=From2")) };
    for (const delivery of [replay, shifted]) {
      const verdict = await judge(sender, withHeaders(delivery, { "x-twilio-signature": signature }));
      expect(verdict).toMatchObject({ kind: "verified", deliveryId: await idOf(sender, { body }) });
    }
  });

  describe("where the owner names a member", () => {
    const sign = ({ body, secret }: { body: string | Uint8Array; secret: string }) => ({
      "x-webhook-signature": hmac("hex", secret, body),
    });
    const create = (format: "json" | "form"): JudgedSender => {
      return { ...SENDERS["hmac-sha256"], scheme: hmacSha256({ idField: "eventId", format }), sign };
    };

    it.each([
      ["json", '{"eventId":"E1"}', "E1"],
      ["json", '{"eventId":17,"attempt":1}', "17"],
      ["json", '{"eventId":9007199254740993}', "9007199254740993"],
      ["form", "attempt=2&eventId=17", "17"],
    ] as const)("is that member, in %s: %s", async (format, body, id) => {
      expect(await idOf(create(format), { body })).toBe(id);
    });

    it.each([
      ["json", '{"id":"E1"}'],
      ["json", '{"eventId":{"id":1}}'],
      ["json", '["eventId"]'],
      ["form", "attempt=2"],
      ["form", "eventId="],
    ] as const)("is nothing else when that member is missing, in %s: %s", async (format, body) => {
      const sender = create(format);
      expect(await judge(sender, send(sender, { body }))).toEqual({ kind: "unreadable", missing: "eventId" });
    });
  });
});

describe("Shopify's topics", () => {
  const topics = ["orders/create", "orders/paid"];
  const sender: JudgedSender = { ...SENDERS.shopify, scheme: shopify({ topics }) };
  const under = (topic: string | null) => judge(sender, withHeaders(send(sender), { "x-shopify-topic": topic }));

  it("tell events with one body apart, once they are named", async () => {
    const [created, paid] = [await under("orders/create"), await under("orders/paid")];
    expect(created).toMatchObject({ kind: "verified", eventType: "orders/create" });
    expect(paid).toMatchObject({ kind: "verified", eventType: "orders/paid" });
    expect(paid).not.toHaveProperty("deliveryId", "deliveryId" in created && created.deliveryId);
  });

  it("run nothing when they are not among the named ones", async () => {
    expect(await under("orders/made-up")).toEqual({ kind: "ping" });
    expect(await under(null)).toEqual({ kind: "ping" });
  });
});
