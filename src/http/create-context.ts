import type { Context, Isolate } from "../context.ts";
import type { Config } from "../env.ts";
import { listKeys } from "../gen/client.ts";
import type { RequestEvent } from "../observability/event.ts";
import { holdsSecret } from "../observability/redact.ts";
import { parseTrace } from "../observability/trace.ts";
import { Deadline } from "../resilience/deadline.ts";
import { parseWait, prefers } from "./prefer.ts";

/** Stands in for an address that is none (a broken Host header): no route is there. */
export const NO_URL = new URL("http://invalid.invalid/");
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The context of an HTTP request: its budget begins here. */
export function createHttpContext(request: Request, isolate: Isolate, waitUntil: Context["waitUntil"]): Context {
  const { config, clock } = isolate;
  const { headers } = request;
  const requestId = selectRequestId(headers.get("x-request-id"), config);
  const trace = parseTrace(headers.get("traceparent"), headers.get("tracestate"));
  const prefer = headers.get("prefer");
  const waitSeconds = parseWait(prefer, config.maxWaitMs / 1_000);
  const budgetMs = waitSeconds === null ? config.httpBudgetMs : waitSeconds * 1_000;
  return {
    ...isolate,
    url: URL.parse(request.url) ?? NO_URL,
    requestId,
    trace,
    waitSeconds,
    prefer: {
      respondAsync: prefers(prefer, "respond-async"),
      representation: prefers(prefer, "return=representation"),
    },
    deadline: new Deadline({
      endsAt: clock.now() + budgetMs,
      subrequests: config.maxSubrequests,
      signal: () => request.signal,
    }),
    event: createEvent(requestId, request.method, trace?.traceId ?? null),
    client: null,
    waitUntil,
  };
}

/** The caller's if it is well formed and no key: it is repeated in answers and lines. */
function selectRequestId(given: string | null, { gen }: Config): string {
  const fits = given !== null && REQUEST_ID.test(given) && !holdsSecret(given, listKeys(gen));
  return fits ? given : crypto.randomUUID();
}

function createEvent(requestId: string, method: string, traceId: string | null): RequestEvent {
  return {
    request_id: requestId,
    method,
    route: "none",
    client_id: null,
    operation: null,
    ids: {},
    trace_id: traceId,
    status: 0,
    error_code: null,
    attempts: [],
    veto: null,
    upstream_status: null,
    upstream_code: null,
    ms: 0,
  };
}
