/** What a request's work may use: the isolate's part of it, and the request's own. */
import type { ClientDirectory } from "../access/client-directory.ts";
import type { FailedAttempts } from "../access/failed-attempts.ts";
import type { JwtVerifier } from "../access/jwt.ts";
import type { Client } from "../access/policy.ts";
import type { Isolate } from "../context.ts";
import type { Config } from "../env.ts";
import { listKeys } from "../gen/config.ts";
import type { RequestEvent } from "../observability/event.ts";
import { holdsSecret } from "../observability/redact.ts";
import { parseTrace, type Trace } from "../observability/trace.ts";
import type { Pipeline } from "../pipelines/define.ts";
import type { Translations } from "../problems/translations.ts";
import { Deadline } from "../resilience/deadline.ts";
import type { Sources } from "../webhooks/source.ts";
import { parseWait, prefers } from "./prefer.ts";

/** Of an isolate, what requests use and nothing below them does. */
export interface HttpIsolate extends Isolate {
  /** Why it can't work, found when it was made: every request is answered with `internal`. */
  readonly fault: Error | null;
  readonly clients: ClientDirectory;
  readonly failures: FailedAttempts;
  readonly texts: Translations;
  /** Null when no tokens are taken. */
  readonly jwts: JwtVerifier | null;
  readonly pipelines: readonly Pipeline[];
  readonly sources: Sources;
}

/** One per request: all that its work may use. */
export interface Context extends HttpIsolate {
  readonly url: URL;
  readonly requestId: string;
  readonly trace: Trace | null;
  readonly deadline: Deadline;
  readonly event: RequestEvent;
  /** The budget a caller asked for with `Prefer: wait=N`, in seconds, as it was applied; null where nobody may ask. */
  readonly waitSeconds: number | null;
  /** The other preferences of RFC 7240 that are known here. */
  readonly prefer: { readonly respondAsync: boolean; readonly representation: boolean };
  /** Whoever the request's key belongs to; null until it is known, and on public routes. */
  client: Client | null;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** Stands in for an address that is none (a broken Host header): no route is there. */
export const NO_URL = new URL("http://invalid.invalid/");
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The context of an HTTP request: its budget begins here. */
export function createHttpContext(request: Request, isolate: HttpIsolate, waitUntil: Context["waitUntil"]): Context {
  const { headers } = request;
  const url = URL.parse(request.url) ?? NO_URL;
  const requestId = selectRequestId(headers.get("x-request-id"), isolate.config);
  const trace = parseTrace(headers.get("traceparent"), headers.get("tracestate"));
  const prefer = headers.get("prefer");
  const budget = selectBudget(url, prefer, isolate.config);
  return {
    ...isolate,
    url,
    requestId,
    trace,
    waitSeconds: budget.waitSeconds,
    prefer: {
      respondAsync: prefers(prefer, "respond-async"),
      representation: prefers(prefer, "return=representation"),
    },
    deadline: new Deadline({
      endsAt: isolate.clock.now() + budget.ms,
      subrequests: isolate.config.maxSubrequests,
      signal: budget.isCallers ? () => request.signal : null,
    }),
    event: createEvent(requestId, request.method, trace?.traceId ?? null),
    client: null,
    waitUntil,
  };
}

interface Budget {
  readonly ms: number;
  readonly waitSeconds: number | null;
  /** Whether the work ends when its caller leaves. */
  readonly isCallers: boolean;
}

/** The sender of a webhook may not ask for another: within its budget the body is read and the work begun. */
function selectBudget({ pathname }: URL, prefer: string | null, config: Config): Budget {
  if (pathname.startsWith("/webhooks/")) return { ms: config.webhookBudgetMs, waitSeconds: null, isCallers: false };
  const waitSeconds = parseWait(prefer, config.maxWaitMs / 1_000);
  return { ms: waitSeconds === null ? config.httpBudgetMs : waitSeconds * 1_000, waitSeconds, isCallers: true };
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
