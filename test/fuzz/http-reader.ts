/** A strict reader of HTTP/1.1 answers (RFC 9112). `fetch` tolerates the very errors that this run looks for. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export type Reading =
  | { readonly kind: "answer"; readonly answer: Answer; readonly usedBytes: number }
  /** The body so far, once the headers are there. */
  | { readonly kind: "more"; readonly head: Answer | null }
  | { readonly kind: "malformed"; readonly why: string };

const MORE = { kind: "more", head: null } as const;
const HEAD_END = Buffer.from("\r\n\r\n");
const STATUS_LINE = /^HTTP\/1\.1 (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/** Reads the first answer in `data`. `isOver`: no more data will come. */
export function readAnswer(data: Buffer, method: string, isOver: boolean): Reading {
  const end = data.indexOf(HEAD_END);
  if (end < 0) return isOver && data.length > 0 ? malformed("broken off in its headers") : MORE;
  const [statusLine = "", ...lines] = data.toString("latin1", 0, end).split("\r\n");
  const [, digits] = STATUS_LINE.exec(statusLine) ?? [];
  if (digits === undefined) return malformed(`status line ${JSON.stringify(statusLine.slice(0, 80))}`);
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return malformed(`header ${JSON.stringify(line.slice(0, 80))}`);
    headers.append(name, value);
  }
  const status = Number(digits);
  const bodyAt = end + HEAD_END.length;
  const body = readBody(data.subarray(bodyAt), { status, method, headers, isOver });
  if (body.kind === "malformed") return body;
  const answer = { status, headers, body: body.bytes };
  return body.kind === "more"
    ? { kind: "more", head: answer }
    : { kind: "answer", answer, usedBytes: bodyAt + body.usedBytes };
}

type Body =
  | { readonly kind: "whole" | "more"; readonly bytes: Buffer; readonly usedBytes: number }
  | { readonly kind: "malformed"; readonly why: string };

function readBody(
  data: Buffer,
  { status, method, headers, isOver }: { status: number; method: string; headers: Headers; isOver: boolean },
): Body {
  const none = { kind: "whole", bytes: Buffer.alloc(0), usedBytes: 0 } as const;
  if (method === "HEAD" || status === 204 || status === 304 || status < 200) return none;
  const length = headers.get("content-length");
  const encoding = headers.get("transfer-encoding");
  if (length !== null && encoding !== null) return malformed("both lengths");
  if (encoding !== null) return encoding === "chunked" ? readChunks(data) : malformed(`encoding ${encoding}`);
  if (length === null) return { kind: isOver ? "whole" : "more", bytes: data, usedBytes: data.length };
  if (!/^\d+$/.test(length)) return malformed(`length ${length}`);
  const wanted = Number(length);
  return { kind: data.length < wanted ? "more" : "whole", bytes: data.subarray(0, wanted), usedBytes: wanted };
}

function readChunks(data: Buffer): Body {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = data.indexOf("\r\n", at);
    const more = { kind: "more", bytes: Buffer.concat(chunks), usedBytes: at } as const;
    if (lineEnd < 0) return more;
    const size = data.toString("latin1", at, lineEnd);
    if (!/^[0-9a-f]{1,8}$/i.test(size)) return malformed(`chunk size ${JSON.stringify(size.slice(0, 40))}`);
    const length = Number.parseInt(size, 16);
    const chunkAt = lineEnd + 2;
    if (data.length < chunkAt + length + 2) return more;
    if (data.toString("latin1", chunkAt + length, chunkAt + length + 2) !== "\r\n") return malformed("chunk's end");
    at = chunkAt + length + 2;
    if (length === 0) return { kind: "whole", bytes: more.bytes, usedBytes: at };
    chunks.push(data.subarray(chunkAt, chunkAt + length));
  }
}

function malformed(why: string): { readonly kind: "malformed"; readonly why: string } {
  return { kind: "malformed", why };
}
