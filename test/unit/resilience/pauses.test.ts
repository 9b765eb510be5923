import { describe, expect, it } from "vitest";
import { Pauses } from "../../../src/resilience/pauses.ts";

describe("a pause", () => {
  it("holds back its pause group until its end", () => {
    const pauses = new Pauses();
    pauses.pause("generate", 5_000, 100);

    expect(pauses.remaining("generate", 100)).toBe(5_000);
    expect(pauses.remaining("generate", 5_099)).toBe(1);
    expect(pauses.remaining("generate", 5_100)).toBe(0);
    expect(pauses.remaining("generate", 9_999)).toBe(0);
  });

  it("holds back no other pause group", () => {
    const pauses = new Pauses();
    pauses.pause("generate", 5_000, 0);

    expect(pauses.remaining("read", 0)).toBe(0);
  });

  it("lasts 30 s at most", () => {
    const pauses = new Pauses();
    pauses.pause("generate", 3_600_000, 0);

    expect(pauses.remaining("generate", 0)).toBe(30_000);
  });

  it("is not cut short by a shorter one", () => {
    const pauses = new Pauses();
    pauses.pause("generate", 10_000, 0);
    pauses.pause("generate", 1_000, 500);

    expect(pauses.remaining("generate", 500)).toBe(9_500);
  });

  it("is drawn out by a longer one", () => {
    const pauses = new Pauses();
    pauses.pause("generate", 1_000, 0);
    pauses.pause("generate", 10_000, 500);

    expect(pauses.remaining("generate", 500)).toBe(10_000);
  });
});
