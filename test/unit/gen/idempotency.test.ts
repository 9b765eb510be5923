import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deriveGenKey, isIdempotencyKey } from "../../../src/gen/idempotency.ts";

describe("the key that GEN is sent", () => {
  it("is the same for the same client and key, and 64 hex digits long", async () => {
    const key = await deriveGenKey("client-1", "order 17");

    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await deriveGenKey("client-1", "order 17")).toBe(key);
  });

  it("never changes between versions: a retry may come after a deployment", async () => {
    const key = createHash("sha256").update("client-1\norder 17").digest("hex");

    expect(await deriveGenKey("client-1", "order 17")).toBe(key);
  });

  it("differs between clients that chose the same key", async () => {
    expect(await deriveGenKey("client-1", "k")).not.toBe(await deriveGenKey("client-2", "k"));
  });

  it("keeps the spaces of a key", async () => {
    expect(await deriveGenKey("c", "k ")).not.toBe(await deriveGenKey("c", "k"));
  });

  it("tells apart where the client ends and the key begins", async () => {
    expect(await deriveGenKey("ab", "c")).not.toBe(await deriveGenKey("a", "bc"));
  });
});

describe("an idempotency key of a caller", () => {
  it.each(["k", "a b", " k ", "~!\"#$%&'()*+,-./:;<=>?@[]^_`{|}", "x".repeat(255)])("may be %j", (key) => {
    expect(isIdempotencyKey(key)).toBe(true);
  });

  it.each(["", " ", "   ", "x".repeat(256), "ké", "k\n", "\tk", "k\u007f", "k\u0000", "🔑"])("may not be %j", (key) => {
    expect(isIdempotencyKey(key)).toBe(false);
  });
});
