import type { Answer } from "./call.ts";
import type { Page } from "./page.ts";

/** The attempts of one call, from the Worker's log line, and what the caller was told about them. */
export function showAttempts(page: Page, { status, headers, line }: Answer): void {
  for (const [index, { outcome, ms, waited_ms: waited }] of line.attempts.entries()) {
    const wait = waited === 0 ? "" : `waited ${waited} ms, then `;
    page.fact(index === 0 ? "log line" : "", `attempt ${index + 1}: ${wait}${outcome} after ${ms} ms`);
  }
  page.fact("answer", `${status}, X-GenEdge-Attempts: ${headers.get("x-genedge-attempts")}`);
  page.fact("Server-Timing", headers.get("server-timing") ?? "");
}
