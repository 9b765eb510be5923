import { isRequestLine, type RequestLine } from "../local/log-feed.ts";
import type { Tour } from "./step.ts";

export interface Call {
  readonly method: string;
  /** Behind the Worker's address: `/v1/…`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  /** The Worker's own line about it. */
  readonly line: RequestLine;
}

/** Calls the Worker as the ready client, and finds the log line of the call by its request id. */
export async function callWorker({ worker, key }: Tour, call: Call): Promise<Answer> {
  const response = await fetch(`${worker.url}${call.path}`, toInit(call, key));
  const body = (await response.json()) as Answer["body"];
  const id = response.headers.get("x-request-id");
  const line = await worker.log.waitFor((each) => isRequestLine(each) && each.request_id === id);
  return { status: response.status, headers: response.headers, body, line: line as RequestLine };
}

/** What GEN itself answered; without a status, what became of the call. */
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
