const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Random base62 text from a secure source, each digit equally likely. */
export function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) text += toDigits(crypto.getRandomValues(new Uint8Array(length)));
  return text.slice(0, length);
}

/** The digits that random bytes stand for: fewer than bytes, each equally likely. */
export function toDigits(bytes: Uint8Array): string {
  // 248 is the largest multiple of 62 in a byte: above it some digits would be likelier.
  return [...bytes].flatMap((byte) => (byte < 248 ? DIGITS[byte % 62] : [])).join("");
}

/** A whole number as base62, at least `width` digits. */
export function toBase62(value: number, width: number): string {
  let text = "";
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = DIGITS[rest % 62] + text;
  return text.padStart(width, "0");
}
