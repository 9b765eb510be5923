/**
 * A signature scheme: where a sender puts its signature and what it signs (`readClaim`, before verification), and what
 * a delivery says (`readEvent`, after verification). A scheme never compares signatures itself, and takes a delivery's
 * identity only from signed parts: whoever replays a delivery can change unsigned headers.
 */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A request as received: the signature covers exactly these bytes. */
export interface RawDelivery {
  readonly headers: Headers;
  readonly url: string;
  readonly body: Bytes;
}

export interface Scheme {
  readonly hash: "SHA-1" | "SHA-256";
  /** Extracts the key from a secret; null if it holds none. Default: the secret's UTF-8 bytes. */
  readonly toKey?: (secret: string) => Bytes | null;
  /** What is wrong with a secret, for the operator; null if it is valid. */
  readonly checkSecret?: (secret: string) => string | null;
  readonly readClaim: (delivery: RawDelivery) => Claim | Refusal | Promise<Claim | Refusal>;
  readonly readEvent: (delivery: RawDelivery) => Reading;
  /** The headers that `readEvent` reads, which are kept with a delivery that fits no pipeline. */
  readonly eventHeaders?: readonly string[];
  /** The answer that the sender takes as an acknowledgement. Default: 202, with the started runs as JSON. */
  readonly acknowledgement?: Acknowledgement;
}

interface Acknowledgement {
  readonly status: number;
  /** Replaces the JSON; empty for no body. */
  readonly text?: string;
  readonly contentType?: string;
}

/** The claim to verify: that one of the signatures is the MAC of one of the messages. */
export interface Claim {
  readonly kind: "claim";
  readonly signatures: readonly Bytes[];
  readonly messages: readonly Bytes[];
  /** The signed time from a header; null if there is none. */
  readonly sentAtMs: number | null;
}

/** For the log only: an unverified sender is told nothing. */
export interface Refusal {
  readonly kind: "refused";
  readonly why: "no_secret" | "unsigned" | "malformed_signature" | "bad_signature" | "stale" | "future";
}

export type Reading = SignedEvent | Reply;

export interface SignedEvent {
  readonly kind: "event";
  /** The same for every delivery of one event: the sender's id, or the bytes whose hash is the id. */
  readonly identity: string | Bytes;
  readonly eventType: string | null;
  /** Parsed JSON, or a form's fields. */
  readonly payload: unknown;
  /** Set when the time is in the body. */
  readonly sentAtMs?: number;
}

/** Verified deliveries that start no run. */
export type Reply =
  | { readonly kind: "challenge"; readonly body: string; readonly contentType: string }
  | { readonly kind: "ping" }
  /** No payload, or one without the member that identifies the event (`missing`). Identity is never guessed. */
  | { readonly kind: "unreadable"; readonly missing?: string };

export const PING = { kind: "ping" } as const satisfies Reply;
export const UNREADABLE = { kind: "unreadable" } as const satisfies Reply;

/** `identity`: the value of `member`. */
export function toEvent(
  event: Omit<SignedEvent, "kind" | "identity">,
  identity: string | null,
  member: string,
): Reading {
  return identity === null ? { kind: "unreadable", missing: member } : { kind: "event", identity, ...event };
}

export function refuse(why: Refusal["why"]): Refusal {
  return { kind: "refused", why };
}
