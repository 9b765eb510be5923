import { expect, it } from "vitest";
import { parseGeneration } from "../../../src/pipelines/steps/parse-generation.ts";

it("a generation is read with its status, result, reason and the addresses of what was made", () => {
  const body = {
    status: "failed",
    result: [1],
    failed_reason: "No face",
    output_resources: [{ url: "https://a/1" }, { url: null }, {}, { url: "https://a/2" }],
  };
  expect(parseGeneration("7", JSON.stringify(body))).toEqual({
    id: "7",
    status: "failed",
    result: [1],
    urls: ["https://a/1", "https://a/2"],
    failedReason: "No face",
  });
});

it.each([{}, { output_resources: null, failed_reason: null, result: null }])(
  "a generation has nothing to tell when its members are %j",
  (members) => {
    const expected = { id: "7", status: "completed", result: null, urls: [], failedReason: null };
    expect(parseGeneration("7", JSON.stringify({ status: "completed", ...members }))).toEqual(expected);
  },
);

it.each([null, "", "<html>", "[]", '{"id":7}', '{"status":3}'])(
  "a body that is no generation has the status unknown: %j",
  (text) => {
    expect(parseGeneration("7", text)).toEqual({
      id: "7",
      status: "unknown",
      result: null,
      urls: [],
      failedReason: null,
    });
  },
);
