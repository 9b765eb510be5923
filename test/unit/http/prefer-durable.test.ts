import { describe, expect, it } from "vitest";
import { parseWait, prefers } from "../../../src/http/prefer.ts";

describe.each(["respond-async", "return=representation"] as const)("Prefer: %s", (preference) => {
  const upper = preference.toUpperCase();

  it.each([
    preference,
    upper,
    `  ${preference}  `,
    `wait=10, ${preference}`,
    `${preference}, wait=10`,
    `${preference},wait=10,handling=lenient`,
    `handling=lenient; x=y, ${preference}`,
    `${preference}; foo=bar`,
  ])("is read from %s", (header) => {
    expect(prefers(header, preference)).toBe(true);
  });

  it.each([null, "", "wait=10", `x-${preference}`, `${preference}-please`, `not ${preference}`, "return=minimal"])(
    "is not applied when the header is %s",
    (header) => {
      expect(prefers(header, preference)).toBe(false);
    },
  );
});

describe("preferences together", () => {
  const header = 'respond-async, wait=10, return="representation"';

  it("are all read from one header", () => {
    expect(prefers(header, "respond-async")).toBe(true);
    expect(prefers(header, "return=representation")).toBe(true);
    expect(parseWait(header, 60)).toBe(10);
  });
});
