import { describe, expect, it } from "vitest";
import { SOURCES } from "../../../src/app/webhooks.ts";
import { fromHex } from "../../../src/encoding/hex.ts";
import { decodeBase64 } from "../../../src/webhooks/schemes/decode.ts";
import { github } from "../../../src/webhooks/schemes/github.ts";
import { checkSecret, type Sources, toSecretNames } from "../../../src/webhooks/source.ts";

describe("the sources of a deployment", () => {
  it("are the nine that are shipped, under names that can stand in a path", () => {
    expect(Object.keys(SOURCES).sort()).toEqual([
      "github",
      "hmac-sha256",
      "linear",
      "shopify",
      "slack",
      "standard-webhooks",
      "stripe",
      "twilio",
      "typeform",
    ]);
    for (const name of Object.keys(SOURCES)) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  it("are never called gen, which is GEN's own", () => {
    // @ts-expect-error
    ({ gen: github() }) satisfies Sources;
  });

  it("have their secrets under their own names", () => {
    expect(toSecretNames("typeform")).toEqual(["TYPEFORM_WEBHOOK_SECRET", "TYPEFORM_WEBHOOK_SECRET_NEXT"]);
    expect(toSecretNames("hmac-sha256")[0]).toBe("HMAC_SHA256_WEBHOOK_SECRET");
  });
});

describe("a secret", () => {
  it.each([
    ["github", "It's a Secret to Everybody"],
    ["stripe", "whsec_abc"],
    ["standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ] as const)("is accepted for %s in that sender's form", (name, secret) => {
    expect(checkSecret(SOURCES[name], secret)).toBeNull();
  });

  it.each([
    ["github", "", "must not be empty"],
    ["github", "secret\n", "white space"],
    ["stripe", "sk_live_abc", "whsec_"],
    ["standard-webhooks", "whsec_", "base64"],
    ["standard-webhooks", "whsec_not base64", "base64"],
    ["standard-webhooks", "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64"],
    ["standard-webhooks", "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64"],
  ] as const)("is refused for %s when it is %j, and never shown", (name, secret, words) => {
    const message = checkSecret(SOURCES[name], secret);
    expect(message).toContain(words);
    if (secret !== "" && secret !== "whsec_") expect(message).not.toContain(secret);
  });
});

describe("an encoding", () => {
  it("is read in full", () => {
    expect(fromHex("00ffAB")).toEqual(new Uint8Array([0, 255, 171]));
    expect(decodeBase64("AP+r/w==")).toEqual(new Uint8Array([0, 255, 171, 255]));
  });

  it.each(["0", "0g", " 00", "00 ", "00\n", "0x00", "٠٠"])("is not hex: %j", (text) => {
    expect(fromHex(text)).toBeNull();
  });

  it.each(["A", "AA", "AAA", "AA=", "A===", "AA==AA==", "AA-_", "AAAA\n", " AAAA", "AA AA", "éAAA"])(
    "is not base64: %j",
    (text) => {
      expect(decodeBase64(text)).toBeNull();
    },
  );
});
