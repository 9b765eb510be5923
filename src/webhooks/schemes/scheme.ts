/**
 * What a signature scheme is: where a sender puts its signature and what it signs (`readClaim`, which believes
 * nothing), and what a delivery says once that signature has been verified (`readEvent`). A scheme never compares
 * signatures itself, and takes a delivery's identity from what is signed alone: a header beside the signature can be
 * changed by whoever replays a delivery.
 */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A request as it came: the signature is over these very bytes. */
export interface RawDelivery {
  readonly headers: Headers;
  readonly url: string;
  readonly body: Bytes;
}

export interface Scheme {
  readonly hash: "SHA-1" | "SHA-256";
  /** The key in a secret, null if there is none in it. Without this the secret's UTF-8 is the key. */
  readonly toKey?: (secret: string) => Bytes | null;
  /** What is wrong with a secret, for whoever configures it; null if nothing is. */
  readonly checkSecret?: (secret: string) => string | null;
  readonly readClaim: (delivery: RawDelivery) => Claim | Refusal | Promise<Claim | Refusal>;
  readonly readEvent: (delivery: RawDelivery) => Reading;
  /** What its sender takes for "it has come"; 202 and the runs as JSON, where it is not given. */
  readonly acknowledgement?: Acknowledgement;
}

interface Acknowledgement {
  readonly status: number;
  /** In the place of the runs; empty for no body at all. */
  readonly text?: string;
  readonly contentType?: string;
}

/** That one of the signatures is the MAC of one of the messages. */
export interface Claim {
  readonly kind: "claim";
  readonly signatures: readonly Bytes[];
  readonly messages: readonly Bytes[];
  /** Null where no header says it. Signed with the body. */
  readonly sentAtMs: number | null;
}

/** For the log only: a stranger is told nothing. */
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
  /** Where the body says it. */
  readonly sentAtMs?: number;
}

/** Verified deliveries that run nothing. */
export type Reply =
  | { readonly kind: "challenge"; readonly body: string; readonly contentType: string }
  | { readonly kind: "ping" }
  /** No payload, or one without the member that says which event it is of: that is never guessed. */
  | { readonly kind: "unreadable"; readonly missing?: string };

export const PING = { kind: "ping" } as const satisfies Reply;
export const UNREADABLE = { kind: "unreadable" } as const satisfies Reply;

/** `identity`: what `member` holds. */
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
