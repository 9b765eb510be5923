/** HMACs, compared by WebCrypto's `verify` in constant time. */
import { type HmacKey, importHmacKey } from "../../encoding/hash.ts";
import { encode } from "./bytes.ts";
import type { Bytes, Claim, Scheme } from "./scheme.ts";

/** Leaves out secrets that hold no key, so that they verify nothing. */
export async function importKeys(scheme: Scheme, secrets: readonly string[]): Promise<readonly HmacKey[]> {
  const toKey = scheme.toKey ?? encode;
  const keys = secrets.map(toKey).filter((key): key is Bytes => key !== null && key.length > 0);
  return Promise.all(keys.map((key) => importHmacKey(key, "verify", scheme.hash)));
}

/** Tries every combination of key, message and signature, so that timing does not reveal which one matched. */
export async function isSigned(claim: Claim, keys: readonly HmacKey[]): Promise<boolean> {
  const tries = keys.flatMap((key) =>
    claim.messages.flatMap((message) =>
      claim.signatures.map((signature) => crypto.subtle.verify("HMAC", key, signature, message)),
    ),
  );
  return (await Promise.all(tries)).includes(true);
}
