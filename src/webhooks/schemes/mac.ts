/** HMACs, compared by WebCrypto's `verify`, which takes the same time wherever two differ. */
import { encode } from "./bytes.ts";
import type { Bytes, Claim, Scheme } from "./scheme.ts";

export type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Secrets that hold no key are left out, so that they open nothing. */
export async function importKeys(scheme: Scheme, secrets: readonly string[]): Promise<readonly Key[]> {
  const toKey = scheme.toKey ?? encode;
  const keys = secrets.map(toKey).filter((key): key is Bytes => key !== null && key.length > 0);
  const algorithm = { name: "HMAC", hash: scheme.hash };
  return Promise.all(keys.map((key) => crypto.subtle.importKey("raw", key, algorithm, false, ["verify"])));
}

/** Tries every key, message and signature, so that the time taken tells nothing of which one matched. */
export async function isSigned(claim: Claim, keys: readonly Key[]): Promise<boolean> {
  const tries = keys.flatMap((key) =>
    claim.messages.flatMap((message) =>
      claim.signatures.map((signature) => crypto.subtle.verify("HMAC", key, signature, message)),
    ),
  );
  return (await Promise.all(tries)).includes(true);
}
