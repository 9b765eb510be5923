import { sha256Hex } from "../encoding/hash.ts";

/**
 * Tells requests under the same key apart: SHA-256 of method, path, query in canonical order, and body as GEN gets it.
 * A form's boundary and escapes make no difference, because forms are rewritten.
 */
export async function computeFingerprint(request: {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly body: Uint8Array | null;
}): Promise<string> {
  const { method, path, search, body } = request;
  const head = new TextEncoder().encode(`${method} ${path}?${canonicalQuery(search)}\n`);
  const whole = new Uint8Array(head.length + (body?.length ?? 0));
  whole.set(head);
  if (body) whole.set(body, head.length);
  return sha256Hex(whole);
}

function canonicalQuery(search: string): string {
  const params = new URLSearchParams(search);
  params.sort();
  return params.toString();
}
