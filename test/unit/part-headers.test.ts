import { describe, expect, it } from "vitest";
import { hasPlainHeaders } from "../../src/access/part-headers.ts";

const ONE = 'Content-Disposition: form-data; name="a"\r\n';
const judge = (body: string, contentType = "multipart/form-data; boundary=A") =>
  hasPlainHeaders(new TextEncoder().encode(body), contentType);

describe("the headers of a multipart body's parts", () => {
  it.each([
    ["of one part", `--A\r\n${ONE}\r\n1\r\n--A--`],
    ["of two parts", `--A\r\n${ONE}\r\n1\r\n--A\r\n${ONE}\r\n2\r\n--A--`],
    ["before a file full of them", `--A\r\n${ONE}\r\n${ONE.repeat(50)}\r\n--A--`],
    ["with a type", `--A\r\n${ONE}Content-Type: image/png\r\n\r\n\u0000\r\n--A--`],
    ["of none", ""],
  ])("are plain: %s", (_, body) => {
    expect(judge(body)).toBe(true);
  });

  it.each([
    ["with two dispositions", `--A\r\n${ONE}${ONE}\r\n1\r\n--A--`],
    ["with two, in other letters", `--A\r\n${ONE}${ONE.toUpperCase()}\r\n1\r\n--A--`],
    ["with two in the second part", `--A\r\n${ONE}\r\n1\r\n--A\r\n${ONE}${ONE}\r\n1\r\n--A--`],
    ["with two, without an end", `--A\r\n${ONE}${ONE}`],
    ["with seventeen others", `--A\r\n${"X: y\r\n".repeat(17)}\r\n1\r\n--A--`],
    ["with seventeen others and bare line feeds", `--A\n${"X: y\n".repeat(17)}\n1\n--A--`],
  ])("are not plain: %s", (_, body) => {
    expect(judge(body)).toBe(false);
  });

  it("are found behind a boundary in quotes, too", () => {
    expect(judge(`--A b\r\n${ONE}${ONE}\r\n1`, 'multipart/form-data; boundary="A b"')).toBe(false);
  });
});
