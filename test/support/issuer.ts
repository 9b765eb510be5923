/**
 * An issuer of JSON Web Tokens: its keys, its public key set, and its tokens, which are valid unless a test changes
 * them.
 */
import { createHmac } from "node:crypto";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

export const AUDIENCE = "gen-edge";

export interface Signing {
  /** Members of the header beside `alg` and `kid`. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly kid?: string;
}

export interface Issuer {
  readonly name: string;
  /** The public key set, as it is published. */
  keySet(): { keys: JWK[] };
  /** Signs all further tokens with a new key, and publishes its public part. */
  rotate(kid: string): Promise<void>;
  /** A token of one hour for the audience; a claim that is `undefined` is left out. */
  sign(claims?: Readonly<Record<string, unknown>>, signing?: Signing): Promise<string>;
  /** A forgery by an attacker who knows only the public key: an HMAC with it. */
  forgeHmac(claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** `now` gives milliseconds since the epoch, by the verifier's clock. */
export async function createIssuer(name: string, now: () => number, alg = "RS256"): Promise<Issuer> {
  let current: { kid: string; privateKey: CryptoKey; publicKey: CryptoKey };
  const published: JWK[] = [];
  const rotate = async (kid: string) => {
    current = { kid, ...(await generateKeyPair(alg, { extractable: true })) };
    published.push({ ...(await exportJWK(current.publicKey)), kid, alg, use: "sig" });
  };
  await rotate("key-1");
  const complete = (claims: Readonly<Record<string, unknown>>) => {
    const seconds = Math.floor(now() / 1_000);
    const usual = {
      iss: name,
      aud: AUDIENCE,
      sub: "anna",
      iat: seconds,
      exp: seconds + 3_600,
      gen_policy: "web-users",
    };
    return Object.fromEntries(Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined));
  };
  return {
    name,
    keySet: () => ({ keys: [...published] }),
    rotate,
    sign(claims = {}, { header = {}, kid = current.kid } = {}) {
      const whole = { alg, kid, typ: "JWT", ...header };
      return new SignJWT(complete(claims) as JWTPayload)
        .setProtectedHeader(whole)
        .sign(current.privateKey, { crit: { "x-odd": true } });
    },
    async forgeHmac(claims = {}) {
      const text = joinParts({ alg: "HS256", kid: current.kid, typ: "JWT" }, complete(claims));
      const mac = createHmac("sha256", await exportSPKI(current.publicKey)).update(text);
      return `${text}.${mac.digest("base64url")}`;
    },
  };
}

/** Header and payload of a token, without a signature. */
export function joinParts(header: unknown, payload: unknown): string {
  return [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}
