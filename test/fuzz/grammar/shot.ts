/** One request before it is written as bytes. Texts are Latin-1, since a header can't hold other characters. */
import { bytes, type Part, sizeOf } from "../plan.ts";
import type { Random } from "../random.ts";

export type Header = readonly [name: string, value: string];

export interface Shot {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: readonly Part[];
}

export function hasHeader({ headers }: Pick<Shot, "headers">, name: string): boolean {
  return headers.some(([each]) => each.toLowerCase() === name);
}

export function withHeaders(shot: Shot, ...headers: readonly Header[]): Shot {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  return { ...shot, headers: [...shot.headers.filter(([name]) => !names.has(name.toLowerCase())), ...headers] };
}

/** Writes the request as HTTP, with a Content-Length or in chunks. */
export function render(shot: Shot, random: Random, chunked = random.chance(0.15)): Part[] {
  const length = sizeOf(shot.body);
  const isEmpty = length === 0 && (shot.method === "GET" || shot.method === "HEAD");
  const framing: Header[] = isEmpty
    ? []
    : chunked
      ? [["Transfer-Encoding", "chunked"]]
      : [["Content-Length", String(length)]];
  const host: Header[] = hasHeader(shot, "host") ? [] : [["Host", "127.0.0.1"]];
  const own = hasHeader(shot, "content-length") || hasHeader(shot, "transfer-encoding") ? [] : framing;
  const head = renderHead(shot.method, shot.target, [...host, ...shot.headers, ...own]);
  return [bytes(head), ...(chunked && !isEmpty ? toChunked(shot.body) : shot.body)];
}

export function renderHead(method: string, target: string, headers: readonly Header[]): string {
  return `${method} ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** Each part is one chunk; an empty part would end the body. */
function toChunked(parts: readonly Part[]): Part[] {
  const chunks = parts.flatMap((part): Part[] => {
    if (part.kind === "pause" || part.bytes.length === 0) return part.kind === "pause" ? [part] : [];
    const framed = Buffer.concat([
      Buffer.from(`${part.bytes.length.toString(16)}\r\n`),
      part.bytes,
      Buffer.from("\r\n"),
    ]);
    return [{ ...part, bytes: framed }];
  });
  return [...chunks, bytes("0\r\n\r\n")];
}
