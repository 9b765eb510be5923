/** Forms as clients write them, and forms that are meant to be read differently by two parsers. */
import type { Random } from "../random.ts";

export interface MadeForm {
  readonly contentType: string;
  /** Text in which each character is one byte. */
  readonly text: string;
}

/** Variants that clients write, and variants that they don't. */
interface Choice<T> {
  readonly plain: readonly T[];
  readonly odd: readonly T[];
}

type Pick = <T>(choice: Choice<T>) => T;

/** Half of the forms have no odd variant. */
export function makeForm(random: Random): MadeForm {
  const oddness = random.pick([0, 0.15]);
  const pick: Pick = ({ plain, odd }) => random.pick(random.chance(oddness) ? odd : plain);
  return random.chance(0.25) ? makeUrlencoded(pick, random) : makeMultipart(pick, random);
}

const PAIRS: Choice<string> = {
  plain: [
    "agent_id=42",
    "%61gent_id=42",
    "title=x",
    "title=a+b%20c%2B",
    "title=%C3%A9",
    "data[prompt]=x",
    "?title=x",
    "",
  ],
  odd: [
    "agent_id=43",
    "agent_id[]=43",
    "user_job[agent_id]=43",
    "Agent_Id=43",
    "agent_id%00=43",
    "+agent_id=43",
    "title=%E9",
    "%=%",
    "_method=delete",
    "a=1;agent_id=43",
  ],
};
const FORM_STARTS: Choice<string> = { plain: [""], odd: ["\u00ef\u00bb\u00bf", "?", "&"] };
const FORM_CHARSETS: Choice<string> = {
  plain: ["", "; charset=utf-8", ";charset=UTF8"],
  odd: ["; charset=utf-16", ", application/json"],
};
const SEPARATORS: Choice<string> = { plain: ["&"], odd: [";", "&&"] };

function makeUrlencoded(pick: Pick, random: Random): MadeForm {
  const pairs = Array.from({ length: random.int(1, 4) }, () => pick(PAIRS));
  const contentType = `application/x-www-form-urlencoded${pick(FORM_CHARSETS)}`;
  return { contentType, text: pick(FORM_STARTS) + pairs.join(pick(SEPARATORS)) };
}

const BOUNDARIES: Choice<string> = {
  plain: ["----WebKitFormBoundary7MA4YWxkTrZu0gW", "A", "----=_Part_1_2.3", "3fbd04f5-b1ed-4060-99b9-fca7ff59c113"],
  odd: ["a b", "a,b", "x-boundary=y", "", 'A"', "x".repeat(80)],
};
const PARAMETERS: Choice<(boundary: string) => string> = {
  plain: [
    (boundary) => `; boundary=${boundary}`,
    (boundary) => `; boundary="${boundary}"`,
    (boundary) => `; boundary=${boundary}; charset=UTF-8`,
    (boundary) => `;charset=utf-8;BOUNDARY="${boundary}"`,
  ],
  odd: [
    (boundary) => `; boundary=${boundary}; boundary=B`,
    (boundary) => `; boundary=B; boundary=${boundary}`,
    (boundary) => `; boundary=${boundary}, text/plain`,
    () => "",
  ],
};
const STARTS: Choice<string> = { plain: ["", "", "\r\n", "A preamble\r\n"], odd: ["\u00ef\u00bb\u00bf", "\n", "--A"] };
const ENDS: Choice<(boundary: string, part: string) => string> = {
  plain: [
    (boundary) => `--${boundary}--\r\n`,
    (boundary) => `--${boundary}--`,
    (boundary) => `--${boundary}-- \r\nAn epilogue`,
  ],
  odd: [
    () => "",
    (boundary, part) => `--${boundary}--x\r\n${part}--${boundary}--\r\n`,
    (boundary, part) => `--${boundary}--\r\n${part}--${boundary}--\r\n`,
  ],
};
const LINE_ENDS: Choice<(text: string) => string> = {
  plain: [(text) => text],
  odd: [(text) => text.replaceAll("\r\n", "\n"), (text) => text.replace("\r\n\r\n", "\n\n")],
};

