import type { RequestLine } from "../local/log-feed.ts";

/**
 * A request's log line for people: `GET /v1/vidsheet/:sheet → 200, 3 attempts (503, lost, 200) at api.gen.pro, 412 ms,
 * 380 of them waiting`. The host is named when an attempt has failed.
 */
export function describeRequest(line: RequestLine): string {
  const { method, route, status, error_code: code, attempts, veto, ms, waited_ms: waited, upstream_host: host } = line;
  const outcomes = attempts.map((attempt) => attempt.outcome).join(", ");
  const parts = [
    `${status}${code === null ? "" : ` ${code}`}`,
    attempts.length === 0
      ? "GEN not asked"
      : `${attempts.length} attempt${attempts.length === 1 ? "" : "s"} (${outcomes})${host === null ? "" : ` at ${host}`}`,
    `${ms} ms${waited === 0 ? "" : `, ${waited} of them waiting`}`,
    ...(veto === null ? [] : [`ended by ${veto}`]),
  ];
  return `${method} ${route} → ${parts.join(", ")}`;
}
