import { describe, expect, it } from "vitest";
import { parseTrace } from "../../src/observability/trace.ts";

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
    ["no flags", `00-${TRACE_ID}-${PARENT_ID}`],
    ["more than the version has", `${HEADER}-x`],
    ["blanks around", ` ${HEADER} `],
    ["a line break behind", `${HEADER}\n`],
    ["letters that are no hex digits", `00-${"g".repeat(32)}-${PARENT_ID}-01`],
  ])("is ignored with %s", (_what, header) => {
    expect(parseTrace(header)).toBeNull();
  });
});
