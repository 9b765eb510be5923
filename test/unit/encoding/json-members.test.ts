import { describe, expect, it } from "vitest";
import { scanJsonMembers, sliceJsonValue } from "../../../src/encoding/json-members.ts";

/** The members in short: name, depth, and the value if it is a scalar. */
const scan = (text: string) => scanJsonMembers(text).map(({ name, depth, scalar }) => [name, depth, scalar]);

describe("the members of a JSON text", () => {
  it("are those of the outermost object", () => {
    expect(scan('{"a":"x","b":5}')).toEqual([
      ["a", 1, "x"],
      ["b", 1, "5"],
    ]);
  });

  it("are those of an object inside it, too, and no deeper", () => {
    expect(scan('{"a":{"b":1,"c":{"d":2}},"e":3}')).toEqual([
      ["a", 1, null],
      ["b", 2, "1"],
      ["c", 2, null],
      ["e", 1, "3"],
    ]);
  });

  it("are none of those inside a list", () => {
    expect(scan('{"a":[{"b":1},[{"c":2}]],"d":3}')).toEqual([
      ["a", 1, null],
      ["d", 1, "3"],
    ]);
    expect(scan('[{"a":1}]')).toEqual([]);
  });

  it("are each there when a name is repeated", () => {
    expect(scan('{"a":1,"a":2,"a":{"b":3}}')).toEqual([
      ["a", 1, "1"],
      ["a", 1, "2"],
      ["a", 1, null],
      ["b", 2, "3"],
    ]);
  });

  it("have their names decoded", () => {
    expect(scan(String.raw`{"\u0061gent\u005Fid":1,"a\/b\n\"":2}`)).toEqual([
      ["agent_id", 1, "1"],
      ['a/b\n"', 1, "2"],
    ]);
  });

  it("have strings decoded and numbers as written", () => {
    expect(scan(String.raw`{"a":"\u0041\t","b":-1.50,"c":1e3,"d":12345678901234567890}`)).toEqual([
      ["a", 1, "A\t"],
      ["b", 1, "-1.50"],
      ["c", 1, "1e3"],
      ["d", 1, "12345678901234567890"],
    ]);
  });

  it.each(["true", "false", "null", "{}", "[]", '{"x":1}', "[1]"])("have no scalar for %s", (value) => {
    expect(scan(`{"a":${value}}`)[0]).toEqual(["a", 1, null]);
  });

  it("are not to be confused with strings that look like them", () => {
    expect(scan(String.raw`{"a":"{\"b\":1}","c":["d",":",1]}`)).toEqual([
      ["a", 1, '{"b":1}'],
      ["c", 1, null],
    ]);
  });

  it.each(["", "5", '"a"', "null", "[]", "{}", '["a","b"]'])("are none in %s", (text) => {
    expect(scan(text)).toEqual([]);
  });

  it("know where their values stand", () => {
    const text = ' { "a" : "x\\n" , "b":{"c": 17 } }';
    const values = scanJsonMembers(text).map(({ start, end }) => text.slice(start, end));

    expect(values).toEqual(['"x\\n"', "{", "17"]);
  });

  it("are found however deep the rest is", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;

    expect(scan(`{"a":${deep},"b":1}`)).toEqual([
      ["a", 1, null],
      ["b", 1, "1"],
    ]);
  });
});

describe("the text of a value", () => {
  it.each([['{ "b": [1, {"c": "}"}] }'], ["[]"], ["{}"], ['"a \\" quote"'], ["-1.5e3"], ["true"], ["null"]])(
    "is what stands there, letter by letter: %s",
    (value) => {
      const text = `{"before":{"x":[1]},"a":${value} , "after":{"y":2}}`;
      expect(() => JSON.parse(text)).not.toThrow();
      const start = scanJsonMembers(text).find(({ name }) => name === "a")?.start ?? -1;
      expect(sliceJsonValue(text, start)).toBe(value);
    },
  );

  it("may be nested deeper than any stack", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(sliceJsonValue(`{"a":${deep}}`, 5)).toBe(deep);
  });
});
