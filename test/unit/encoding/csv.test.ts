import { describe, expect, it } from "vitest";
import { writeCsv } from "../../../src/encoding/csv.ts";

describe("CSV", () => {
  it("ends each line with CRLF, and leaves out what is not known", () => {
    expect(
      writeCsv([
        ["tag", "spent"],
        ["customer-17", 118.5],
        [null, 0],
      ]),
    ).toBe("tag,spent\r\ncustomer-17,118.5\r\n,0\r\n");
    expect(writeCsv([])).toBe("");
  });

  it.each([
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["two\r\nlines", '"two\r\nlines"'],
    ["plain text", "plain text"],
  ])("puts %j in quotes where RFC 4180 asks for them", (text, cell) => {
    expect(writeCsv([[text]])).toBe(`${cell}\r\n`);
  });

  it.each([
    ['=HYPERLINK("https://x.example","x")', `"'=HYPERLINK(""https://x.example"",""x"")"`],
    ["=1+2", "'=1+2"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", `"'\r=1"`],
    ["\n=1", `"'\n=1"`],
  ])("makes no formula of the text %j", (text, cell) => {
    expect(writeCsv([[text]])).toBe(`${cell}\r\n`);
  });

  it("leaves numbers as they are", () => {
    expect(writeCsv([[-1.5, 0, 1e-6]])).toBe("-1.5,0,0.000001\r\n");
  });
});
