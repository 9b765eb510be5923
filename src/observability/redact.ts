/** Keys of GEN and client keys, wherever they stand in a text: quoted, escaped, percent-encoded. */
const KEY_SHAPES = /gen_pat_[A-Za-z0-9_-]{8,}|ref_[A-Za-z0-9]{16,}|ge_[0-9A-Za-z]{10}_[0-9A-Za-z]{38}/g;

/**
 * Takes secrets out of a text before it is written or sent on. Nothing here puts a key there on purpose: this is the
 * second lock, for a key that a caller or GEN put where it does not belong.
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

/** Whether a secret stands in it: such a text is better left out than told with a gap. */
export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return redact(text, secrets) !== text;
}

/** Of each secret, which are few: every line is looked through for them. */
const SPELLINGS = new Map<string, readonly string[]>();

/** As it is, and as it stands in JSON. */
function toSpellings(secret: string): readonly string[] {
  const known = SPELLINGS.get(secret);
  if (known) return known;
  const spellings = [...new Set([JSON.stringify(secret).slice(1, -1), secret])];
  SPELLINGS.set(secret, spellings);
  return spellings;
}
