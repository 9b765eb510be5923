import { describe, expect, it } from "vitest";
import { redact } from "../../../src/observability/redact.ts";

const GEN_KEY = "gen_pat_9f8e7d6c5b4a39281706";
const CLIENT_KEY = "ge_abcDEF0123_0123456789ABCDEFGHIJabcdefghijZz00AbC9";

describe("a log line", () => {
  it("has every secret taken out, wherever it stands", () => {
    const line = `{"message":"s3cr3t","url":"https://x/?k=s3cr3t&s3cr3t","s3cr3t":1}`;

    expect(redact(line, ["s3cr3t"])).not.toContain("s3cr3t");
    expect(redact(line, ["s3cr3t"]).match(/\[redacted\]/g)).toHaveLength(4);
  });

  it("has all of several secrets taken out", () => {
    expect(redact("a=first b=second", ["second", "first"])).toBe("a=[redacted] b=[redacted]");
  });

  it("has a secret taken out as text, not as a pattern", () => {
    expect(redact("key=a.b$& and axb", ["a.b$&"])).toBe("key=[redacted] and axb");
  });

  it.each([
    ["GEN's key", GEN_KEY],
    ["an older key of GEN", "ref_0123456789abcdef"],
    ["a client's key", CLIENT_KEY],
  ])("has %s taken out that is not among the secrets", (_whose, key) => {
    const line = JSON.stringify({
      message: `refused ${key}`,
      header: `Bearer ${key}`,
      url: `/v1/me?key=${key}&x=1`,
      key,
    });

    expect(redact(line, [])).not.toContain(key);
    expect(JSON.parse(redact(line, []))).toEqual({
      message: "refused [redacted]",
      header: "Bearer [redacted]",
      url: "/v1/me?key=[redacted]&x=1",
      key: "[redacted]",
    });
  });

  it.each([
    ["GEN's key", GEN_KEY],
    ["an older key of GEN", "ref_0123456789abcdef"],
    ["a client's key", CLIENT_KEY],
  ])("has %s taken out behind an escape, though the escape ends in a letter or digit", (_whose, key) => {
    const line = JSON.stringify({ message: `refused:\n${key}`, tab: `\t${key}`, url: `/v1/me?q=%22${key}%22` });

    expect(JSON.parse(redact(line, []))).toEqual({
      message: "refused:\n[redacted]",
      tab: "\t[redacted]",
      url: "/v1/me?q=%22[redacted]%22",
    });
  });

  it.each(['ab"cd"ef', "ab\\cd\\ef", '"abcdefgh"', '"abcdefgh', "\\abcdefgh", "abcdefgh\\"])(
    "has a secret taken out that JSON escapes, and stays JSON: %s",
    (secret) => {
      const line = JSON.stringify({ message: `a ${secret} b`, secret, other: 1 });

      expect(JSON.parse(redact(line, [secret]))).toEqual({
        message: "a [redacted] b",
        secret: "[redacted]",
        other: 1,
      });
    },
  );

  it("has nothing of a key left over", () => {
    expect(redact(`(${CLIENT_KEY})`, [])).toBe("([redacted])");
    expect(redact(`${GEN_KEY},${GEN_KEY}`, [])).toBe("[redacted],[redacted]");
  });

  it.each([
    '{"message":"upstream_cut","operation":"generations.get"}',
    '{"url":"image_generation_pending","href_value":"page_something_long"}',
    '{"request_id":"ge_1234567","key":"gen_pat_…"}',
  ])("is left as it is when no key is in it: %s", (line) => {
    expect(redact(line, [GEN_KEY])).toBe(line);
  });
});
