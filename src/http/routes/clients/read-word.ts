import { isIdempotencyKey } from "../../../gen/idempotency.ts";
import { ok, type Result, refused } from "../../../problems/problem.ts";

/** The `Idempotency-Key` of a request for a key. Without one, a repeat of a lost answer would end the key in use. */
export function readWord({ headers }: Request): Result<string> {
  const word = headers.get("idempotency-key");
  if (word === null) return refused("bad_request", { reason: "idempotency_key_missing" });
  return isIdempotencyKey(word) ? ok(word) : refused("bad_request", { reason: "idempotency_key_malformed" });
}
