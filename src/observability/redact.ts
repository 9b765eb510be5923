/** The shapes of GEN's keys and of client keys, anywhere in a text. */
const KEY_SHAPES = /gen_pat_[A-Za-z0-9_-]{8,}|ref_[A-Za-z0-9]{16,}|ge_[0-9A-Za-z]{10}_[0-9A-Za-z]{38}/g;

/**
 * Removes secrets from a text before it is logged or passed on. A second line of defence: the Worker itself puts no key
 * into such texts, but a caller or GEN may have.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let without = text;
  for (const secret of secrets) {
    for (const spelling of toSpellings(secret)) {
      if (without.includes(spelling)) without = without.replaceAll(spelling, "[redacted]");
    }
  }
  return without.replace(KEY_SHAPES, "[redacted]");
}

/** Whether a text holds a secret. A code that does is dropped rather than redacted. */
export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return redact(text, secrets) !== text;
}

/** Cached per secret, because every log line is searched. There are few secrets. */
const SPELLINGS = new Map<string, readonly string[]>();

/** The secret itself, and its spelling inside JSON strings. */
function toSpellings(secret: string): readonly string[] {
  const known = SPELLINGS.get(secret);
  if (known) return known;
  const spellings = [...new Set([JSON.stringify(secret).slice(1, -1), secret])];
  SPELLINGS.set(secret, spellings);
  return spellings;
}
