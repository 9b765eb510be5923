/** An issuer of JSON Web Tokens: keys, the set of their public parts, and tokens that are right unless a test says otherwise. */
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
  /** As it is published. */
  keySet(): { keys: JWK[] };
  /** From now on tokens are signed by a new key, and its public part is published. */
  rotate(kid: string): Promise<void>;
  /** A token of one hour for the audience; `undefined` takes a claim away. */
  sign(claims?: Readonly<Record<string, unknown>>, signing?: Signing): Promise<string>;
  /** What an attacker makes who knows the public key alone: an HMAC with it. */
  forgeHmac(claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** `now`: milliseconds since the epoch, as the one who checks the tokens has it. */
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

/** Header and payload as a token has them, not signed. */
export function joinParts(header: unknown, payload: unknown): string {
  return [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}
