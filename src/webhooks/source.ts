/**
 * Other services' webhooks: one function says what a delivery is, from its bytes, the source's secrets and the time.
 * It changes nothing and remembers nothing; what was seen before is the caller's to know, by the delivery id.
 */
import { sha256Hex } from "../encoding/hash.ts";
import { judgeAge } from "./schemes/freshness.ts";
import { importKeys, isSigned } from "./schemes/mac.ts";
import { type RawDelivery, type Refusal, type Reply, refuse, type Scheme, type SignedEvent } from "./schemes/scheme.ts";

const MAX_TYPE_CHARS = 256;

/** `gen` is GEN's own. A name is a path segment, in lower case. */
export type Sources = Readonly<Record<string, Scheme>> & { readonly gen?: never };

export type Verdict = Verified | Reply | Refusal;

export interface Verified {
  readonly kind: "verified";
  /** The same for a retry and for a replay, within one source. Any characters, 256 at most. */
  readonly deliveryId: string;
  /** The sender's word, 256 characters at most. GitHub and Shopify don't sign it: it chooses, it never allows. */
  readonly eventType: string | null;
  readonly payload: unknown;
}

interface VerificationTerms {
  /** None: everything is refused. Two while the secret is changed. */
  readonly secrets: readonly string[];
  /** Unix milliseconds. */
  readonly now: number;
}

export async function verifyDelivery(
  scheme: Scheme,
  delivery: RawDelivery,
  { secrets, now }: VerificationTerms,
): Promise<Verdict> {
  const keys = await importKeys(scheme, secrets);
  if (keys.length === 0) return refuse("no_secret");
  const claim = await scheme.readClaim(delivery);
  if (claim.kind === "refused") return claim;
  if (!(await isSigned(claim, keys))) return refuse("bad_signature");
  const reading = scheme.readEvent(delivery);
  const sentAtMs = claim.sentAtMs ?? (reading.kind === "event" ? reading.sentAtMs : undefined);
  const age = sentAtMs === undefined ? "fresh" : judgeAge(sentAtMs, now);
  if (age !== "fresh") return refuse(age);
  return reading.kind === "event" ? toVerified(reading) : reading;
}

async function toVerified({ identity, eventType, payload }: SignedEvent): Promise<Verified> {
  const deliveryId = typeof identity === "string" ? identity : await sha256Hex(identity);
  const type = eventType !== null && eventType.length <= MAX_TYPE_CHARS ? eventType : null;
  return { kind: "verified", deliveryId, eventType: type, payload };
}

/** What is wrong with a secret, for whoever configures it; null if nothing is. The secret is not in it. */
export function checkSecret(scheme: Scheme, secret: string): string | null {
  if (secret === "" || secret !== secret.trim()) return "must not be empty, nor have white space around it.";
  return scheme.checkSecret?.(secret) ?? null;
}

/** What is wrong with the secrets that are set: a sentence each. */
export function checkSecrets(sources: Sources, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(sources).flatMap(([source, scheme]) =>
    toSecretNames(source).flatMap((name) => {
      const secret = secrets[name];
      const fault = secret === undefined || scheme === undefined ? null : checkSecret(scheme, secret);
      return fault === null ? [] : [`${name} ${fault}`];
    }),
  );
}

/** The Worker's secrets for a source: the one in use, and the next one while it is changed. */
export function toSecretNames(source: string): readonly [current: string, next: string] {
  const name = `${source.toUpperCase().replaceAll("-", "_")}_WEBHOOK_SECRET`;
  return [name, `${name}_NEXT`];
}
