const KEY_SHAPES = /\b(?:gen_pat_|ref_|ge_)[A-Za-z0-9_-]{8,}/g;

/**
 * Takes secrets out of a line before it is written. Nothing here logs a key on purpose: this is the second lock,
 * for a key that a caller or GEN put where it does not belong.
 */
export function redact(line: string, secrets: readonly string[]): string {
  const known = secrets.reduce(
    (text, secret) => (text.includes(secret) ? text.replaceAll(secret, "[redacted]") : text),
    line,
  );
  return known.replace(KEY_SHAPES, "[redacted]");
}
