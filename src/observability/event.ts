import type { Veto } from "../resilience/veto.ts";

export interface AttemptRecord {
  /** `200`, `503`, `timeout`, `lost`, `cut`, `unreadable`, `caller-gone`. */
  readonly outcome: string;
  readonly ms: number;
  readonly waited_ms: number;
}

/**
 * The log line of one request. Filled in during the request, written once at its end. Never holds a key, a body, or a
 * query value other than an id.
 */
export interface RequestEvent {
  readonly request_id: string;
  readonly method: string;
  /** The route's pattern, never the path: a path can hold a token. */
  route: string;
  client_id: string | null;
  operation: string | null;
  /** Path parameters and `agent_id`. */
  ids: Readonly<Record<string, string>>;
  /** The durable call under the request's key. */
  call_id: string | null;
  readonly trace_id: string | null;
  status: number;
  error_code: string | null;
  readonly attempts: AttemptRecord[];
  veto: Veto | null;
  /** GEN's host, when an attempt at it has failed. */
  upstream_host: string | null;
  upstream_status: number | null;
  upstream_code: string | null;
  ms: number;
}

/** The total wait between attempts, in milliseconds. */
export function sumWaited(attempts: readonly AttemptRecord[]): number {
  return attempts.reduce((sum, attempt) => sum + attempt.waited_ms, 0);
}
