import type { Client } from "../../access/policy.ts";
import { readBodyKey, setBodyKey } from "../../gen/body-key.ts";
import type { CallBody } from "../../gen/client.ts";
import { deriveGenKey, isIdempotencyKey } from "../../gen/idempotency.ts";
import type { Operation } from "../../gen/operation.ts";
import { ok, type Result, refused } from "../../problems/problem.ts";
import type { RequestBody } from "../body/request-body.ts";

/** The idempotency key of one request: the caller's, or one made for it, and what GEN is sent instead. */
export interface CallKey {
  readonly callerKey: string;
  /** Whether the caller chose it, and so can send it again. */
  readonly own: boolean;
  readonly genKey: string;
}

/**
 * Null when none is needed: whatever is charged has one, whether GEN documents it or not; so has what GEN takes a key
 * for; and what is unsafe to repeat, when its caller sends one and so asks for once only.
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
  // A browser that repeats a request must not pay twice, and its user can't be told to look first.
  if (given === null && operation.charged && client.kind === "user") return refused("idempotency_key_required");
  const callerKey = given ?? crypto.randomUUID();
  return ok({ callerKey, own: given !== null, genKey: await deriveGenKey(client.id, callerKey) });
}

/** The body as GEN gets it: byte for byte, but for the key of the operations that take it there. */
export function placeKeyInBody(body: RequestBody & { kind: "none" | "kept" }, key: CallKey): Result<CallBody> {
  if (body.kind === "kept" && body.mediaType !== "json") {
    return refused("unsupported_media_type", { reason: "body_must_be_json" });
  }
  const text = setBodyKey(body.kind === "kept" ? body.text : "", key.genKey);
  if (text === null) return refused("bad_request", { reason: "idempotency_key_malformed" });
  return ok({ kind: "bytes", bytes: new TextEncoder().encode(text) });
}
