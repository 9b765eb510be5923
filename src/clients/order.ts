/** What makes a repeated request the same request, and its key the same key. */
import { deriveSecret } from "../access/client-key.ts";
import { sha256Hex } from "../encoding/hash.ts";

const SALT_BYTES = 32;
/** How long a repeat is known as one. */
export const KEPT_MS = 24 * 3_600_000;

/** A request for a new key. */
export interface Order {
  /** Who asks. */
  readonly by: string;
  /** Its `Idempotency-Key`. Never stored. */
  readonly word: string;
  /** A hash of what is asked for. */
  readonly fingerprint: string;
}

/** What is kept of an order, for a day. */
export interface OrderRow {
  readonly fingerprint: string;
  readonly salt: Uint8Array;
  /** The client whose key it makes. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether the key is in force. */
  readonly done: boolean;
}

/** Who asks and the word, so that one caller's word is nothing to another. */
export function toOrderName({ by, word }: Pick<Order, "by" | "word">): Promise<string> {
  return sha256Hex(`${by}\n${word}`);
}

export function makeSalt(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SALT_BYTES));
}

export function toSecret(salt: Uint8Array, { by, word }: Pick<Order, "by" | "word">): Promise<string> {
  return deriveSecret(salt, `${by}\n${word}`);
}
