/** Strict decoders: null unless the whole text is valid in the encoding. */
import { fromHex } from "../../encoding/hex.ts";
import type { Bytes } from "./scheme.ts";

export type Encoding = "hex" | "base64";

const SHA_256_BYTES = 32;

/** Bounded, because each costs a MAC computation for an unauthenticated sender. */
const MAX_SIGNATURES = 8;

/** All MACs of a list; null if one is invalid, or if there are none or too many. */
export function decodeMacs(texts: readonly string[], encoding: Encoding): readonly Bytes[] | null {
  if (texts.length === 0 || texts.length > MAX_SIGNATURES) return null;
  const macs = texts.map((text) => decodeMac(text, encoding));
  return macs.every((mac) => mac !== null) ? macs : null;
}

/** Null, too, for a wrong length. */
export function decodeMac(text: string, encoding: Encoding, length: number = SHA_256_BYTES): Bytes | null {
  const bytes = encoding === "hex" ? fromHex(text) : decodeBase64(text);
  return bytes?.length === length ? bytes : null;
}

/** RFC 4648, section 4: the standard alphabet, padded. */
export function decodeBase64(text: string): Bytes | null {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
