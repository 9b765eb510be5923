import { describe, expect, it } from "vitest";
import { hmacSha256 } from "../../../../src/webhooks/schemes/hmac-sha256.ts";
import type { Scheme } from "../../../../src/webhooks/schemes/scheme.ts";
import { standardWebhooks } from "../../../../src/webhooks/schemes/standard-webhooks.ts";
import { twilio } from "../../../../src/webhooks/schemes/twilio.ts";
import { verifyDelivery } from "../../../../src/webhooks/source.ts";
import { type JudgedSender, judge, NOW, SENDERS, send, withHeaders } from "../../../support/judged-senders.ts";
import { hmac, sha256, signTwilio } from "../../../support/senders.ts";

const malformed = { kind: "refused", why: "malformed_signature" };
const bad = { kind: "refused", why: "bad_signature" };

it.each<[string, JudgedSender, string, string]>([
  ["GitHub", SENDERS.github, "sha256=", "sha512="],
  ["Typeform", SENDERS.typeform, "sha256=", "sha512="],
  ["Slack", SENDERS.slack, "v0=", "v1="],
])("a signature of %s under the name of another algorithm is refused", async (_, sender, name, other) => {
  const delivery = send(sender);
  const signature = delivery.headers.get(sender.signatureHeader) ?? "";
  const renamed = withHeaders(delivery, { [sender.signatureHeader]: signature.replace(name, other) });
  expect(await judge(sender, renamed)).toEqual(malformed);
});

describe("Standard Webhooks", () => {
  const sender = SENDERS["standard-webhooks"];
  const good = send(sender).headers.get("webhook-signature") ?? "";
  const other = `v1,${Buffer.alloc(32).toString("base64")}`;
  const signedAs = (list: string) => judge(sender, withHeaders(send(sender), { "webhook-signature": list }));

  it("take one good signature among several", async () => {
    expect(await signedAs(`${other} ${good}`)).toMatchObject({ kind: "verified" });
    expect(await signedAs(`${good} ${other}`)).toMatchObject({ kind: "verified" });
    expect(await signedAs(`${other} ${other}`)).toEqual(bad);
  });

  it("pass over signatures of versions that they don't know", async () => {
    expect(await signedAs(`v1a,${"A".repeat(88)} ${good}`)).toMatchObject({ kind: "verified" });
    expect(await signedAs(good.replace("v1", "v2"))).toEqual(malformed);
    expect(await signedAs(good.replace("v1", "v1a"))).toEqual(malformed);
  });

  it("try eight signatures at most", async () => {
    expect(await signedAs(`${`${other} `.repeat(7)}${good}`)).toMatchObject({ kind: "verified" });
    expect(await signedAs(`${`${other} `.repeat(8)}${good}`)).toEqual(malformed);
  });

  it("come under the names that the sender uses", async () => {
    const headers = new Headers(
      [...send(sender).headers].map(([name, value]) => [name.replace("webhook-", "svix-"), value]),
    );
    const delivery = { ...send(sender), headers };
    const terms = { secrets: [sender.secret], now: NOW };
    expect(await verifyDelivery(standardWebhooks({ prefix: "svix" }), delivery, terms)).toMatchObject({
      deliveryId: "msg_1",
    });
  });

  it("take a secret without its prefix, and open nothing with one that is not base64", async () => {
    expect(await judge(sender, send(sender), [sender.secret.replace("whsec_", "")])).toMatchObject({
      kind: "verified",
    });
    expect(await judge(sender, send(sender), ["whsec_not base64"])).toEqual({ kind: "refused", why: "no_secret" });
  });
});

