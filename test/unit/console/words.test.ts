import { expect, it } from "vitest";
import { describeEntry, describeFailure, toState, WHAT } from "../../../console/calls/words.ts";
import type { StoryWord } from "../../../src/calls/states/story.ts";

/** A word that the console does not know is a type error here. */
const known: Readonly<Record<StoryWord, string>> = WHAT;

it("every entry of a call's story is a sentence, with what came of it", () => {
  expect(Object.values(known).every((text) => /^[A-Z]/.test(text))).toBe(true);
  const at = "2026-11-27T12:00:00.000Z";
  expect(describeEntry({ at, what: "ambiguous", outcome: "503" })).toBe("Not known whether GEN has done it: 503");
  expect(describeEntry({ at, what: "resolved", charged: false })).toBe("Resolved by an operator: it was not charged");
  expect(describeEntry({ at, what: "some_new_word" })).toBe("some new word");
});

it("a call that was carried out and left no trace waits for a person under a name of its own", () => {
  expect(toState({ state: "settled", untraced: true })).toBe("untraced");
  expect(toState({ state: "settled" })).toBe("settled");
});

it("a failure is GEN's status and code, or what happened instead of an answer", () => {
  expect(describeFailure({ status: 422, error_code: "validation_error" })).toBe("422 validation_error");
  expect(describeFailure({ status: 503, error_code: null })).toBe("503");
  expect(describeFailure({ kind: "connection_lost" })).toBe("connection lost");
});
