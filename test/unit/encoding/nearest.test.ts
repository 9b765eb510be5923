import { describe, expect, it } from "vitest";
import { findNearest } from "../../../src/encoding/nearest.ts";

const NAMES = ["MAX_ATTEMPTS", "MAX_WAIT_MS", "GEN_API_KEY", "GEN_BASE_URL", "NOTIFY_URL"];
const TYPES = ["text", "image_from_text", "video_from_text", "video_from_image", "song", "render"];

describe("the nearest word", () => {
  it.each([
    ["one letter left out", "MAX_ATEMPTS", NAMES, "MAX_ATTEMPTS"],
    ["one letter too many", "NOTIFY_URLL", NAMES, "NOTIFY_URL"],
    ["another letter", "NOTIFY_URI", NAMES, "NOTIFY_URL"],
    ["two letters swapped", "GEN_API_KYE", NAMES, "GEN_API_KEY"],
    ["other case", "gen_base_url", NAMES, "GEN_BASE_URL"],
    ["an underscore left out", "GEN_BASEURL", NAMES, "GEN_BASE_URL"],
    ["a short word with one mistake", "txt", TYPES, "text"],
    ["a beginning", "MAX_WAIT", NAMES, "MAX_WAIT_MS"],
    ["an end", "attempts", NAMES, "MAX_ATTEMPTS"],
    ["the beginning of several: the first", "video", TYPES, "video_from_text"],
  ])("is found for %s", (_what, given, words, nearest) => {
    expect(findNearest(given, words)).toBe(nearest);
  });

  it.each([
    ["a word of its own", "PUBLIC_NAME", NAMES],
    ["too short a word with two mistakes", "txx", TYPES],
    ["too short a beginning", "GEN", NAMES],
    ["nothing", "", NAMES],
    ["anything, when there are no words", "text", []],
  ])("is none for %s", (_what, given, words) => {
    expect(findNearest(given, words)).toBeNull();
  });

  it("is the one with the fewest mistakes, wherever it stands", () => {
    expect(findNearest("video_from_texd", ["video_from_tent_", "video_from_text"])).toBe("video_from_text");
  });
});
