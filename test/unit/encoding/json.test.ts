import { describe, expect, it } from "vitest";
import {
  isJson,
  parseJson,
  parseJsonBytes,
  parseJsonOrThrow,
  toJsonText,
  writeJson,
  writeObject,
} from "../../../src/encoding/json.ts";

const LONG = "6687881544318117707";

describe("a JSON text that is read and written again", () => {
  it.each([
    `{"seed":${LONG}}`,
    `{"deep":[[{"id":-${LONG}}],9007199254740993]}`,
    "9007199254740992",
    "-9007199254740992",
    "123456789012345678901234567890",
    '{"id":9007199254740991,"price":19.99,"name":"9007199254740993"}',
    `{"__proto__":{"id":${LONG}},"é":null,"list":[]}`,
  ])("keeps the digits of its whole numbers: %s", (text) => {
    expect(writeJson(parseJson(text))).toBe(text);
    expect(toJsonText(parseJsonBytes(new TextEncoder().encode(text)))).toBe(text);
  });

  it("has numbers where a double holds them, and a BigInt where it does not", () => {
    expect(parseJson("[9007199254740991,9007199254740992,-0,1e3,1.5,0.1]")).toEqual([
      9007199254740991,
      9007199254740992n,
      -0,
      1_000,
      1.5,
      0.1,
    ]);
  });

  it("is read however deep it is nested, and however long a number in it", () => {
    const deep = `${"[".repeat(100_000)}${LONG}${"]".repeat(100_000)}`;
    expect(Array.isArray(parseJson(deep))).toBe(true);
    expect(parseJson("9".repeat(1_000_000))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("what is no JSON", () => {
  it.each(["", "{", "NaN", `{"id":${LONG}`, `0${LONG}`])("is null, or an error: %s", (text) => {
    expect(parseJson(text)).toBeNull();
    expect(isJson(text)).toBe(false);
    expect(() => parseJsonOrThrow(text)).toThrow(SyntaxError);
  });

  it("can't be written: a BigInt that would be read as a number, a circle, nothing", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect([1n, 9007199254740991n, { n: -1n }, circle, undefined].map(toJsonText)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(() => writeJson({ n: 1n })).toThrow(TypeError);
  });
});

describe("an object with members that are JSON already", () => {
  it("has them as they came, behind the others; what is undefined is left out", () => {
    const written = { generation: `{ "seed": ${LONG},\n "scale": 1.0 }` };
    expect(writeObject({ id: 1, 'a"b': "c", gone: undefined, n: 9007199254740993n }, written)).toBe(
      `{"id":1,"a\\"b":"c","n":9007199254740993,"generation":{ "seed": ${LONG},\n "scale": 1.0 }}`,
    );
    expect(writeObject({}, {})).toBe("{}");
  });
});
