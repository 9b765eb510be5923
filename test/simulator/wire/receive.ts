import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Host } from "../hosts.ts";

const HEAD_BYTES = 4_096;
const NO_BODY = { content: undefined, bytes: 0, sha256: "", head: "" };

/** One request as it was received. */
export interface Received {
  readonly host: Host;
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: ReceivedBody;
}

export interface ReceivedBody {
  /** Absent for uploads, which are counted and dropped. */
  readonly content: Buffer | undefined;
  readonly bytes: number;
  readonly sha256: string;
  /** The first 4 KiB as text. */
  readonly head: string;
}

export interface Line {
  readonly method: string;
  readonly path: string;
  readonly search: string;
}

export function requestLine(request: IncomingMessage): Line {
  const { method = "GET", url = "/" } = request;
  const mark = url.indexOf("?");
  return mark < 0 ? { method, path: url, search: "" } : { method, path: url.slice(0, mark), search: url.slice(mark) };
}

/** Reads the body to its end; rejects when the client goes away before. */
export async function receive(host: Host, line: Line, request: IncomingMessage): Promise<Received> {
  const header = (name: string) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
  const hasBody = request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined;
  const isUpload = line.method === "POST" && line.path === "/v1/content_resources";
  const body = hasBody ? await readBody(request, !isUpload) : NO_BODY;
  return { host, ...line, query: new URLSearchParams(line.search), header, body };
}

async function readBody(request: IncomingMessage, keep: boolean): Promise<ReceivedBody> {
  const hash = createHash("sha256");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (keep || bytes < HEAD_BYTES) chunks.push(keep ? chunk : chunk.subarray(0, HEAD_BYTES));
    bytes += chunk.length;
  }
  if (bytes === 0) return NO_BODY;
  const content = Buffer.concat(chunks);
  const head = content.toString("utf8", 0, HEAD_BYTES);
  return { content: keep ? content : undefined, bytes, sha256: hash.digest("hex"), head };
}
