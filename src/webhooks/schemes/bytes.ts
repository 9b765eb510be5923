import type { Bytes } from "./scheme.ts";

export function encode(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes;
}

export function concat(text: string, bytes: Bytes): Bytes {
  const head = encode(text);
  const joined = new Uint8Array(head.length + bytes.length);
  joined.set(head);
  joined.set(bytes, head.length);
  return joined;
}
