/** Keys of GEN and client keys, wherever they stand in a text: quoted, escaped, percent-encoded. */
const KEY_SHAPES = /gen_pat_[A-Za-z0-9_-]{8,}|ref_[A-Za-z0-9]{16,}|ge_[0-9A-Za-z]{10}_[0-9A-Za-z]{38}/g;

/**
 * Takes secrets out of a text before it is written or sent on. Nothing here puts a key there on purpose: this is the
 * second lock, for a key that a caller or GEN put where it does not belong.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.flatMap((secret) => [JSON.stringify(secret).slice(1, -1), secret]);
  const without = known.reduce(
    (rest, secret) => (rest.includes(secret) ? rest.replaceAll(secret, "[redacted]") : rest),
    text,
  );
  return without.replace(KEY_SHAPES, "[redacted]");
}
