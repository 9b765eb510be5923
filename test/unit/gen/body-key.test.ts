import { describe, expect, it } from "vitest";
import { readBodyKey, setBodyKey } from "../../../src/gen/body-key.ts";

describe("the idempotency key in a body", () => {
  it.each([
    ['{"idempotency_key":"k-1"}', "k-1"],
    ['{"a":1, "idempotency_key" : "k-1"}', "k-1"],
    ['{"idempotency\\u005fkey":"k-1"}', "k-1"],
    ['{"idempotency_key":17}', "17"],
    ['{"idempotency_key":""}', ""],
  ])("is read from %s", (text, key) => {
    expect(readBodyKey(text)).toBe(key);
  });

  it.each([
    "",
    "{}",
    '{"a":{"idempotency_key":"k"}}',
    '[{"idempotency_key":"k"}]',
    '{"idempotency_key":null}',
    '{"idempotency_key":{"idempotency_key":"k"}}',
    '{"Idempotency_Key":"k"}',
  ])("is not in %s", (text) => {
    expect(readBodyKey(text)).toBeNull();
  });
});

describe("setting the idempotency key in a body", () => {
  it.each([
    ["", '{"idempotency_key":"k"}'],
    [" \n", '{"idempotency_key":"k"}'],
    ["{}", '{"idempotency_key":"k"}'],
    [" { } ", ' {"idempotency_key":"k" } '],
    ['{"a":1}', '{"idempotency_key":"k","a":1}'],
    ['\n{ "a": {"idempotency_key": "x"} }', '\n{"idempotency_key":"k", "a": {"idempotency_key": "x"} }'],
  ])("adds it in front when there is none: %j", (text, changed) => {
    expect(setBodyKey(text, "k")).toBe(changed);
  });

  it.each([
    ['{"idempotency_key":"old"}', '{"idempotency_key":"k"}'],
    ['{"a":1, "idempotency_key" : "old" , "b":[ ]}', '{"a":1, "idempotency_key" : "k" , "b":[ ]}'],
    ['{"idempotency_key":17}', '{"idempotency_key":"k"}'],
    ['{"idempotency\\u005fkey":"o\\"ld"}', '{"idempotency\\u005fkey":"k"}'],
  ])("puts it in the place of another: %j", (text, changed) => {
    expect(setBodyKey(text, "k")).toBe(changed);
  });

  it("leaves every other byte as it was", () => {
    const text = '{ "n": 1.0e2,\t"n": 12345678901234567890, "s": "\\u00e9é\\/", "idempotency_key": "old" }';

    expect(setBodyKey(text, "k")).toBe(text.replace('"old"', '"k"'));
  });

  it("writes a key that holds quotes and dollar signs as it is", () => {
    expect(JSON.parse(setBodyKey('{"idempotency_key":"x","a":1}', '"$&\\') ?? "")).toEqual({
      idempotency_key: '"$&\\',
      a: 1,
    });
  });

  it.each([
    ["a list", "[]"],
    ["a list of objects", '[{"a":1}]'],
    ["a number", "5"],
    ["a string", '"{"'],
    ["null", "null"],
    ["an object that has it twice", '{"idempotency_key":"a","idempotency_key":"b"}'],
    ["an object that has it twice, once disguised", '{"idempotency_key":"a","idempotency\\u005fkey":"b"}'],
    ["an object that holds something else there", '{"idempotency_key":{"a":1}}'],
    ["an object that holds null there", '{"idempotency_key":null}'],
  ])("is refused for %s", (_what, text) => {
    expect(setBodyKey(text, "k")).toBeNull();
  });
});
