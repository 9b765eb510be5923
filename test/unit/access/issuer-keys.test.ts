import { beforeAll, describe, expect, it } from "vitest";
import type { FetchKeys } from "../../../src/access/issuer-keys.ts";
import { JwtVerifier } from "../../../src/access/jwt.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { AUDIENCE, createIssuer, type Issuer } from "../../support/issuer.ts";

const NOW = Date.UTC(2027, 0, 1);
const ISSUER = "https://id.example/";
const JWKS_URL = "https://id.example/jwks.json";

let issuer: Issuer;
beforeAll(async () => {
  issuer = await createIssuer(ISSUER, () => NOW);
});

/** A verifier, the clock that its cache uses, and the requests that it sent to the issuer. */
function createVerifier(answer: () => Response | Promise<Response>) {
  const clock = new FakeClock({ startsAt: NOW });
  const asked: RequestInit[] = [];
  const fetchKeys: FetchKeys = async (_, init) => {
    asked.push(init);
    return answer();
  };
  const config = {
    jwksUrl: JWKS_URL,
    issuer: ISSUER,
    audience: AUDIENCE,
    policyClaim: "gen_policy",
    defaultPolicy: null,
  };
  const verifier = new JwtVerifier(config, clock, fetchKeys);
  /** A token of the current time: the clock of a test runs far ahead. */
  const sign = (kid?: string) => issuer.sign({ exp: clock.now() / 1_000 + 600 }, kid === undefined ? {} : { kid });
  return {
    clock,
    asked,
    verdict: async () => verifier.verify(await sign(), 60_000),
    ask: async (kid?: string) => (await verifier.verify(await sign(kid), 60_000)).kind,
    /** Advances the clock until there is a verdict. */
    async waitFor(budgetMs: number) {
      const token = await sign();
      return (await clock.settle(verifier.verify(token, budgetMs))).kind;
    },
  };
}

const published = () => Response.json(issuer.keySet());

describe("the issuer's keys", () => {
  it("are asked for once in ten minutes", async () => {
    const { ask, clock, asked } = createVerifier(published);
    expect([await ask(), await ask()]).toEqual(["verified", "verified"]);
    await clock.advance(10 * 60_000 - 1);
    await ask();
    expect(asked).toHaveLength(1);

    await clock.advance(1);
    expect(await ask()).toBe("verified");
    expect(asked).toHaveLength(2);
  });

  it("are asked for again for an unknown id, once a minute, however many come at once", async () => {
    const { ask, clock, asked } = createVerifier(published);
    await ask();
    await clock.advance(59_999);
    expect(await ask("key-2")).toBe("refused");
    expect(asked).toHaveLength(1);

    await clock.advance(1);
    const all = await Promise.all(["key-2", "key-3", "key-4"].map((kid) => ask(kid)));
    expect(all).toEqual(["refused", "refused", "refused"]);
    expect(asked).toHaveLength(2);
  });

  it("include a new key a minute after it was published; until then its tokens are refused", async () => {
    const own = await createIssuer(ISSUER, () => NOW);
    const clock = new FakeClock({ startsAt: NOW });
    const config = {
      jwksUrl: JWKS_URL,
      issuer: ISSUER,
      audience: AUDIENCE,
      policyClaim: "gen_policy",
      defaultPolicy: null,
    };
    const verifier = new JwtVerifier(config, clock, async () => Response.json(own.keySet()));
    const ask = async () => (await verifier.verify(await own.sign(), 5_000)).kind;
    await ask();
    await own.rotate("key-2");
    expect(await ask()).toBe("refused");
    await clock.advance(60_000);
    expect(await ask()).toBe("verified");
  });

  it("come from where the configuration says: no redirect is followed", async () => {
    const { ask, asked } = createVerifier(() => Response.redirect("https://evil.example/jwks.json"));
    expect(await ask()).toBe("unavailable");
    expect(asked).toEqual([expect.objectContaining({ redirect: "manual" })]);
  });

  it.each([
    ["are not there", () => new Response("", { status: 404 }), "status 404"],
    ["are in trouble", () => new Response("", { status: 503 }), "status 503"],
    ["are no JSON", () => new Response("<html>"), "malformed"],
    ["are another JSON", () => Response.json({ keys: "none" }), "malformed"],
    ["are null", () => Response.json(null), "malformed"],
    ["are too long", () => new Response(" ".repeat(256 * 1_024 + 1)), "too long"],
    ["can't be reached", () => Promise.reject(new Error("Network connection lost.")), "lost"],
  ])("let nobody in when they %s, and say why", async (_, answer, why) => {
    const { verdict } = createVerifier(answer);
    expect(await verdict()).toEqual({ kind: "unavailable", why: expect.stringContaining(why) });
  });

  it("are not asked for again in the 5 s after that failed", async () => {
    let up = false;
    const { ask, clock, asked } = createVerifier(() => (up ? published() : new Response("", { status: 503 })));
    expect([await ask(), await ask()]).toEqual(["unavailable", "unavailable"]);
    up = true;
    await clock.advance(4_999);
    expect(await ask()).toBe("unavailable");
    expect(asked).toHaveLength(1);

    await clock.advance(1);
    expect(await ask()).toBe("verified");
  });

  it("stay in use while the issuer is down, and unknown ids have it asked once a minute only", async () => {
    let up = true;
    const { ask, clock, asked } = createVerifier(() => (up ? published() : new Response("", { status: 503 })));
    await ask();
    up = false;
    await clock.advance(60_000);
    expect(await ask("key-2")).toBe("unavailable");
    await clock.advance(10_000);
    expect([await ask("key-3"), await ask()]).toEqual(["refused", "verified"]);
    expect(asked).toHaveLength(2);

    await clock.advance(10 * 60_000);
    expect(await ask()).toBe("unavailable");
  });
});

describe("an issuer that is slow", () => {
  const never = () => new Promise<Response>(() => {});
  const hanging = (asked: RequestInit[]) =>
    new Promise<Response>((_, reject) => {
      asked.at(-1)?.signal?.addEventListener("abort", ({ target }) => reject((target as AbortSignal).reason));
    });
  const dripping = () => new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode("{")) }));

  it.each([
    ["with its headers", 60_000, 5_000],
    ["with its headers, and the caller's budget is short", 700, 700],
  ])(
    "is waited for no longer than the budget, and 5 s at most: slow %s, budget %i ms",
    async (_, budgetMs, waitedMs) => {
      const made: ReturnType<typeof createVerifier> = createVerifier(() => hanging(made.asked));
      expect(await made.waitFor(budgetMs)).toBe("unavailable");
      expect(made.clock.now() - NOW).toBe(waitedMs);
    },
  );

  it("is waited for just as long when its body is slow", async () => {
    const { waitFor, clock } = createVerifier(dripping);
    expect(await waitFor(60_000)).toBe("unavailable");
    expect(clock.now() - NOW).toBe(5_000);
  });

  it("does not keep one request waiting for another's fetch", async () => {
    const answers = [never, published];
    const { ask, clock } = createVerifier(() => (answers.shift() ?? published)());
    void ask();
    while (answers.length === 2) await clock.advance(0);
    expect(await ask()).toBe("verified");
  });
});
