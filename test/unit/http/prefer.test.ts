import { describe, expect, it } from "vitest";
import { parseWait } from "../../../src/http/prefer.ts";

describe("Prefer: wait", () => {
  it.each([
    ["wait=10", 10],
    ["WAIT=10", 10],
    ["wait = 10", 10],
    ['wait="10"', 10],
    ["respond-async, wait=10", 10],
    ["wait=10, respond-async", 10],
    ["respond-async,wait=10,return=minimal", 10],
    ["wait=10; x=y", 10],
    ["  wait=10  ", 10],
  ])("is read from %s", (header, seconds) => {
    expect(parseWait(header, 60)).toBe(seconds);
  });

  it.each([
    ["wait=0", 1],
    ["wait=1", 1],
    ["wait=59", 59],
    ["wait=60", 60],
    ["wait=61", 60],
    ["wait=999999999", 60],
    ["wait=9999999999", 60],
    [`wait=${"9".repeat(400)}`, 60],
    ["wait=0000000000010", 10],
  ])("is brought into the range from 1 s to the maximum: %s", (header, seconds) => {
    expect(parseWait(header, 60)).toBe(seconds);
  });

  it("is whole seconds, though the maximum is not", () => {
    expect(parseWait("wait=10", 2.9)).toBe(2);
    expect(parseWait("wait=10", 0.5)).toBe(1);
  });

  it("takes the first of two", () => {
    expect(parseWait("wait=5, wait=9", 60)).toBe(5);
  });

  it.each([
    null,
    "",
    "wait",
    "wait=",
    "wait=soon",
    "wait=-1",
    "wait=1.5",
    "wait=5s",
    "await=5",
    "x-wait=5",
    "respond-async",
  ])("is not applied when the header is %s", (header) => {
    expect(parseWait(header, 60)).toBeNull();
  });
});