describe("Stripe", () => {
  const sender = SENDERS.stripe;
  const [time = "", good = ""] = (send(sender).headers.get("stripe-signature") ?? "").split(",");
  const other = `v1=${"0".repeat(64)}`;
  const signedAs = (items: readonly string[]) =>
    judge(sender, withHeaders(send(sender), { "stripe-signature": items.join(",") }));

  it("takes one good signature among several, in any order", async () => {
    expect(await signedAs([time, other, good])).toMatchObject({ kind: "verified" });
    expect(await signedAs([good, other, time])).toMatchObject({ kind: "verified" });
    expect(await signedAs([time, other, other])).toEqual(bad);
  });

  it("passes over v0, good or not", async () => {
    expect(await signedAs([time, good, "v0=garbage"])).toMatchObject({ kind: "verified" });
    expect(await signedAs([time, good.replace("v1", "v0")])).toEqual(malformed);
  });

  it("tries eight signatures at most", async () => {
    expect(await signedAs([time, ...Array(7).fill(other), good])).toMatchObject({ kind: "verified" });
    expect(await signedAs([time, ...Array(8).fill(other), good])).toEqual(malformed);
  });

  it.each<[string, readonly string[]]>([
    ["missing", [good]],
    ["given twice", [time, time, good]],
    ["no number", ["t=now", good]],
  ])("is refused when its time is %s", async (_, items) => {
    expect(await signedAs(items)).toEqual(malformed);
  });

  it("is refused when its time was changed", async () => {
    expect(await signedAs([`t=${NOW / 1_000 + 1}`, good])).toEqual(bad);
  });

  it("runs nothing for the test of a destination", async () => {
    const body = '{"id":"evt_1","type":"v2.core.event_destination.ping"}';
    expect(await judge(sender, send(sender, { body }))).toEqual({ kind: "ping" });
  });
});

describe("GitHub", () => {
  const sender = SENDERS.github;

  it("is refused when it signs with SHA-1 alone", async () => {
    const delivery = withHeaders(send(sender), {
      "x-hub-signature-256": null,
      "x-hub-signature": `sha1=${"0".repeat(40)}`,
    });
    expect(await judge(sender, delivery)).toEqual({ kind: "refused", why: "unsigned" });
  });

  it("may send its JSON in a form", async () => {
    const body = `payload=${encodeURIComponent('{"action":"opened"}')}`;
    expect(await judge(sender, send(sender, { body }))).toMatchObject({
      eventType: "issues",
      payload: { action: "opened" },
    });
    expect(await judge(sender, send(sender, { body: "action=opened" }))).toEqual({ kind: "unreadable" });
    expect(await judge(sender, send(sender, { body: `${body}&action=closed` }))).toEqual({ kind: "unreadable" });
  });

  it("is known to ping by what it signs, not by a header", async () => {
    const ping = send(sender, { body: '{"zen":"Keep it logically awesome.","hook_id":1}' });
    expect(await judge(sender, withHeaders(ping, { "x-github-event": "push" }))).toEqual({ kind: "ping" });
    const event = withHeaders(send(sender), { "x-github-event": "ping" });
    expect(await judge(sender, event)).toMatchObject({ kind: "verified" });
  });
});

describe("Slack", () => {
  const sender = SENDERS.slack;
  const say = (body: string, changes = {}) => judge(sender, send(sender, { body, ...changes }));

  it("is sent back its challenge", async () => {
    const body = '{"type":"url_verification","token":"t","challenge":"3eZbrw1aBm2rZgRN"}';
    const contentType = "text/plain; charset=utf-8";
    expect(await say(body)).toEqual({ kind: "challenge", body: "3eZbrw1aBm2rZgRN", contentType });
  });

  it("is not sent back a challenge that it has not signed, or an old one", async () => {
    const body = '{"type":"url_verification","challenge":"x"}';
    expect(await say(body, { secret: sender.otherSecret })).toEqual(bad);
    expect(await say(body, { sentAtMs: NOW - 301_000 })).toEqual({ kind: "refused", why: "stale" });
    expect(await say('{"type":"url_verification","challenge":{}}')).toEqual({ kind: "unreadable" });
  });

  it("is thanked for a check of the certificate, and nothing runs", async () => {
    expect(await say("ssl_check=1&token=t")).toEqual({ kind: "ping" });
  });

  it("names the event within the envelope", async () => {
    expect(await say(sender.toBody(NOW, "1"))).toMatchObject({
      eventType: "app_mention",
      payload: { event_id: "Ev1" },
    });
  });

  it("sends clicks as JSON in a form", async () => {
    const click = `payload=${encodeURIComponent('{"type":"block_actions","trigger_id":"1"}')}`;
    expect(await say(click)).toMatchObject({ eventType: "block_actions", payload: { trigger_id: "1" } });
  });

  it("runs nothing when its JSON is broken", async () => {
    expect(await say('{"type":"event_callback"')).toEqual({ kind: "unreadable" });
  });
});

describe("Linear", () => {
  it.each(["{}", '{"webhookTimestamp":"1700000000000"}', '{"webhookTimestamp":null}', '{"webhookTimestamp":1e999}'])(
    "runs nothing without the time in its body: %s",
    async (body) => {
      expect(await judge(SENDERS.linear, send(SENDERS.linear, { body }))).toEqual({ kind: "unreadable" });
    },
  );
});

