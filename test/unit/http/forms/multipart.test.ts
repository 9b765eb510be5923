import { describe, expect, it } from "vitest";
import type { FormPart } from "../../../../src/http/forms/form-part.ts";
import { readMultipart } from "../../../../src/http/forms/read-multipart.ts";
import { writeMultipart } from "../../../../src/http/forms/write-multipart.ts";
import { field, file, named, part, toBytes, whole } from "../../../support/multipart.ts";

const read = (text: string, boundary = "b") => readMultipart(toBytes(text), boundary);
const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

/** Each part in short: name, file name, type, content. */
const list = (parts: readonly FormPart[] | null) =>
  parts?.map(({ name, filename, contentType, content }) => [name, filename, contentType, toText(content)]) ?? null;

describe("reading a multipart body", () => {
  it("gives fields and files, in their order, with the bytes of each", () => {
    const content = "\u0000\r\n--\r\n\u00ff--b\r\n\r\n";
    expect(list(read(whole(field("title", "clip"), file("file", "a.mp4", content), field("title", ""))))).toEqual([
      ["title", null, null, "clip"],
      ["file", "a.mp4", "video/mp4", content],
      ["title", null, null, ""],
    ]);
  });

  it.each([
    ["names without quotes, as .NET writes them", "Content-Disposition: form-data; name=a; filename=x.mp4"],
    [
      "a file name in two codings",
      `Content-Disposition: form-data; name=a; filename="=?utf-8?B?eA==?="; filename*=utf-8''x.mp4`,
    ],
    ["an extended file name alone", `${named("a")}; filename*=UTF-8''x.mp4`],
    ["headers in small letters", 'content-disposition:form-data;name="a";filename="x.mp4"'],
    ["its parameters in another order", 'Content-Disposition: form-data; filename="x.mp4"; name="a";'],
    [
      "headers that say nothing",
      `X-A: b\r\n${named("a")}; filename="x.mp4"\r\nContent-Length: 9\r\nContent-Transfer-Encoding: binary`,
    ],
    ["a file name with folders", `${named("a")}; filename="C:\\dir\\x.mp4"`],
    ["a file name with escaped folders", `${named("a")}; filename="../dir\\\\x.mp4"`],
  ])("accepts %s", (_, head) => {
    expect(list(read(whole(part(head))))).toEqual([["a", "x.mp4", null, "value"]]);
  });

  it.each([
    ["an escaped quote", '\\"x\\".mp4'],
    ["a quote as browsers write it", "%22x%22.mp4"],
  ])("accepts %s in a file name", (_, filename) => {
    expect(read(whole(file("a", filename)))?.[0]?.filename).toBe("%22x%22.mp4");
  });

  it.each([
    ["a line end in front", `\r\n${whole(field("a"))}`],
    ["a preamble", `Hello\r\n${whole(field("a"))}`],
    ["an epilogue", `${whole(field("a"))}Bye`],
    ["blanks behind the boundary", whole(field("a")).replaceAll(/--b(?=\r\n)|--b--/g, "$& \t")],
    ["no last line end", whole(field("a")).slice(0, -2)],
    ["a type of a field", whole(part(`${named("a")}\r\nContent-Type: text/plain; charset=ISO-8859-1`))],
  ])("accepts %s", (_, text) => {
    expect(list(read(text))).toEqual([["a", null, null, "value"]]);
  });

  it("accepts a line that only begins like the boundary", () => {
    expect(list(read(whole(part(named("a"), "x\r\n--bc\r\n--b-\r\n--b--x"))))?.[0]?.[3]).toBe(
      "x\r\n--bc\r\n--b-\r\n--b--x",
    );
  });

  it("accepts a body with no parts at all", () => {
    expect(read("--b--\r\n")).toEqual([]);
  });
});

