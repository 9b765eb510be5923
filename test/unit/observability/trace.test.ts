import { describe, expect, it } from "vitest";
import { parseTrace } from "../../../src/observability/trace.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT_ID = "00f067aa0ba902b7";
const HEADER = `00-${TRACE_ID}-${PARENT_ID}-01`;

describe("a trace", () => {
  it("keeps its id and its flags", () => {
    const trace = parseTrace(HEADER);

    expect(trace?.traceId).toBe(TRACE_ID);
    expect(trace?.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
  });

  it("goes on with a span of our own, another one each time", () => {
    const spans = [parseTrace(HEADER), parseTrace(HEADER)].map((trace) => trace?.traceparent.split("-")[2]);

    expect(spans).not.toContain(PARENT_ID);
    expect(spans[0]).not.toBe(spans[1]);
  });

  it("stays unsampled when it was", () => {
    expect(parseTrace(`00-${TRACE_ID}-${PARENT_ID}-00`)?.traceparent).toMatch(/-00$/);
  });

  it.each([
    ["no header", null],
    ["nothing in it", ""],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${PARENT_ID}-01`],
    ["a parent id of zeros", `00-${TRACE_ID}-${"0".repeat(16)}-01`],
    ["capitals", HEADER.toUpperCase()],
    ["a short trace id", `00-${TRACE_ID.slice(1)}-${PARENT_ID}-01`],
    ["the forbidden version", `ff-${TRACE_ID}-${PARENT_ID}-01`],
    ["the forbidden version, and more", `ff-${TRACE_ID}-${PARENT_ID}-01-x`],
    ["a later version that is too short", `01-${TRACE_ID}-${PARENT_ID}-0`],
    ["a later version with more than flags and no hyphen", `01-${TRACE_ID}-${PARENT_ID}-01x`],
    ["a version of one digit", `1-${TRACE_ID}-${PARENT_ID}-01`],
    ["no flags", `00-${TRACE_ID}-${PARENT_ID}`],
    ["more than the version has", `${HEADER}-x`],
    ["blanks around", ` ${HEADER} `],
    ["a line break behind", `${HEADER}\n`],
    ["letters that are no hex digits", `00-${"g".repeat(32)}-${PARENT_ID}-01`],
  ])("is ignored with %s", (_what, header) => {
    expect(parseTrace(header, "a=1")).toBeNull();
  });

  it.each(["01-IDS-01", "cc-IDS-01-what the future brings", "fe-IDS-03-", "09-IDS-fd-x-y"])(
    "is read as the first version when it is of a later one: %s",
    (header) => {
      const trace = parseTrace(header.replace("IDS", `${TRACE_ID}-${PARENT_ID}`));

      expect(trace?.traceId).toBe(TRACE_ID);
      expect(trace?.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-0[13]$`));
    },
  );
});

describe("what other systems say of a trace", () => {
  const state = (header: string | null) => parseTrace(HEADER, header)?.tracestate;

  it.each([
    ["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"],
    ["fw529a3039@dt=FfAA,a/b*c_-=x y!", "fw529a3039@dt=FfAA,a/b*c_-=x y!"],
    ["a=1, b=2 ,,\tc=3,", "a=1,b=2,c=3"],
  ])("goes on as it came: %s", (header, told) => {
    expect(state(header)).toBe(told);
  });

  it.each([
    ["nothing", null],
    ["no entries", " , "],
    ["an entry without a value", "a=1,b="],
    ["an entry without a sign", "a=1,b"],
    ["a name in capitals", "A=1"],
    ["two signs", "a=1=2"],
    ["letters beyond ASCII", "a=é"],
    ["more than 32 entries", Array.from({ length: 33 }, (_, index) => `k${index}=1`).join()],
    ["a value of more than 256 characters", `a=${"x".repeat(257)}`],
  ])("is left out when there is %s", (_what, header) => {
    expect(state(header)).toBeNull();
    expect(parseTrace(HEADER, header)?.traceId).toBe(TRACE_ID);
  });

  it("is cut between entries at 512 characters: the first ones are the newest", () => {
    const entries = Array.from({ length: 5 }, (_, index) => `k${index}=${"x".repeat(125)}`);
    expect(state(entries.join())).toBe(entries.slice(0, 3).join());
  });
});
