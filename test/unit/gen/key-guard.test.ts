import { describe, expect, it } from "vitest";
import { KeyGuard } from "../../../src/gen/key-guard.ts";

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

  it("is forgotten once the key is taken", () => {
    const guard = new KeyGuard();
    guard.rejected(0);
    guard.accepted(1);
    expect(guard.isRejected(1)).toBe(false);
  });
});

describe("a check of GEN's key", () => {
  it("is made by one caller at a time, and by another after 10 s without an outcome", () => {
    const guard = new KeyGuard();
    expect([guard.beginCheck(0), guard.beginCheck(0), guard.beginCheck(9_999)]).toEqual([true, false, false]);
    expect(guard.beginCheck(10_000)).toBe(true);
  });

  it("is not made again for 30 s after it has found the key good", () => {
    const guard = new KeyGuard();
    guard.beginCheck(0);
    guard.accepted(1_000);
    expect([guard.beginCheck(30_999), guard.beginCheck(31_000)]).toEqual([false, true]);
  });

  it("is not made again for 30 s after it has found the key refused", () => {
    const guard = new KeyGuard();
    guard.beginCheck(0);
    guard.rejected(1_000);
    expect([guard.beginCheck(30_999), guard.beginCheck(31_000)]).toEqual([false, true]);
  });
});
