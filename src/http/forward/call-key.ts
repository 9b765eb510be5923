import type { Client } from "../../access/policy.ts";
import { readBodyKey, setBodyKey } from "../../gen/body-key.ts";
import type { CallBody } from "../../gen/client.ts";
import { deriveGenKey, isIdempotencyKey } from "../../gen/idempotency.ts";
import type { Operation } from "../../gen/operation.ts";
import { ok, type Result, refused } from "../../problems/problem.ts";
import type { RequestBody } from "../body/request-body.ts";

/** The idempotency key of one request: the caller's or a generated one, and the key that GEN gets instead. */
export interface CallKey {
  readonly callerKey: string;
  /** Whether the caller chose it, and so can use it for a repeat. */
  readonly own: boolean;
  readonly genKey: string;
}

/**
 * Null when no key is needed. Charged calls always have one, even if GEN documents none. So have operations that GEN
 * takes a key for, and unsafe ones when the caller sends a key, which asks for execution at most once.
 */
export async function selectCallKey(
  request: { headers: Headers; operation: Operation; body: RequestBody },
  client: Client,
): Promise<Result<CallKey | null>> {
  const { headers, operation, body } = request;
  const inHeader = headers.get("idempotency-key");
  const wanted = operation.replay === "keyed" || (operation.replay === "unsafe" && inHeader !== null);
  if (!wanted && !operation.charged) return ok(null);
  const inBody = operation.key === "body" && body.kind === "kept" ? readBodyKey(body.text) : null;
  if (inHeader !== null && inBody !== null && inHeader !== inBody) {
    return refused("bad_request", { reason: "idempotency_key_repeated" });
  }
  const given = inHeader ?? inBody;
  if (given !== null && !isIdempotencyKey(given))
    return refused("bad_request", { reason: "idempotency_key_malformed" });
  // A browser may repeat a request without asking, and its user can't check first whether it was charged.
  if (given === null && operation.charged && client.kind === "user") return refused("idempotency_key_required");
  const callerKey = given ?? crypto.randomUUID();
  return ok({ callerKey, own: given !== null, genKey: await deriveGenKey(client.id, callerKey) });
}

/** The body with GEN's key set and every other byte unchanged. */
export function placeKeyInBody(body: RequestBody & { kind: "none" | "kept" }, key: CallKey): Result<CallBody> {
  if (body.kind === "kept" && body.mediaType !== "json") {
    return refused("unsupported_media_type", { reason: "body_must_be_json" });
  }
  const text = setBodyKey(body.kind === "kept" ? body.text : "", key.genKey);
  if (text === null) return refused("bad_request", { reason: "idempotency_key_malformed" });
  return ok({ kind: "bytes", bytes: new TextEncoder().encode(text) });
}
