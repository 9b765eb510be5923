import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createClientKey, formatClientKey, hashSecret, parseClientKey } from "../../../src/access/client-key.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const KEY = { id: "abcDEF0123", secret: "0123456789ABCDEFGHIJabcdefghijZz" };
const TEXT = formatClientKey(KEY);

/** Computes the check with another implementation of CRC-32: six digits, the most significant first. */
function computeCheck(text: string): string {
  let check = "";
  for (let rest = crc32(text); check.length < 6; rest = Math.floor(rest / 62)) check = DIGITS[rest % 62] + check;
  return check;
}

describe("a client key", () => {
  it("is ge_, the id, the secret and a CRC-32 of both", () => {
    const check = computeCheck(`${KEY.id}_${KEY.secret}`);

    expect(TEXT).toBe(`ge_${KEY.id}_${KEY.secret}${check}`);
  });

  it("has the same check everywhere, for sums beyond 31 bits too", () => {
    const ids = Array.from({ length: 100 }, (_, index) => String(index).padStart(10, "0"));
    const checks = ids.map((id) => formatClientKey({ id, secret: KEY.secret }).slice(-6));

    expect(checks).toEqual(ids.map((id) => computeCheck(`${id}_${KEY.secret}`)));
  });

  it("has a check of six digits, small numbers too", () => {
    const small = Array.from({ length: 100_000 }, (_, index) => String(index).padStart(10, "0")).find(
      (id) => crc32(`${id}_${KEY.secret}`) < 62 ** 4,
    );
    const text = formatClientKey({ id: small ?? "", secret: KEY.secret });

    expect(text.slice(-6)).toMatch(/^00/);
    expect(parseClientKey(text)).toEqual({ id: small, secret: KEY.secret });
  });

  it("reads back as it was made", () => {
    const made = createClientKey();

    expect(formatClientKey(made)).toMatch(/^ge_[0-9A-Za-z]{10}_[0-9A-Za-z]{38}$/);
    expect(parseClientKey(formatClientKey(made))).toEqual(made);
  });

  it("is never made twice", () => {
    const made = Array.from({ length: 1_000 }, createClientKey);

    expect(new Set(made.map(({ id }) => id)).size).toBe(1_000);
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(1_000);
  });
});

/** The texts that are accepted as a key, though they are not the key that was made. */
const findTaken = (texts: readonly string[]) => texts.filter((text) => text !== TEXT && parseClientKey(text) !== null);

const PLACES = [...TEXT].map((_, at) => at);

describe("a key that this code did not make", () => {
  it("is refused when any one character was changed", () => {
    const changed = PLACES.flatMap((at) =>
      [...DIGITS, "_", "-", " ", "é"].map((digit) => TEXT.slice(0, at) + digit + TEXT.slice(at + 1)),
    );

    expect(new Set(changed).size).toBe(TEXT.length * (DIGITS.length + 3) + 1);
    expect(findTaken(changed)).toEqual([]);
  });

  it("is refused when any one character is missing or doubled", () => {
    const missing = PLACES.map((at) => TEXT.slice(0, at) + TEXT.slice(at + 1));
    const doubled = PLACES.map((at) => TEXT.slice(0, at + 1) + TEXT.slice(at));

    expect(findTaken([...missing, ...doubled])).toEqual([]);
  });

  it("is refused when any two adjacent characters have changed places", () => {
    const swapped = PLACES.map((at) => TEXT.slice(0, at) + TEXT.charAt(at + 1) + TEXT.charAt(at) + TEXT.slice(at + 2));

    expect(findTaken(swapped)).toEqual([]);
  });

  it.each([
    ["nothing", ""],
    ["GEN's", "gen_pat_0123456789abcdef0123456789abcdef"],
    ["one with a blank in front", ` ${TEXT}`],
    ["one with a line break behind", `${TEXT}\n`],
    ["two", `${TEXT}${TEXT}`],
    ["one in capitals", TEXT.toUpperCase()],
    ["a very long one", `ge_${KEY.id}_${"a".repeat(100_000)}`],
  ])("is refused when it is %s", (_what, text) => {
    expect(parseClientKey(text)).toBeNull();
  });
});

describe("what is kept of a secret", () => {
  it("is its SHA-256 in hex", async () => {
    expect(await hashSecret("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
