/** The sign-in service of a product: publishes its keys, and signs valid and invalid tokens. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

const ISSUER = "https://id.example/";
const AUDIENCE = "gen-edge";
const POLICY = "web-users";
const HOUR_SECONDS = 3_600;

export interface IdentityProvider {
  /** The variables of a Worker that trusts it. */
  readonly vars: Readonly<Record<string, string>>;
  /** The policy that its users have. */
  readonly policy: string;
  /** Invalid tokens, by what is wrong with them. */
  readonly tokens: Readonly<
    Record<"valid" | "expired" | "other-audience" | "other-key" | "none" | "no-policy", string>
  >;
  close(): void;
}

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const own = await generateKeyPair("ES256");
  const other = await generateKeyPair("ES256");
  const jwks = { keys: [{ ...(await exportJWK(own.publicKey)), kid: "k1", alg: "ES256", use: "sig" }] };
  const server = createServer((_, response) =>
    response.setHeader("content-type", "application/json").end(JSON.stringify(jwks)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  return {
    vars: { JWT_JWKS_URL: url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE },
    policy: POLICY,
    tokens: {
      valid: await sign(own.privateKey, {}),
      expired: await sign(own.privateKey, { exp: 1_600_000_000 }),
      "other-audience": await sign(own.privateKey, { aud: "another" }),
      "other-key": await sign(other.privateKey, {}),
      "no-policy": await sign(own.privateKey, { gen_policy: undefined }),
      none: toUnsigned(toClaims({})),
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function toClaims(changes: JWTPayload): JWTPayload {
  const exp = Math.floor(Date.now() / 1_000) + HOUR_SECONDS;
  return { iss: ISSUER, aud: AUDIENCE, sub: "user-1", gen_policy: POLICY, exp, ...changes };
}

function sign(key: CryptoKey, changes: JWTPayload): Promise<string> {
  return new SignJWT(toClaims(changes)).setProtectedHeader({ alg: "ES256", kid: "k1" }).sign(key);
}

/** A token with `alg: none`: RFC 8725, section 2.1. */
function toUnsigned(claims: JWTPayload): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
}