describe("a multipart body that parsers read differently", () => {
  it.each([
    ["with bare line feeds", whole(field("a")).replaceAll("\r\n", "\n")],
    [
      "with a head that ends in a bare LF",
      whole(part('Content-Disposition: form-data; name="agent_id"\nX-A: b\n\n42'), field("z", "43")),
    ],
    ["with a bare LF in a head that ends", whole(part(`${named("agent_id")}\nX-A: b`))],
    ["with a line that ends in a bare LF", whole(`--b\r\n${named("agent_id")}\r\nX-A: b\n\n42\r\n`, field("z", "43"))],
    ["with a bare CR in a head", whole(part(`X: 1\r${named("a")}`))],
    ["with a second name inside of its name", whole(field("x; name=agent_id", "43"))],
    ["with a name in a coding of mail", whole(field("=?utf-8?B?YWdlbnRfaWQ=?=", "43"))],
    ["with a second name inside of a file name", whole(file("a", "x; name=agent_id", "43"))],
    ["with a line without a colon", whole(part(`${named("a")}\r\nagent_id`))],
    ["with a folded header", whole(part('Content-Disposition: form-data;\r\n name="a"'))],
    ["with two dispositions", whole(part(`${named("a")}\r\n${named("agent_id")}`))],
    ["with two names", whole(part(`${named("a")}; name="agent_id"`))],
    ["with an extended name", whole(part(`Content-Disposition: form-data; name*=utf-8''agent_id`))],
    ["with no disposition", whole(part("Content-ID: agent_id"))],
    ["with no name", whole(part("Content-Disposition: form-data"))],
    ["with an empty name", whole(field(""))],
    ["with an escape in a name", whole(field("agent\\_id"))],
    ["with a quote in a name", whole(field('a\\"; x=\\"'))],
    ["with a control character in a name", whole(field("agent_id\u0000"))],
    ["with a control character in a file name", whole(file("a", "x%0a".replace("%0a", "\u0001")))],
    ["with a line end hidden in a file name", whole(part(`${named("a")}; filename*=utf-8''x%0D%0Ay`))],
    ["with a file name in another charset", whole(part(`${named("a")}; filename*=latin1''%e9`))],
    ["with a name that is no UTF-8", whole(field("\u00e9"))],
    ["with a text that is no UTF-8", whole(field("a", "\u00e9"))],
    [
      "with parts inside a part",
      whole(part(`${named("a")}; filename="x"\r\nContent-Type: multipart/mixed; boundary=c`)),
    ],
    ["with a coding", whole(part(`${named("a")}; filename="x"\r\nContent-Transfer-Encoding: base64`))],
    ["with a type that is none", whole(part(`${named("a")}; filename="x"\r\nContent-Type: a/b\u0001`))],
    ["with a mark of its byte order", `\u00ef\u00bb\u00bf${whole(field("a"), field("c"))}`],
    ["with the boundary in its preamble", `\n${whole(field("a"), field("c"))}`],
    ["with a part behind the end", `${whole(field("a"))}${whole(field("agent_id"))}`],
    ["with an end that is none", `${field("a")}--b--x\r\n`],
    ["without an end", field("a")],
    ["without a content", `--b\r\n${named("a")}\r\n\r\n--b--\r\n`],
    ["with nothing in it", ""],
    ["with another boundary", whole(field("a")).replaceAll("--b", "--c")],
    ["with a head without an end", `--b\r\n${"X: y\r\n".repeat(20_000)}`],
    ["with a head that is too long", whole(part(`${"X: y\r\n".repeat(1_000)}${named("a")}`))],
    ["with a thousand and one parts", whole(field("a").repeat(1_001))],
  ])("is refused %s", (_, text) => {
    expect(read(text)).toBeNull();
  });
});

describe("a written multipart body", () => {
  const body = whole(
    field("title", "clip"),
    part("Content-Disposition: form-data; name=f; filename=a.mp4", "\u0000--b"),
  );
  const write = async (text: string, boundary?: string) => writeMultipart(read(text, boundary) ?? []);

  it("has one form: CRLF, names in quotes, a boundary of its own", async () => {
    const { boundary, bytes } = await write(body);
    expect(boundary).toMatch(/^gen-edge-[0-9a-f]{32}$/);
    expect(toText(bytes)).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nclip\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.mp4"\r\n\r\n\u0000--b\r\n--${boundary}--\r\n`,
    );
  });

  it("has the same bytes each time, whatever its boundary was", async () => {
    const other = `Hello\r\n${body.replaceAll(/^--b/gm, "--another")}`;
    expect(await write(other, "another")).toEqual(await write(body));
  });

  it("has other bytes when a name, a file name, a type, a content or the order is another", async () => {
    const forms = [
      whole(file("a", "x", "1"), field("c", "2")),
      whole(field("c", "2"), file("a", "x", "1")),
      whole(file("b", "x", "1"), field("c", "2")),
      whole(file("a", "y", "1"), field("c", "2")),
      whole(file("a", "x", "1"), field("c", "3")),
      whole(file("a", "x", "1").replace("video/mp4", "video/webm"), field("c", "2")),
      whole(file("a", "x", "1"), file("c", "", "2")),
    ];
    const boundaries = await Promise.all(forms.map(async (form) => (await write(form)).boundary));
    expect(new Set(boundaries).size).toBe(forms.length);
  });

  it("is read as it was, and written the same again", async () => {
    const once = await write(body);
    const parts = readMultipart(once.bytes, once.boundary);
    expect(list(parts)).toEqual(list(read(body)));
    expect(await writeMultipart(parts ?? [])).toEqual(once);
  });
});
