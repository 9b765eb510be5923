import { describe, expect, it } from "vitest";
import { createFieldWatch } from "../../src/access/field-names.ts";
import { createRandom } from "../support/fake-clock.ts";

const MAX_LINE_CHARS = 4_096;
const FILE_CONTENT = "x".repeat(5_000);

const part = (header: string, content = "value") => `--b\r\n${header}\r\n\r\n${content}\r\n`;
const field = (name: string) => part(`Content-Disposition: form-data; name="${name}"`);
const upload = (...parts: string[]) =>
  `${parts.join("")}${part(`Content-Disposition: form-data; name="z"`, FILE_CONTENT)}--b--\r\n`;

/** The names that are seen in a body, chunk by chunk, but for that of the file that ends it. */
function watch(chunks: Iterable<Uint8Array>): (string | null)[] {
  const names: (string | null)[] = [];
  const { push, end } = createFieldWatch((name) => names.push(name));
  for (const chunk of chunks) push(chunk);
  end();
  return names.filter((name) => name !== "z");
}

const encode = (body: string) => new TextEncoder().encode(body);
const readNames = (body: string) => watch([encode(body)]);

function* cut(body: string, nextLength: () => number): Generator<Uint8Array> {
  const bytes = encode(body);
  for (let at = 0; at < bytes.length; ) {
    const end = at + nextLength();
    yield bytes.slice(at, end);
    at = end;
  }
}

describe("the fields of an upload", () => {
  it("are named in their order", () => {
    expect(readNames(upload(field("title"), field("agent_id"), field("file")))).toEqual(["title", "agent_id", "file"]);
  });

  it.each([
    ['Content-Disposition: form-data; name="a"', "a"],
    ['content-disposition: form-data; name="a"', "a"],
    ['CONTENT-DISPOSITION:form-data;name="a"', "a"],
    ['Content-Disposition: form-data; name=""', ""],
    ['Content-Disposition: form-data; name="a b[c]"', "a b[c]"],
    ['Content-Disposition: form-data; name="a"; filename="x;y=z.mp4"', "a"],
    [`Content-Disposition: form-data; name="a"; filename="x"; filename*=UTF-8''x`, "a"],
    [`Content-Disposition: form-data; name="a"; filename*=UTF-8''x`, "a"],
    ['Content-Type: text/plain\r\nContent-Disposition: form-data; name="a"', "a"],
    ['Content-Disposition: form-data; name="a"\r\nContent-Type: video/mp4', "a"],
  ])("are named by the form that browsers write: %s", (header, name) => {
    expect(readNames(upload(part(header)))).toEqual([name]);
  });

  it.each([
    ["a folded line", 'Content-Disposition: form-data;\r\n name="agent_id"'],
    ["a line folded behind the name", 'Content-Disposition: form-data; name="a"\r\n\t; name="agent_id"'],
    ["an escaped quote", 'Content-Disposition: form-data; name="a\\"; name=\\"agent_id"'],
    ["a backslash", 'Content-Disposition: form-data; name="agent\\_id"'],
    ["an extended name", "Content-Disposition: form-data; name*=UTF-8''agent_id"],
    ["a name and an extended one", `Content-Disposition: form-data; name="a"; name*=UTF-8''agent_id`],
    ["two names", 'Content-Disposition: form-data; name="a"; name="agent_id"'],
    ["a name without quotes", "Content-Disposition: form-data; name=agent_id"],
    ["single quotes", "Content-Disposition: form-data; name='agent_id'"],
    ["no name", "Content-Disposition: form-data"],
    ["another disposition", 'Content-Disposition: attachment; name="agent_id"'],
    ["the file's name first", 'Content-Disposition: form-data; filename="x"; name="agent_id"'],
    ["a parameter that nobody knows", 'Content-Disposition: form-data; name="a"; x="agent_id"'],
    ["a blank before the colon", 'Content-Disposition : form-data; name="agent_id"'],
    ["a blank at the end", 'Content-Disposition: form-data; name="agent_id" '],
    ["not the start of its line", 'X: 1 Content-Disposition: form-data; name="agent_id"'],
    ["a blank in front", ' Content-Disposition: form-data; name="agent_id"'],
    ["the end of another name", 'X-Content-Disposition: form-data; name="agent_id"'],
    ["a line that begins behind a bare CR", 'X: 1\rContent-Disposition: form-data; name="agent_id"'],
  ])("are not known, and null, when the header has %s", (_what, header) => {
    expect(readNames(upload(part(header)))).toEqual([null]);
  });

  it("are not known when lines end in LF alone", () => {
    const body = '--b\nContent-Disposition: form-data; name="agent_id"\n\n7\n';

    expect(readNames(body + upload())).toEqual([null]);
  });

  it("are not known when a header does not end within 4,096 characters", () => {
    const endless = `--b\r\nContent-Disposition: form-data; name="a"; filename="${FILE_CONTENT}`;

    expect(readNames(endless)).toEqual([null]);
    expect(watch(cut(endless, () => 64))).toEqual([null]);
  });

  it.each([
    ["known in a header that is just short enough", 0, "a"],
    ["not known in one that is a character longer", 1, null],
  ])("are %s, however the body is cut", (_what, more, name) => {
    const start = 'Content-Disposition: form-data; name="a"; filename="';
    const filename = "x".repeat(MAX_LINE_CHARS - `${start}"\r\n\r`.length + more);
    const body = upload(part(`${start}${filename}"`));

    for (const length of [1, 64, MAX_LINE_CHARS, MAX_LINE_CHARS + 7, 1_000_000]) {
      expect(watch(cut(body, () => length)), `${length} bytes each`).toEqual([name]);
    }
  });

  it("are known behind an odd one in a short body, too", () => {
    const odd = part('Content-Disposition: form-data; name="agent\\_id"', "5");
    const body = `${odd}${part('Content-Disposition: form-data; name="agent_id"', "5")}--b--\r\n`;

    expect(readNames(body)).toEqual([null, "agent_id"]);
    for (let at = 1; at < body.length; at += 1) {
      const lengths = [at, body.length];
      expect(watch(cut(body, () => lengths.shift() ?? 1)), `cut at ${at}`).toEqual([null, "agent_id"]);
    }
  });

  it("are known again behind one that was not", () => {
    const odd = part("Content-Disposition: form-data; name=odd");

    expect(readNames(upload(field("a"), odd, field("agent_id")))).toEqual(["a", null, "agent_id"]);
  });

  it("may stand at the very start", () => {
    expect(readNames(`Content-Disposition: form-data; name="a"\r\n\r\n${FILE_CONTENT}`)).toEqual(["a"]);
  });

  it("are looked for in the contents, too: another parser may see the parts elsewhere", () => {
    const content = 'Content-Disposition: form-data; name="agent_id"\r\n\r\n7';

    expect(readNames(upload(part('Content-Disposition: form-data; name="a"', content)))).toEqual(["a", "agent_id"]);
  });

  it("are none in bytes that hold no header", () => {
    expect(watch([new Uint8Array(10_000).map((_, index) => index * 7)])).toEqual([]);
  });
});

