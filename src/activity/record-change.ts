/**
 * Writes down who changes what, before it is changed: so a caller that leaves, or a machine that dies, can leave an
 * entry without a change, but never a change without an entry. What can't be written down is refused, and nothing has
 * happened then. A route calls this after its checks, right before it acts:
 *
 *   const unwritten = await recordChange(request, ctx, { client, what: "run.stop", target: id });
 *   if (unwritten) return unwritten;
 */
import type { Client } from "../access/policy.ts";
import type { Isolate } from "../context.ts";
import { SINGLETON } from "../objects/gate.ts";
import { type Problem, refuse } from "../problems/problem.ts";
import { within } from "../resilience/within.ts";
import { type Change, toAddressFamily } from "./audit-entry.ts";

const WAIT_MS = 5_000;
const RETRY_AFTER_SECONDS = 2;

interface Changing extends Pick<Isolate, "objects" | "clock" | "log"> {
  readonly requestId: string;
}

interface Ordered {
  readonly client: Client;
  readonly what: Change;
  readonly target: string | null;
}

/** Null when it is written down. */
export async function recordChange(
  { headers }: Request,
  { objects, clock, log, requestId }: Changing,
  { client, what, target }: Ordered,
): Promise<Problem | null> {
  const addressFamily = toAddressFamily(headers.get("cf-connecting-ip"));
  const entry = { at: clock.now(), clientId: client.id, what, target, requestId, addressFamily };
  const adding = objects.AUDIT.getByName(SINGLETON).add(entry);
  const written = await within(WAIT_MS, adding, clock).catch((error) => ({ kind: "failed", error }) as const);
  if (written.kind === "done") return null;
  const error = written.kind === "late" ? "The audit log does not answer." : String(written.error);
  log("error", { message: "change_not_recorded", client_id: client.id, what, target, request_id: requestId, error });
  return { ...refuse("temporarily_unavailable"), retry: "yes", retryAfter: RETRY_AFTER_SECONDS };
}
