/**
 * One attempt to send a message: one fetch, one outcome. Follows no redirect, ignores the response body, never throws.
 */
import type { NotifyConfig } from "../../env.ts";
import type { Clock } from "../../resilience/clock.ts";
import { parseRetryAfter } from "../../resilience/retry-after.ts";
import type { Message } from "../message.ts";
import type { PostOutcome } from "./outcome.ts";
import { createHeaders } from "./sign.ts";

/** Until the response headers. The specification recommends 15 to 30 s. */
const TIMEOUT_MS = 15_000;

export async function post(message: Message, { url, secrets }: NotifyConfig, clock: Clock): Promise<PostOutcome> {
  const headers = await createHeaders(message, { secrets, at: clock.now() });
  const controller = new AbortController();
  let timedOut = false;
  const stopTimer = clock.after(TIMEOUT_MS, () => {
    timedOut = true;
    controller.abort();
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: message.body,
      redirect: "manual",
      signal: controller.signal,
    });
    // An unread body occupies one of the six connections that a Worker may have open.
    response.body?.cancel().catch(() => {});
    const retryAfterMs = parseRetryAfter(response.headers, clock.now());
    return { kind: "answer", status: response.status, retryAfterMs };
  } catch {
    return { kind: timedOut ? "timeout" : "lost" };
  } finally {
    stopTimer();
  }
}