describe("a watch", () => {
  /** What has been seen before the end of a body, and what at its end. */
  function watchEnd(body: string) {
    const names: (string | null)[] = [];
    const { push, end } = createFieldWatch((name) => names.push(name));
    push(encode(body));
    const before = [...names];
    end();
    return { before, atEnd: names.slice(before.length) };
  }

  it.each([
    ["a plain header", 'Content-Disposition: form-data; name="a"', "a"],
    ["an odd one", "Content-Disposition: form-data; name=a", null],
    ["one that ends in LF alone", 'Content-Disposition: form-data; name="a"\nX: 1', null],
  ])("tells of %s as soon as its next line has begun", (_what, header, name) => {
    expect(watchEnd(`--b\r\n${header}\r\n\r`)).toEqual({ before: [name], atEnd: [] });
  });

  it.each([
    ["in the middle of its name", 'Content-Disposition: form-data; name="agent'],
    ["without its line end", 'Content-Disposition: form-data; name="agent_id"'],
    ["in the middle of its line end", 'Content-Disposition: form-data; name="agent_id"\r'],
    ["before it is known whether it goes on", 'Content-Disposition: form-data; name="agent_id"\r\n'],
    ["after its first word", "Content-Disposition"],
  ])("tells at the end of a header that breaks off %s", (_what, header) => {
    expect(watchEnd(`${field("a")}--b\r\n${header}`)).toEqual({ before: ["a"], atEnd: [null] });
  });

  it.each([
    ["nothing", ""],
    ["whole headers", field("a")],
    ["the start of the word alone", "--b\r\nContent-Dispositio"],
  ])("has nothing more to tell at the end of %s", (_what, body) => {
    expect(watchEnd(body).atEnd).toEqual([]);
  });
});

describe("the way a body is cut into chunks", () => {
  const body = upload(
    field("title"),
    part("Content-Disposition: form-data; name=odd"),
    part('Content-Disposition: form-data; name="file"; filename="é日本.mp4"', "content-dispositio\ncontent-disp"),
    part('Content-Disposition: form-data;\r\n name="folded"'),
    field("agent_id"),
  );
  const names = ["title", null, "file", null, "agent_id"];

  it.each([1, 2, 3, 7, 18, 19, 20, 64, 4_096, 1_000_000])("does not matter: %i bytes each", (length) => {
    expect(watch(cut(body, () => length))).toEqual(names);
  });

  it("does not matter, wherever the one cut is", () => {
    const end = body.indexOf(FILE_CONTENT) + 10;
    for (let at = 1; at < end; at += 1) {
      const lengths = [at, body.length * 2];
      expect(watch(cut(body, () => lengths.shift() ?? 1)), `cut at ${at}`).toEqual(names);
    }
  });

  it("does not matter, however random it is", () => {
    const random = createRandom(5);
    for (let round = 0; round < 60; round += 1) {
      const most = 1 + Math.floor(random() * 100);
      expect(watch(cut(body, () => 1 + Math.floor(random() * most))), `round ${round}`).toEqual(names);
    }
  });
});
