import { describe, expect, it } from "vitest";
import { hasDoubledDisposition } from "../../src/access/part-headers.ts";

const ONE = 'Content-Disposition: form-data; name="a"\r\n';
const judge = (body: string, contentType = "multipart/form-data; boundary=A") =>
  hasDoubledDisposition(new TextEncoder().encode(body), contentType);

describe("the headers of a multipart body's parts", () => {
  it.each([
    ["one part", `--A\r\n${ONE}\r\n1\r\n--A--`],
    ["two parts", `--A\r\n${ONE}\r\n1\r\n--A\r\n${ONE}\r\n2\r\n--A--`],
    ["a file full of them", `--A\r\n${ONE}\r\n${ONE}${ONE}\r\n--A--`],
    ["none", ""],
  ])("name the part once: %s", (_, body) => {
    expect(judge(body)).toBe(false);
  });

  it.each([
    ["twice", `--A\r\n${ONE}${ONE}\r\n1\r\n--A--`],
    ["twice, in other letters", `--A\r\n${ONE}${ONE.toUpperCase()}\r\n1\r\n--A--`],
    ["twice in the second part", `--A\r\n${ONE}\r\n1\r\n--A\r\n${ONE}${ONE}\r\n1\r\n--A--`],
    ["twice, without an end", `--A\r\n${ONE}${ONE}`],
  ])("may not name it %s", (_, body) => {
    expect(judge(body)).toBe(true);
  });

  it("are found behind a boundary in quotes, too", () => {
    expect(judge(`--A b\r\n${ONE}${ONE}\r\n1`, 'multipart/form-data; boundary="A b"')).toBe(true);
  });
});
