import { beforeAll, describe, expect, it } from "vitest";
import { JwtVerifier } from "../../../src/access/jwt.ts";
import type { JwtConfig } from "../../../src/env.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { AUDIENCE, createIssuer, type Issuer, joinParts } from "../../support/issuer.ts";

const NOW = Date.UTC(2027, 0, 1);
const SECONDS = NOW / 1_000;
const ISSUER = "https://id.example/";
const CONFIG: JwtConfig = {
  jwksUrl: "https://id.example/jwks.json",
  issuer: ISSUER,
  audience: AUDIENCE,
  policyClaim: "gen_policy",
  defaultPolicy: null,
};

let issuer: Issuer;
let otherIssuer: Issuer;
beforeAll(async () => {
  issuer = await createIssuer(ISSUER, () => NOW);
  otherIssuer = await createIssuer(ISSUER, () => NOW);
});

function createVerifier(config: Partial<JwtConfig> = {}) {
  const asked: string[] = [];
  const verifier = new JwtVerifier({ ...CONFIG, ...config }, new FakeClock({ startsAt: NOW }), async (url) => {
    asked.push(url);
    return Response.json(issuer.keySet());
  });
  return { asked, verify: (token: string) => verifier.verify(token, 5_000) };
}

const verify = (token: string, config?: Partial<JwtConfig>) => createVerifier(config).verify(token);
const sign = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  issuer.sign(claims, { header });

describe("a token of the issuer", () => {
  it("lets its user in, under the policy that it names, by a hash of the subject", async () => {
    expect(await verify(await sign())).toEqual({
      kind: "verified",
      userId: expect.stringMatching(/^user_[0-9a-f]{32}$/),
      policyName: "web-users",
    });
  });

  it.each(["RS256", "PS256", "ES256", "EdDSA"])("may be signed by %s", async (alg) => {
    const other = await createIssuer(ISSUER, () => NOW, alg);
    const clock = new FakeClock({ startsAt: NOW });
    const verifier = new JwtVerifier(CONFIG, clock, async () => Response.json(other.keySet()));
    expect(await verifier.verify(await other.sign(), 5_000)).toMatchObject({ kind: "verified" });
  });

  it("is for one user: another subject or another issuer is another user", async () => {
    const ids = async (claims: Record<string, unknown>, config?: Partial<JwtConfig>) => {
      const verdict = await verify(await sign(claims), config);
      return verdict.kind === "verified" ? verdict.userId : verdict;
    };
    const other = { iss: "https://other.example/" };
    const all = [await ids({}), await ids({ sub: "berta" }), await ids(other, { issuer: other.iss })];
    expect(new Set(all).size).toBe(3);
    expect(await ids({})).toBe(all[0]);
  });

  it.each([
    ["its audience among several", { aud: ["another", AUDIENCE] }],
    ["an end 29 s ago", { exp: SECONDS - 29 }],
    ["a beginning in 30 s", { nbf: SECONDS + 30 }],
    // Only the issuer can write `iat`, and `nbf` says when a token begins: a future `iat` is harmless.
    ["a time of issue that is still to come", { iat: SECONDS + 600 }],
  ])("may have %s", async (_, claims) => {
    expect(await verify(await sign(claims))).toMatchObject({ kind: "verified" });
  });
});

