import { describe, expect, it } from "vitest";
import { parseContentType, toContentType } from "../../../../src/http/body/content-type.ts";

describe("a content type", () => {
  it.each([
    "application/json",
    "Application/JSON",
    " application/json ",
    "application/json; charset=utf-8",
    "application/json;charset=UTF8",
    'application/json ; Charset="utf-8"',
    "application/json; charset=utf8;",
    "application/json; version=1; charset=utf-8; q",
    'application/json; title="a; charset=latin1, b"',
  ])("is JSON, whatever else it says that does not matter: %s", (header) => {
    expect(parseContentType(header)).toEqual({ mediaType: "json", boundary: "" });
  });

  it.each([
    ["multipart/form-data; boundary=x", "x"],
    ["Multipart/Form-Data;BOUNDARY=Xy", "Xy"],
    ['multipart/form-data; boundary="x"', "x"],
    ["multipart/form-data; boundary=x; charset=UTF-8", "x"],
    ["multipart/form-data; charset=ISO-8859-1; boundary=x", "x"],
    ['multipart/form-data; boundary="----=_Part_1_23.45"', "----=_Part_1_23.45"],
    ["multipart/form-data; boundary=----=_Part_1_23.45", "----=_Part_1_23.45"],
    ['multipart/form-data; boundary="a b"', "a b"],
  ])("is multipart with its one boundary: %s", (header, boundary) => {
    expect(parseContentType(header)).toEqual({ mediaType: "multipart", boundary });
  });

  it.each([
    "",
    ";",
    "text/plain",
    "application/jsonp",
    "application/json; charset=utf-16",
    "application/json; charset=latin1",
    "application/json; charset=utf-8; charset=utf-16",
    'application/json; charset="utf-16"',
    "application/json, text/plain",
    "application/json; a=b, application/x-www-form-urlencoded",
    'application/json; a="b',
    "application/x-www-form-urlencoded; charset=iso-8859-1",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=a b",
    'multipart/form-data; boundary="a "',
    'multipart/form-data; boundary="a\\"b"',
    "multipart/form-data; boundary=a; boundary=b",
    "multipart/form-data; boundary=a; BOUNDARY=b",
    "multipart/form-data; boundary=a, multipart/form-data; boundary=b",
    "multipart/form-data; boundary*=utf-8''a",
    `multipart/form-data; boundary=${"x".repeat(71)}`,
    "multipart/mixed; boundary=x",
  ])("is not accepted: “%s”", (header) => {
    expect(parseContentType(header)).toBeNull();
  });

  it.each([
    ["application/json; charset=utf8", "application/json"],
    ["application/x-www-form-urlencoded;charset=UTF-8", "application/x-www-form-urlencoded"],
    ['multipart/form-data; charset=utf-8; boundary="x-1"', "multipart/form-data; boundary=x-1"],
    ["multipart/form-data; boundary=a=b", 'multipart/form-data; boundary="a=b"'],
  ])("is written anew: %s", (header, written) => {
    const type = parseContentType(header);
    expect(type && toContentType(type)).toBe(written);
  });
});
