import type { RequestLine } from "../local/log-feed.ts";

/**
 * A request's log line for people: `GET /v1/vidsheet/:sheet → 200, 3 attempts (503, lost, 200), 412 ms, 380 of them
 * waiting`.
 */
export function describeRequest(line: RequestLine): string {
  const { method, route, status, error_code: code, attempts, veto, ms, waited_ms: waited } = line;
  const outcomes = attempts.map((attempt) => attempt.outcome).join(", ");
  const parts = [
    `${status}${code === null ? "" : ` ${code}`}`,
    attempts.length === 0
      ? "GEN not asked"
      : `${attempts.length} attempt${attempts.length === 1 ? "" : "s"} (${outcomes})`,
    `${ms} ms${waited === 0 ? "" : `, ${waited} of them waiting`}`,
    ...(veto === null ? [] : [`ended by ${veto}`]),
  ];
  return `${method} ${route} → ${parts.join(", ")}`;
}
