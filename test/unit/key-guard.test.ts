import { describe, expect, it } from "vitest";
import { KeyGuard } from "../../src/gen/key-guard.ts";

describe("a refusal of GEN's key", () => {
  it("is remembered for 30 s, and no longer", () => {
    const guard = new KeyGuard();
    guard.rejected(1_000);

    expect(guard.isRejected(1_000)).toBe(true);
    expect(guard.isRejected(30_999)).toBe(true);
    expect(guard.isRejected(31_000)).toBe(false);
  });

  it("is remembered anew when it comes again", () => {
    const guard = new KeyGuard();
    guard.rejected(0);
    guard.rejected(40_000);

    expect(guard.isRejected(69_999)).toBe(true);
    expect(guard.isRejected(70_000)).toBe(false);
  });

  it("is not remembered before it came", () => {
    expect(new KeyGuard().isRejected(0)).toBe(false);
  });
});
