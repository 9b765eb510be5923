import { isRequestLine, type RequestLine } from "../local/log-feed.ts";
import type { Tour } from "./step.ts";

export interface Call {
  readonly method: string;
  /** The path after the Worker's origin: `/v1/…`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  /** The Worker's log line of the request. */
  readonly line: RequestLine;
}

/** Calls the Worker with the local client's key, and finds the request's log line by its id. */
export async function callWorker({ worker, key }: Tour, call: Call): Promise<Answer> {
  const response = await fetch(`${worker.url}${call.path}`, toInit(call, key));
  const body = (await response.json()) as Answer["body"];
  const id = response.headers.get("x-request-id");
  const line = await worker.log.waitFor((each) => isRequestLine(each) && each.request_id === id);
  return { status: response.status, headers: response.headers, body, line: line as RequestLine };
}

/** GEN's own answer. Without a status, `text` says how the call failed. */
export interface GenAnswer {
  readonly status: number | null;
  readonly text: string;
}

/** Calls the simulated GEN itself, as a program without gen-edge would. */
export async function callGen({ gen }: Tour, call: Call, timeoutMs: number): Promise<GenAnswer> {
  const url = `${gen.urls.api}${call.path.replace(/^\/v1/, "")}`;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { ...toInit(call, gen.apiKey), redirect: "manual", signal });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: null, text: signal.aborted ? `(no answer in ${timeoutMs} ms)` : "(connection lost)" };
  }
}

function toInit({ method, headers = {}, json }: Call, key: string): RequestInit {
  const typed = json === undefined ? {} : { "content-type": "application/json" };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  return { method, headers: { ...typed, ...headers, "x-api-key": key }, ...body };
}
