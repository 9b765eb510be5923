import { describe, expect, it } from "vitest";
import { createCanonicalWatch } from "../../../../src/http/forms/canonical-watch.ts";
import { createRandom } from "../../../support/fake-clock.ts";
import { field, file, named, part, toBytes, whole } from "../../../support/multipart.ts";

const LONG = "x".repeat(5_000);

/** The fields that are seen in a body that comes in chunks; null when the body is not canonical. */
function watch(chunks: Iterable<Uint8Array>, boundary = "b"): (readonly [string, string | null])[] | null {
  const fields: (readonly [string, string | null])[] = [];
  const { push, end } = createCanonicalWatch(boundary, (each) => fields.push(each));
  for (const chunk of chunks) if (!push(chunk)) return null;
  return end() ? fields : null;
}

const read = (text: string, boundary?: string) => watch([toBytes(text)], boundary);

function* cut(text: string, nextLength: () => number): Generator<Uint8Array> {
  const bytes = toBytes(text);
  for (let at = 0; at < bytes.length; ) {
    const end = at + nextLength();
    yield bytes.slice(at, end);
    at = end;
  }
}

describe("an upload that goes on as it is", () => {
  it("has its fields read in their order, and of files their names alone", () => {
    const body = whole(
      field("title", "clip"),
      file("file", "a.mp4", LONG),
      field("agent_id", "42"),
      field("empty", ""),
    );
    expect(read(body)).toEqual([
      ["title", "clip"],
      ["file", null],
      ["agent_id", "42"],
      ["empty", ""],
    ]);
  });

  it("has no text read that is too long to be an id", () => {
    expect(read(whole(field("a", "x".repeat(257)), field("b", LONG)))).toEqual([
      ["a", null],
      ["b", null],
    ]);
    expect(read(whole(field("a", "x".repeat(256))))).toEqual([["a", "x".repeat(256)]]);
  });

  it.each([
    ["headers in small letters", 'content-disposition: form-data; name="a"'],
    ["its type first", `Content-Type: video/mp4\r\n${named("a")}; filename="x.mp4"`],
    ["a type with parameters", `${named("a")}; filename="x"\r\nContent-Type: video/mp4; codecs="avc1.42E01E, mp4a"`],
    ["a field with the type of a field", `${named("a")}\r\nContent-Type: text/plain; charset=UTF-8`],
    ["a length that is right", `${named("a")}; filename="x"\r\nContent-Length: 5`],
    ["an encoding that is none", `${named("a")}; filename="x"\r\nContent-Transfer-Encoding: binary`],
    ["a file name of any letters", `${named("a")}; filename="caf\u00c3\u00a9 (1) 'x;y=z' %22.mp4"`],
    ["an empty file name", `${named("a")}; filename=""`],
  ])("may have %s", (_, head) => {
    expect(read(whole(part(head)))).toHaveLength(1);
  });

  it("may end without a line end", () => {
    expect(read(whole(field("a")).slice(0, -2))).toHaveLength(1);
  });

  it("may hold anything in its contents but the boundary", () => {
    const content = `${named("agent_id")}\r\n\r\n43\n--\n--c\r\n-\r\n--\r\n\r--B`;
    expect(read(whole(part(named("a"), content)))).toEqual([["a", content]]);
  });
});

