/** What the handling of a request may use: the isolate's state, and the request's own. */
import type { ClientDirectory } from "../access/client-directory.ts";
import type { FailedAttempts } from "../access/failed-attempts.ts";
import type { JwtVerifier } from "../access/jwt.ts";
import type { Client } from "../access/policy.ts";
import type { ActivityDays } from "../activity/activity-days.ts";
import type { Traffic } from "../activity/traffic.ts";
import type { Config, ConfigError } from "../env.ts";
import { listKeys } from "../gen/config.ts";
import type { LedgerIsolate } from "../money/ledger/ledger.ts";
import type { RequestEvent } from "../observability/event.ts";
import { holdsSecret } from "../observability/redact.ts";
import { parseTrace, type Trace } from "../observability/trace.ts";
import type { Pipeline } from "../pipelines/define.ts";
import type { Translations } from "../problems/translations.ts";
import { Deadline } from "../resilience/deadline.ts";
import type { DeliveryLog } from "../webhooks/incoming/delivery-log.ts";
import type { Sources } from "../webhooks/source.ts";
import { parseWait, prefers } from "./prefer.ts";

/** The isolate's state for requests. Code below `http` does not use it. */
export interface HttpIsolate extends LedgerIsolate {
  /** What is wrong with its configuration. Requests that need one are then answered with `not_configured`. */
  readonly fault: { readonly error: ConfigError; readonly report: () => void } | null;
  readonly clients: ClientDirectory;
  readonly failures: FailedAttempts;
  readonly texts: Translations;
  readonly activity: ActivityDays;
  readonly traffic: Traffic;
  /** Null when user tokens are not accepted. */
  readonly jwts: JwtVerifier | null;
  /** The set-up page's secret; null without one. `isOver`: the first clients are made, so the page is gone for good. */
  readonly setup: { readonly token: string; isOver: boolean } | null;
  readonly pipelines: readonly Pipeline[];
  readonly sources: Sources;
  /** Gathers what came in as webhooks. */
  readonly incoming: DeliveryLog;
}

/** One per request. */
export interface Context extends HttpIsolate {
  readonly url: URL;
  readonly requestId: string;
  readonly trace: Trace | null;
  readonly deadline: Deadline;
  readonly event: RequestEvent;
  /** The budget from `Prefer: wait=N` in seconds, as applied; null when none was requested or the route allows none. */
  readonly waitSeconds: number | null;
  /** Other supported preferences (RFC 7240). */
  readonly prefer: { readonly respondAsync: boolean; readonly representation: boolean };
  /** The owner of the request's key; null until authenticated, and on public routes. */
  client: Client | null;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** What a client asks of one thing, by the id in the route. */
export interface Asked {
  readonly client: Client;
  readonly id: string;
}

/** Replaces a URL that can't be parsed (a broken Host header). It has no route. */
export const NO_URL = new URL("http://invalid.invalid/");
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Creates the context of an HTTP request. Its budget starts here. */
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
  /** Whether the work ends when its caller disconnects. */
  readonly isCallers: boolean;
}

/** Senders of webhooks can't change their budget, within which the body is read and the work started. */
function selectBudget({ pathname }: URL, prefer: string | null, config: Config): Budget {
  if (pathname.startsWith("/webhooks/")) return { ms: config.webhookBudgetMs, waitSeconds: null, isCallers: false };
  const waitSeconds = parseWait(prefer, config.maxWaitMs / 1_000);
  return { ms: waitSeconds === null ? config.httpBudgetMs : waitSeconds * 1_000, waitSeconds, isCallers: true };
}

/** The caller's id if it is well formed and holds no key, because it is repeated in answers and log lines. */
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
    call_id: null,
    trace_id: traceId,
    status: 0,
    error_code: null,
    attempts: [],
    veto: null,
    upstream_host: null,
    upstream_status: null,
    upstream_code: null,
    ms: 0,
  };
}