describe("a bad token", () => {
  it.each([
    ["of another audience", { aud: "another" }, "aud"],
    ["of other audiences", { aud: ["another", "gen-edge-2"] }, "aud"],
    ["of no audience", { aud: undefined }, "aud"],
    ["of another issuer", { iss: "https://id.example" }, "iss"],
    ["of several issuers", { iss: [ISSUER] }, "iss"],
    ["of no issuer", { iss: undefined }, "iss"],
    ["that ended 30 s ago", { exp: SECONDS - 30 }, "exp"],
    ["that has no end", { exp: undefined }, "exp"],
    ["whose end is a text", { exp: String(SECONDS + 60) }, "exp"],
    ["that begins in 31 s", { nbf: SECONDS + 31 }, "nbf"],
    ["of nobody", { sub: undefined }, "sub"],
    ["of an empty name", { sub: "" }, "sub"],
    ["of a number", { sub: 7 }, "sub"],
    ["of an object", { sub: { toString: "anna" } }, "sub"],
    ["without a policy", { gen_policy: undefined }, "gen_policy"],
    ["with null as its policy", { gen_policy: null }, "gen_policy"],
    ["with a list of policies", { gen_policy: ["web-users"] }, "gen_policy"],
  ])("is refused when it is one %s", async (_, claims, why) => {
    expect(await verify(await sign(claims))).toEqual({ kind: "refused", why });
  });

  it("is refused when it is signed by another issuer's key of the same id", async () => {
    const why = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
    expect(await verify(await otherIssuer.sign())).toEqual({ kind: "refused", why });
  });

  it("is refused when its claims were changed after it was signed", async () => {
    const [header, , signature] = (await sign()).split(".");
    const [, payload] = (await sign({ gen_policy: "staff" })).split(".");
    expect(await verify([header, payload, signature].join("."))).toMatchObject({ kind: "refused" });
  });

  it.each([
    ["a key of its own", async () => ({ jwk: otherIssuer.keySet().keys[0] })],
    ["an address of keys", async () => ({ jku: "https://evil.example/jwks.json" })],
    ["an address of certificates", async () => ({ x5u: "https://evil.example/certs.pem" })],
  ])("is refused when it brings along %s, which is neither used nor fetched", async (_, header) => {
    const { verify: check, asked } = createVerifier();
    const token = await otherIssuer.sign({}, { header: await header() });
    expect(await check(token)).toMatchObject({ kind: "refused" });
    expect(asked).toEqual([CONFIG.jwksUrl]);
  });

  it.each(["none", "None", "HS256", "HS512", "RS1", "", "toString"])(
    "is refused with the algorithm “%s” before the issuer is asked for keys",
    async (alg) => {
      const { verify: check, asked } = createVerifier();
      const claims = { iss: ISSUER, aud: AUDIENCE, sub: "anna", exp: SECONDS + 60, gen_policy: "web-users" };
      expect(await check(`${joinParts({ alg, kid: "key-1" }, claims)}.c2ln`)).toMatchObject({ kind: "refused" });
      expect(asked).toEqual([]);
    },
  );

  it("is refused with an HMAC made of the public key", async () => {
    expect(await verify(await issuer.forgeHmac())).toEqual({ kind: "refused", why: "ERR_JOSE_ALG_NOT_ALLOWED" });
  });

  it.each([
    ["a critical extension that nobody knows", { crit: ["x-odd"], "x-odd": 1 }],
    ["a payload that is not encoded", { crit: ["b64"], b64: false }],
  ])("is refused with %s", async (_, header) => {
    const token = await sign({}, header).catch(() => "");
    const [, payload, signature] = (await sign()).split(".");
    const [made] = joinParts({ alg: "RS256", kid: "key-1", ...header }, {}).split(".");
    for (const each of [token, [made, payload, signature].join(".")]) {
      expect(await verify(each)).toMatchObject({ kind: "refused" });
    }
  });

  it.each(["", "a.b.c", "..", "e30.e30.e30", `${"a".repeat(8_000)}.b.c`])(
    "is refused when it is no token: %.20s",
    async (text) => {
      expect(await verify(text)).toMatchObject({ kind: "refused" });
    },
  );

  it.each([{ kid: undefined }, { kid: "" }, { kid: "__proto__" }, { kid: "../key-1" }, { kid: ["key-1"] }])(
    "is refused with another key id, though the signature is good: %j",
    async (header) => {
      const [, payload, signature] = (await otherIssuer.sign()).split(".");
      const [made] = joinParts({ alg: "RS256", ...header }, {}).split(".");
      expect(await verify([made, payload, signature].join("."))).toMatchObject({ kind: "refused" });
    },
  );
});

describe("a token that names no key", () => {
  const unnamed = { header: { kid: undefined } };
  const rotated = async (...kids: string[]) => {
    const other = await createIssuer(ISSUER, () => NOW, "ES256");
    const tokens = [await other.sign({}, unnamed)];
    for (const kid of kids) {
      await other.rotate(kid);
      tokens.push(await other.sign({}, unnamed));
    }
    const clock = new FakeClock({ startsAt: NOW });
    const verifier = new JwtVerifier(CONFIG, clock, async () => Response.json(other.keySet()));
    const judge = async (token: string) => verifier.verify(token, 5_000);
    return { other, tokens, clock, judge };
  };

  it("is taken when any of the published keys has signed it", async () => {
    const { tokens, judge } = await rotated("key-2", "key-3");
    for (const token of tokens) expect(await judge(token)).toMatchObject({ kind: "verified" });
  });

  it("is refused when none has, and when its claims are not right", async () => {
    const { other, judge } = await rotated("key-2");
    const why = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
    const another = await createIssuer(ISSUER, () => NOW, "ES256");
    expect(await judge(await another.sign({}, unnamed))).toEqual({ kind: "refused", why });
    expect(await judge(await other.sign({ aud: "another" }, unnamed))).toEqual({ kind: "refused", why: "aud" });
  });

  it("is held against eight of them at most", async () => {
    const { tokens, judge } = await rotated(...Array.from({ length: 9 }, (_, index) => `key-${index + 2}`));
    expect(await judge(tokens[7] ?? "")).toMatchObject({ kind: "verified" });
    expect(await judge(tokens[8] ?? "")).toMatchObject({ kind: "refused" });
  });

  it("has the keys fetched again, once a minute, when its key was published since the last fetch", async () => {
    const { other, clock, judge } = await rotated();
    await judge(await other.sign());
    await other.rotate("key-2");
    const token = await other.sign({}, unnamed);
    expect(await judge(token)).toMatchObject({ kind: "refused" });
    await clock.advance(60_000);
    expect(await judge(token)).toMatchObject({ kind: "verified" });
  });
});

describe("the claim that names the policy", () => {
  it("may stand further inside, by a JSON Pointer", async () => {
    const inside = { app_metadata: { "gen/policy~1": "staff" } };
    const policyClaim = "/app_metadata/gen~1policy~01";
    expect(await verify(await sign(inside), { policyClaim })).toMatchObject({ policyName: "staff" });
  });

  it("is not looked for in what every object inherits, nor in a text", async () => {
    for (const policyClaim of ["toString", "__proto__", "/constructor/name", "/gen_policy/0"]) {
      expect(await verify(await sign(), { policyClaim })).toMatchObject({ kind: "refused" });
      const guests = { policyClaim, defaultPolicy: "guests" };
      expect(await verify(await sign(), guests)).toMatchObject({ policyName: "guests" });
    }
  });

  it("may be left out where a default policy is set, and only left out", async () => {
    const config = { defaultPolicy: "guests" };
    expect(await verify(await sign({ gen_policy: undefined }), config)).toMatchObject({ policyName: "guests" });
    expect(await verify(await sign({ gen_policy: null }), config)).toMatchObject({ kind: "refused" });
  });
});