describe("an upload that some parser reads differently", () => {
  it.each([
    ["bare line feeds", whole(field("a")).replaceAll("\r\n", "\n")],
    ["a head that ends in a bare LF", whole(part('Content-Disposition: form-data; name="agent_id"\nX-A: b\n\n42'))],
    ["a line that ends in a bare LF", whole(`--b\r\n${named("agent_id")}\r\nX-A: b\n\n42\r\n`, field("z", "43"))],
    ["a bare CR in a head", whole(part(`X: 1\r${named("a")}`))],
    ["a second name inside of its name", whole(field("x; name=agent_id", "43"))],
    ["a name in a coding of mail", whole(field("=?utf-8?B?YWdlbnRfaWQ=?=", "43"))],
    ["a second name inside of a file name", whole(file("a", "x; name=agent_id", "43"))],
    ["a line without a colon", whole(part(`${named("a")}\r\nagent_id`))],
    ["a header that is not known", whole(part(`${named("a")}\r\nX-A: b`))],
    ["a part with an id", whole(part(`${named("a")}\r\nContent-ID: agent_id`))],
    ["a disposition that stands twice", whole(part(`${named("a")}\r\n${named("agent_id")}`))],
    ["a type that stands twice", whole(part(`${named("a")}; filename=""\r\nContent-Type: a/b\r\ncontent-type: a/b`))],
    ["a folded header", whole(part('Content-Disposition: form-data;\r\n name="a"'))],
    ["a line folded behind the name", whole(part(`${named("a")}\r\n\t; filename="x"`))],
    ["a name without quotes", whole(part("Content-Disposition: form-data; name=a"))],
    ["single quotes", whole(part("Content-Disposition: form-data; name='a'"))],
    ["an empty name", whole(field(""))],
    ["no name", whole(part('Content-Disposition: form-data; filename="a"'))],
    ["two names", whole(part(`${named("a")}; name="agent_id"`))],
    ["the file's name first", whole(part('Content-Disposition: form-data; filename="x"; name="a"'))],
    ["an extended file name", whole(part(`${named("a")}; filename*=UTF-8''x`))],
    ["a parameter that nobody knows", whole(part(`${named("a")}; x="agent_id"`))],
    ["an escape", whole(part(named("agent\\_id")))],
    ["a file name with folders", whole(file("a", "../x.mp4"))],
    ["a control character in a name", whole(field("agent_id\u0000"))],
    ["another disposition", whole(part('Content-Disposition: attachment; name="a"'))],
    ["a blank before the colon", whole(part('Content-Disposition : form-data; name="a"'))],
    ["a blank at a line's end", whole(part(`${named("a")} `))],
    ["no blank behind the colon", whole(part('Content-Disposition:form-data; name="a"'))],
    ["no head at all", `--b\r\n\r\n\r\nvalue\r\n--b--\r\n`],
    ["a field with the type of a file", whole(part(`${named("a")}\r\nContent-Type: application/octet-stream`))],
    ["a field in another charset", whole(part(`${named("a")}\r\nContent-Type: text/plain; charset=utf-7`))],
    ["parts inside a part", whole(part(`${named("a")}; filename="x"\r\nContent-Type: multipart/mixed; boundary=c`))],
    ["a coding", whole(part(`${named("a")}; filename="x"\r\nContent-Transfer-Encoding: base64`))],
    ["a length that is wrong", whole(part(`${named("a")}; filename="x"\r\nContent-Length: 6`))],
    ["a mark of its byte order", `\u00ef\u00bb\u00bf${whole(field("a"))}`],
    ["a line in front", `\r\n${whole(field("a"))}`],
    ["a preamble", `Hello\r\n${whole(field("a"))}`],
    ["another boundary", whole(field("a")).replaceAll("--b", "--c")],
    ["an end that is none", `${field("a")}--b--x\r\n${whole(field("agent_id"))}`],
    ["a part behind the end", `${whole(field("a"))}${whole(field("agent_id"))}`],
    ["anything behind the end", `${whole(field("a"))} `],
    ["a blank behind the boundary", whole(field("a")).replace("--b\r\n", "--b \r\n")],
    ["the boundary behind a bare LF", whole(part(named("a"), `x\n--b\r\n${named("agent_id")}\r\n\r\n43`))],
    ["the boundary in a line", whole(part(named("a"), "x--b"))],
    ["the boundary with more in its line", whole(part(named("a"), "x\r\n--b1"))],
    ["the boundary in a name", whole(file("a", "--b"))],
    ["a content that is missing", `--b\r\n${named("a")}\r\n\r\n--b--\r\n`],
    ["no end", field("a")],
    ["half an end", whole(field("a")).slice(0, -3)],
    ["nothing in it", ""],
    ["a head without an end", `--b\r\n${named("a")}; filename="${LONG}`],
    ["a thousand and one parts", whole(field("a").repeat(1_001))],
  ])("is refused with %s, wherever it is cut", (_, body) => {
    expect(read(body)).toBeNull();
    const cuts = body.length > 2_000 ? [1, 64, 1_000] : body.split("").map((_, index) => index + 1);
    for (const at of cuts) {
      const lengths = [at, body.length];
      expect(watch(cut(body, () => lengths.shift() ?? 1)), `cut at ${at}`).toBeNull();
    }
  });

  it.each(["a,b", "x-boundary=y", "X-BOUNDARY=y", "a b", "a'b", "a:b"])(
    "is refused under a boundary that some parser reads as another: %s",
    (boundary) => {
      expect(read(whole(field("a")).replaceAll("--b", `--${boundary}`), boundary)).toBeNull();
    },
  );

  it("is refused at the byte that is wrong, not at the end", () => {
    const { push } = createCanonicalWatch("b", () => {});
    expect(push(toBytes(`${field("a")}--b\r\n`))).toBe(true);
    expect(push(toBytes('Content-Disposition: form-data; name="agent_id"\nX-A: b\n\n42\r\n\r\n'))).toBe(false);
    expect(push(toBytes(whole(field("a"))))).toBe(false);
  });
});

describe("the way an upload is cut into chunks", () => {
  const boundary = "----b--b";
  const body = whole(
    field("title", "------b--\r\n--\r\n----b--c\r\n-----b--"),
    file("file", "\u00c3\u00a9.mp4", `${LONG}\r\n\r\n----b-${LONG}\r`),
    field("agent_id", "42"),
    field("z", ""),
  ).replace(/^--b(?=\r\n|--\r\n$)/gm, `--${boundary}`);
  const fields = read(body, boundary);

  it("does not matter", () => {
    expect(fields?.map(([name]) => name)).toEqual(["title", "file", "agent_id", "z"]);
    for (const length of [1, 2, 3, 7, 11, 64, 4_096, 1_000_000]) {
      expect(
        watch(
          cut(body, () => length),
          boundary,
        ),
        `${length} bytes each`,
      ).toEqual(fields);
    }
  });

  it("does not matter, however random it is", () => {
    const random = createRandom(5);
    for (let round = 0; round < 60; round += 1) {
      const most = 1 + Math.floor(random() * 100);
      expect(
        watch(
          cut(body, () => 1 + Math.floor(random() * most)),
          boundary,
        ),
        `round ${round}`,
      ).toEqual(fields);
    }
  });
});
