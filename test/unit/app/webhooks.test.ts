import { describe, expect, it } from "vitest";
import { SOURCES, webhook } from "../../../src/app/webhooks.ts";

describe("a pipeline's webhook trigger", () => {
  it("is for a source of this deployment", () => {
    expect(webhook("typeform")).toMatchObject({ kind: "webhook", source: "typeform" });
    expect(Object.keys(SOURCES)).toContain("typeform");
  });

  it("does not compile for a source that is not there, and throws where nobody has compiled it", () => {
    // @ts-expect-error: the type check fails when this compiles.
    expect(() => webhook("typefrom")).toThrow('"typefrom" is no webhook source');
  });
});
