import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createHeaders } from "../../../src/notifications/delivery/sign.ts";

const OLD = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const NEXT = `whsec_${Buffer.alloc(64, 201).toString("base64")}`;
const MESSAGE = { id: "msg_0123456789abcdef", body: '{"type":"generation.settled","data":{"text":"Ünïcödé ✓ 動画"}}' };

describe("the signature of a message", () => {
  it("is the one of the Standard Webhooks library", async () => {
    const headers = await createHeaders(MESSAGE, { secrets: [OLD], at: 1_674_087_231_999 });

    expect(headers).toEqual({
      "webhook-id": MESSAGE.id,
      "webhook-timestamp": "1674087231",
      "webhook-signature": new Webhook(OLD).sign(MESSAGE.id, new Date(1_674_087_231_000), MESSAGE.body),
    });
  });

  it("is taken by a receiver of either secret while the secret is being changed", async () => {
    const headers = await createHeaders(MESSAGE, { secrets: [OLD, NEXT], at: Date.now() });

    expect(headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of [OLD, NEXT])
      expect(new Webhook(secret).verify(MESSAGE.body, headers)).toEqual(JSON.parse(MESSAGE.body));
  });

  it("is refused by a receiver of another secret, and for another body, id or time", async () => {
    const at = Date.now();
    const headers = await createHeaders(MESSAGE, { secrets: [OLD], at });
    const verify = (secret: string, body: string, change = {}) => {
      return () => new Webhook(secret).verify(body, { ...headers, ...change });
    };

    expect(verify(NEXT, MESSAGE.body)).toThrow();
    expect(verify(OLD, `${MESSAGE.body} `)).toThrow();
    expect(verify(OLD, MESSAGE.body, { "webhook-id": "msg_other" })).toThrow();
    expect(verify(OLD, MESSAGE.body, { "webhook-timestamp": String(Math.floor(at / 1_000) - 1) })).toThrow();
  });
});
