/**
 * JSON Web Tokens (RFC 7519) of the product's own sign-in, so that a browser need not hold a key. Signature, issuer,
 * audience and times are checked against the issuer's published keys; the algorithms are fixed here, never taken from
 * the token, and no key or address that a token brings along is used. The policy is named by a claim that its users
 * can't edit: no claim, no entry, unless a default policy is set on purpose.
 */
import { errors, type JWTPayload, jwtVerify } from "jose";
import { toHex } from "../hex.ts";
import type { Clock } from "../resilience/clock.ts";
import { type FetchKeys, IssuerKeys, KeysUnavailable } from "./issuer-keys.ts";

export interface JwtConfig {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** A claim's name, or a JSON Pointer (RFC 6901) to one further inside: `/app_metadata/gen_policy`. */
  readonly policyClaim: string;
  /** The policy of tokens that name none; null: they are refused. */
  readonly defaultPolicy: string | null;
}

/** `why` is for the log: a claim's name, a code of jose, or what became of the fetch. Nothing of the token stands in it. */
export type JwtVerdict =
  | { readonly kind: "verified"; readonly userId: string; readonly policyName: string }
  | { readonly kind: "refused"; readonly why: string }
  /** The issuer's keys could not be fetched: nobody is let in, and nobody is told that the token is bad. */
  | { readonly kind: "unavailable"; readonly why: string };

/** Signatures by public keys alone: a secret that both sides know, or none, is never right. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"];
const LEEWAY_SECONDS = 30;

export class JwtVerifier {
  readonly #config: JwtConfig;
  readonly #clock: Clock;
  readonly #keys: IssuerKeys;

  constructor(config: JwtConfig, clock: Clock, fetchKeys?: FetchKeys) {
    this.#config = config;
    this.#clock = clock;
    this.#keys = new IssuerKeys(config.jwksUrl, clock, fetchKeys);
  }

  /** `maxMs`: the longest that a fetch of the keys may take. */
  async verify(token: string, maxMs: number): Promise<JwtVerdict> {
    const { issuer, audience } = this.#config;
    try {
      const { payload } = await jwtVerify(token, (header, jws) => this.#keys.find(header, jws, maxMs), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: LEEWAY_SECONDS,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ["sub", "exp"],
      });
      return await this.#admit(payload);
    } catch (error) {
      if (error instanceof KeysUnavailable) return { kind: "unavailable", why: error.message };
      return { kind: "refused", why: describe(error) };
    }
  }

  async #admit(payload: JWTPayload): Promise<JwtVerdict> {
    const { policyClaim, defaultPolicy, issuer } = this.#config;
    const subject: unknown = payload.sub;
    if (typeof subject !== "string" || subject === "") return { kind: "refused", why: "sub" };
    const claimed = readClaim(payload, policyClaim);
    const policyName = claimed === undefined ? defaultPolicy : claimed;
    if (typeof policyName !== "string") return { kind: "refused", why: policyClaim };
    return { kind: "verified", userId: await toUserId(issuer, subject), policyName };
  }
}

function describe(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) return error.claim;
  return error instanceof errors.JOSEError ? error.code : String(error);
}

function readClaim(payload: JWTPayload, claim: string): unknown {
  if (!claim.startsWith("/")) return Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  let value: unknown = payload;
  for (const part of claim.slice(1).split("/")) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A user's subject may be an address: it stands in logs and rows as a hash only. No id of a key holds a `_`. */
async function toUserId(issuer: string, subject: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([issuer, subject]));
  return `user_${toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).slice(0, 32)}`;
}
