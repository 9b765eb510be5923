/**
 * JSON Web Tokens (RFC 7519) of the product's own sign-in, so that a browser need not hold a key. Signature, issuer,
 * audience and times are checked against the issuer's published keys (RFC 7517); the algorithms are fixed here, never
 * taken from the token. The policy is named by a claim that its users can't edit: no claim, no entry, unless a default
 * policy is set on purpose.
 */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { toHex } from "../hex.ts";
import type { Clock } from "../resilience/clock.ts";

export interface JwtConfig {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** A claim's name, or a JSON Pointer (RFC 6901) to one further inside: `/app_metadata/gen_policy`. */
  readonly policyClaim: string;
  /** The policy of tokens that name none; null: they are refused. */
  readonly defaultPolicy: string | null;
}

export type JwtVerdict =
  | { readonly kind: "verified"; readonly userId: string; readonly policyName: string }
  | { readonly kind: "refused" }
  /** The issuer's keys could not be fetched: nobody is let in, and nobody is told that the token is bad. */
  | { readonly kind: "unavailable" };

const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"];
const LEEWAY_SECONDS = 30;
const KEEP_KEYS_MS = 10 * 60_000;
/** An unknown key id asks the issuer again, at most this often. */
const COOLDOWN_MS = 60_000;
const TIMEOUT_MS = 5_000;
/** After a fetch that failed nobody asks for this long. */
const REST_MS = 5_000;

/** What says that the token is wrong. All else says that it could not be judged. */
const REFUSALS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

export class JwtVerifier {
  readonly #config: JwtConfig;
  readonly #clock: Clock;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  #restsUntil = 0;

  constructor(config: JwtConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#keys = createRemoteJWKSet(new URL(config.jwksUrl), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEEP_KEYS_MS,
    });
  }

  async verify(token: string): Promise<JwtVerdict> {
    const now = this.#clock.now();
    if (now < this.#restsUntil && !this.#keys.fresh) return { kind: "unavailable" };
    const { issuer, audience } = this.#config;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: LEEWAY_SECONDS,
        currentDate: new Date(now),
        requiredClaims: ["sub", "exp"],
      });
      return this.#admit(payload);
    } catch (error) {
      if (REFUSALS.some((refusal) => error instanceof refusal)) return { kind: "refused" };
      this.#restsUntil = this.#clock.now() + REST_MS;
      return { kind: "unavailable" };
    }
  }

  async #admit(payload: JWTPayload): Promise<JwtVerdict> {
    const { policyClaim, defaultPolicy, issuer } = this.#config;
    const claimed = readClaim(payload, policyClaim);
    const policyName = claimed === undefined ? defaultPolicy : claimed;
    if (typeof policyName !== "string" || !payload.sub) return { kind: "refused" };
    return { kind: "verified", userId: await toUserId(issuer, payload.sub), policyName };
  }
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

/** A user's subject may be an address: it stands in logs and rows as a hash only. */
async function toUserId(issuer: string, subject: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([issuer, subject]));
  return `user_${toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).slice(0, 32)}`;
}
