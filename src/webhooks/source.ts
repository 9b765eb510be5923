/**
 * Webhooks of other services: verifies a delivery from its bytes, the source's secrets and the time. Stateless: the
 * caller detects repeats by the delivery id.
 */
import { sha256Hex } from "../encoding/hash.ts";
import { judgeAge } from "./schemes/freshness.ts";
import { importKeys, isSigned } from "./schemes/mac.ts";
import { type RawDelivery, type Refusal, type Reply, refuse, type Scheme, type SignedEvent } from "./schemes/scheme.ts";

const MAX_TYPE_CHARS = 256;

/** Names are path segments in lower case. `gen` is reserved for GEN's webhooks. */
export type Sources = Readonly<Record<string, Scheme>> & { readonly gen?: never };

export type Verdict = Verified | Reply | Refusal;

export interface Verified {
  readonly kind: "verified";
  /** The same for retries and replays, within one source. Any characters, at most 256. */
  readonly deliveryId: string;
  /**
   * The sender's event type, at most 256 characters. GitHub and Shopify don't sign it: use it to choose what to do,
   * never to authorise.
   */
  readonly eventType: string | null;
  readonly payload: unknown;
}

interface VerificationTerms {
  /** None: everything is refused. Two during a rotation. */
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

/** The headers of a delivery that `rereadPayload` needs. */
export function selectEventHeaders({ eventHeaders = [] }: Scheme, headers: Headers): Record<string, string> {
  const named = eventHeaders.map((name) => [name, headers.get(name)] as const);
  return Object.fromEntries(named.filter((header): header is readonly [string, string] => header[1] !== null));
}

/** The payload of a delivery that was verified when it came. Null when the source reads it no more. */
export function rereadPayload(
  scheme: Scheme,
  { body, headers }: { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string>> },
): { readonly payload: unknown } | null {
  const raw = { headers: new Headers(headers), url: "", body: new Uint8Array(body) };
  const reading = scheme.readEvent(raw);
  return reading.kind === "event" ? { payload: reading.payload } : null;
}

/** What is wrong with a secret, for the operator; null if it is valid. Never contains the secret. */
export function checkSecret(scheme: Scheme, secret: string): string | null {
  if (secret === "" || secret !== secret.trim()) return "must not be empty, nor have white space around it.";
  return scheme.checkSecret?.(secret) ?? null;
}

/** What is wrong with the configured secrets. */
export function checkSecrets(sources: Sources, secrets: Readonly<Record<string, string>>) {
  return Object.entries(sources).flatMap(([source, scheme]) =>
    toSecretNames(source).flatMap((name) => {
      const secret = secrets[name];
      const fault = secret === undefined || scheme === undefined ? null : checkSecret(scheme, secret);
      return fault === null ? [] : [{ variable: name, fault }];
    }),
  );
}

/** The names of a source's secrets: the current one, and the next one during a rotation. */
export function toSecretNames(source: string): readonly [current: string, next: string] {
  const name = `${source.toUpperCase().replaceAll("-", "_")}_WEBHOOK_SECRET`;
  return [name, `${name}_NEXT`];
}