describe("Twilio", () => {
  const sender = SENDERS.twilio;
  const json = '[{"type":"com.twilio.messaging.message.sent"}]';
  const verify = (scheme: Scheme, url: string, body: string, signature: string) => {
    const headers = new Headers({ "x-twilio-signature": signature, "content-type": "application/json" });
    const delivery = { headers, url, body: new Uint8Array(Buffer.from(body)) };
    return verifyDelivery(scheme, delivery, { secrets: [sender.secret], now: NOW });
  };

  it("is refused at another URL than the signed one", async () => {
    expect(await judge(sender, { ...send(sender), url: "https://hooks.example.com/webhooks/twilio?tenant=8" })).toEqual(
      bad,
    );
  });

  it("signs the public URL, whatever a proxy makes of it", async () => {
    const publicUrl = "https://public.example.com/in";
    const scheme = twilio({ publicUrl });
    const signature = signTwilio(sender.secret, `${publicUrl}?tenant=7`, "Body=x");
    const inside = "http://10.0.0.1:8787/webhooks/twilio";
    expect(await verify(scheme, `${inside}?tenant=7`, "Body=x", signature)).toMatchObject({ payload: { Body: "x" } });
    expect(await verify(twilio(), `${inside}?tenant=7`, "Body=x", signature)).toEqual(bad);
    const bare = signTwilio(sender.secret, publicUrl, "Body=x");
    expect(await verify(scheme, inside, "Body=x", bare)).toMatchObject({ kind: "verified" });
  });

  it("refuses all when the public URL is none", async () => {
    expect(
      await verify(twilio({ publicUrl: "nowhere" }), send(sender).url, "Body=x", signTwilio(sender.secret, "", "")),
    ).toEqual(bad);
  });

  it("is refused when JSON is not what the URL says", async () => {
    const url = `https://hooks.example.com/?bodySHA256=${sha256(json)}`;
    const signature = signTwilio(sender.secret, url, "");
    expect(await verify(twilio(), url, json, signature)).toMatchObject({ payload: JSON.parse(json) });
    expect(await verify(twilio(), url, `${json} `, signature)).toEqual(bad);
  });

  it("runs nothing when its body is not UTF-8", async () => {
    const url = "https://hooks.example.com/";
    const headers = new Headers({ "x-twilio-signature": signTwilio(sender.secret, url, "") });
    const delivery = { headers, url, body: new Uint8Array([0x61, 0x3d, 0xff]) };
    expect(await judge(sender, delivery)).toEqual({ kind: "unreadable" });
  });
});

describe("a sender of one's own", () => {
  const secret = "a secret";
  const verify = (scheme: Scheme, headers: Record<string, string>, body: string) =>
    verifyDelivery(
      scheme,
      { headers: new Headers(headers), url: "https://example.com/", body: new Uint8Array(Buffer.from(body)) },
      { secrets: [secret], now: NOW },
    );

  it("is described by header, encoding and prefix", async () => {
    const scheme = hmacSha256({ header: "X-Sig", encoding: "base64", prefix: "hmac " });
    const body = '{"type":"done"}';
    expect(await verify(scheme, { "x-sig": `hmac ${hmac("base64", secret, body)}` }, body)).toMatchObject({
      eventType: "done",
    });
    expect(await verify(scheme, { "x-sig": hmac("base64", secret, body) }, body)).toEqual(malformed);
  });

  it("may sign its time with a separator of its own", async () => {
    const scheme = hmacSha256({ timestampHeader: "x-time", separator: ":" });
    const time = String(NOW / 1_000);
    const headers = { "x-time": time, "x-webhook-signature": hmac("hex", secret, `${time}:`, "{}") };
    expect(await verify(scheme, headers, "{}")).toMatchObject({ kind: "verified" });
    expect(await verify(hmacSha256({ timestampHeader: "x-time" }), headers, "{}")).toEqual(bad);
  });

  it("may send forms, whose fields reach no prototype", async () => {
    const body = "event=done&__proto__=x&event=again";
    const scheme = hmacSha256({ format: "form", typeField: "event" });
    const verdict = await verify(scheme, { "x-webhook-signature": hmac("hex", secret, body) }, body);
    expect(verdict).toMatchObject({ eventType: "again" });
    expect(Object.entries("payload" in verdict ? (verdict.payload as object) : {})).toEqual([
      ["event", "again"],
      ["__proto__", "x"],
    ]);
  });
});