function makeMultipart(pick: Pick, random: Random): MadeForm {
  const boundary = pick(BOUNDARIES);
  const parts = Array.from({ length: random.int(1, 4) }, () => makePart(boundary, pick));
  const text = pick(STARTS) + parts.join("") + pick(ENDS)(boundary, makePart(boundary, pick));
  return { contentType: `multipart/form-data${pick(PARAMETERS)(boundary)}`, text: pick(LINE_ENDS)(text) };
}

const NAMES: Choice<string> = {
  plain: ["title", "agent_id", "file", "\u00c3\u00a9"],
  odd: [
    "target_agent_id",
    "agent_id[]",
    "Agent_Id",
    "agent\\_id",
    "agent_id\u0000",
    "agent%5Fid",
    "x; name=agent_id",
    "=?utf-8?B?YWdlbnRfaWQ=?=",
    "_method",
    "_charset_",
    "\u00e9",
    "",
  ],
};
const named = (name: string) => `Content-Disposition: form-data; name="${name}"`;
const HEADS: Choice<(name: string) => string> = {
  plain: [
    named,
    named,
    (name) => `${named(name)}; filename="a.png"\r\nContent-Type: image/png`,
    (name) => `${named(name)}; filename="\u00c3\u00a9.png"; filename*=utf-8''%C3%A9.png`,
    (name) => `${named(name)}; filename="C:\\dir\\a.png"`,
    (name) => `${named(name)}; filename="a\\"b.png"`,
    (name) => `${named(name)}\r\nX-A: b\r\nContent-Length: 2`,
    (name) => `${named(name)}\r\nContent-Type: application/octet-stream`,
    (name) => `Content-Disposition: form-data; name=${name}; filename=a.png`,
    (name) => `Content-Disposition: form-data; filename="a.png"; name="${name}"`,
    (name) => `Content-Type: text/plain; charset=utf-8\r\ncontent-disposition:form-data;name=${name}`,
  ],
  odd: [
    () => "",
    (name) => `${named(name)}\r\nX-A: b\n\n42`,
    (name) => `${named(name)}\nX-A: b\n\n42`,
    (name) => `${named(name)}\nX-A: b`,
    (name) => `X-A\n${named(name)}`,
    (name) => `${name}\r\n${named("title")}`,
    (name) => `Content-Disposition: form-data;\r\n name="${name}"`,
    (name) => `${named("title")}\r\n\t; name="${name}"`,
    (name) => `${named("title")}; name="${name}"`,
    (name) => `${named("title")}\r\n${named(name)}`,
    (name) => `${named("title")}; name*=utf-8''${name}`,
    (name) => `${named("title")}; filename*=utf-8''a%0D%0A%22${name}`,
    (name) => `${named("title")}; filename="x; name=${name}"`,
    (name) => `Content-ID: ${name}`,
    (name) => `${named(name)}\r\nContent-Transfer-Encoding: base64`,
    (name) => `${named(name)}; filename="x"\r\nContent-Type: multipart/mixed; boundary=c`,
  ],
};
const BLANK_LINES: Choice<string> = { plain: ["\r\n\r\n"], odd: ["\n\n", "\r\n\n", "\r\nX-A: b\n\n", "\r\n"] };
const CONTENTS: Choice<(boundary: string) => string> = {
  plain: [
    () => "42",
    () => "42",
    () => "A title",
    () => "",
    () => "\u00c3\u00a9\r\n\r\n",
    () => "x".repeat(300),
    (boundary) => `\r\n--${boundary}x\r\n--`,
  ],
  odd: [() => "43", () => "43", () => "NDM=", () => "\u00e9"],
};

function makePart(boundary: string, pick: Pick): string {
  const blank = pick(BLANK_LINES);
  return `--${boundary}\r\n${pick(HEADS)(pick(NAMES))}${blank}${pick(CONTENTS)(boundary)}\r\n`;
}
