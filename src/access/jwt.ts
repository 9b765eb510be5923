/**
 * JSON Web Tokens (RFC 7519) from the product's own sign-in, so that a browser need not hold a key. Signature, issuer,
 * audience and times are checked against the issuer's published keys. The allowed algorithms are fixed here. Keys and
 * URLs inside a token (`jwk`, `jku`, `x5u`) are ignored. A claim that users can't edit names the policy; a token
 * without that claim is refused, unless a default policy is configured.
 */
import {
  type CryptoKey,
  decodeProtectedHeader,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import {
  JOSEError,
  JWKSMultipleMatchingKeys,
  JWSSignatureVerificationFailed,
  JWTClaimValidationFailed,
  JWTExpired,
} from "jose/errors";
import { sha256Hex } from "../encoding/hash.ts";
import type { JwtConfig } from "../env.ts";
import type { Clock } from "../resilience/clock.ts";
import { type FetchKeys, IssuerKeys, KeysUnavailable } from "./issuer-keys.ts";

/**
 * `why` is for the log: the name of a claim, a jose error code, or how fetching the keys failed. It never holds content
 * of the token.
 */
type JwtVerdict =
  | { readonly kind: "verified"; readonly userId: string; readonly policyName: string }
  | { readonly kind: "refused"; readonly why: string }
  /** The issuer's keys could not be fetched: the caller gets 503, not 401. */
  | { readonly kind: "unavailable"; readonly why: string };

/** Asymmetric algorithms only: no shared secrets (`HS256`) and never `none`. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"];
const LEEWAY_SECONDS = 30;
/**
 * The most published keys to try for a token without `kid`. Each is a signature check for an unauthenticated caller.
 */
const MAX_KEYS = 8;

export class JwtVerifier {
  readonly #config: JwtConfig;
  readonly #clock: Clock;
  readonly #keys: IssuerKeys;

  constructor(config: JwtConfig, clock: Clock, fetchKeys?: FetchKeys) {
    this.#config = config;
    this.#clock = clock;
    this.#keys = new IssuerKeys(config.jwksUrl, clock, fetchKeys);
  }

  /** `maxMs`: how long fetching the keys may take at most. */
  async verify(token: string, maxMs: number): Promise<JwtVerdict> {
    try {
      return await this.#admit(await this.#check(token, maxMs));
    } catch (error) {
      if (error instanceof KeysUnavailable) return { kind: "unavailable", why: error.message };
      return { kind: "refused", why: describeError(error) };
    }
  }

  /**
   * A token without `kid` may be signed with a key that was published after the last fetch: fetch once more, then
   * retry.
   */
  async #check(token: string, maxMs: number): Promise<JWTPayload> {
    try {
      return await this.#checkOnce(token, maxMs);
    } catch (error) {
      const isUnnamed = isBadSignature(error) && decodeProtectedHeader(token).kid === undefined;
      if (!isUnnamed || !(await this.#keys.renew(maxMs))) throw error;
      return await this.#checkOnce(token, maxMs);
    }
  }

  async #checkOnce(token: string, maxMs: number): Promise<JWTPayload> {
    const { issuer, audience } = this.#config;
    const options = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(this.#clock.now()),
      requiredClaims: ["sub", "exp"],
    };
    const findKey: JWTVerifyGetKey = (header, jws) => this.#keys.find(header, jws, maxMs);
    try {
      return (await jwtVerify(token, findKey, options)).payload;
    } catch (error) {
      if (error instanceof JWKSMultipleMatchingKeys) return await tryEach(token, error, options);
      throw error;
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

/** For a token without `kid`: tries every key that fits its algorithm. */
async function tryEach(token: string, keys: AsyncIterable<CryptoKey>, options: JWTVerifyOptions): Promise<JWTPayload> {
  let tried = 0;
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!isBadSignature(error)) throw error;
    }
    tried += 1;
    if (tried === MAX_KEYS) break;
  }
  throw new JWSSignatureVerificationFailed();
}

function isBadSignature(error: unknown): boolean {
  return error instanceof JWSSignatureVerificationFailed;
}

function describeError(error: unknown): string {
  if (error instanceof JWTClaimValidationFailed || error instanceof JWTExpired) return error.claim;
  return error instanceof JOSEError ? error.code : String(error);
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

/**
 * `sub` may be an email address, so logs and stored rows hold only a hash of it. Ids of client keys contain no `_`, so
 * the two kinds can't collide.
 */
async function toUserId(issuer: string, subject: string): Promise<string> {
  return `user_${(await sha256Hex(JSON.stringify([issuer, subject]))).slice(0, 32)}`;
}
