import { describe, expect, it } from "vitest";
import type { Client } from "../../src/access/policy.ts";
import { findOperation } from "../../src/gen/operations.ts";
import type { Context } from "../../src/http/context.ts";
import { selectFreshSeconds } from "../../src/http/forward/cache/cacheable-operations.ts";
import { answerFromCache } from "../../src/http/forward/cache/response-cache.ts";
import type { RequestEvent } from "../../src/observability/event.ts";
import type { Problem } from "../../src/problems/problem.ts";
import { Deadline } from "../../src/resilience/deadline.ts";
import type { Attempting } from "../../src/resilience/host-health.ts";
import { FakeClock } from "../support/fake-clock.ts";

const POLICY = { name: "web", scopes: ["read" as const], agents: "*" as const, origins: [], expiresAt: null };
let paths = 0;

/** The cached answers to a path that only this test uses, and the clock. */
class Shelf {
  readonly clock = new FakeClock();
  /** The time until which GEN must not be asked. */
  openUntil = 0;
  pausedUntil = 0;
  readonly #path = `/v1/agents?test=${paths++}`;
  asked = 0;
  /** The log event of the latest request. */
  event: Partial<RequestEvent> = {};
  /** The work that goes on after an answer. */
  readonly behind: Promise<unknown>[] = [];
  answer: (ctx: Context) => Response | Problem | Promise<Response | Problem> = () => Response.json({ agents: [] });

  async read(headers: Record<string, string> = {}, client: Partial<Client> = {}, budgetMs = 25_000): Promise<Response> {
    const url = new URL(this.#path, "https://edge.example");
    const endsAt = this.clock.now() + budgetMs;
    this.event = { error_code: null, veto: null, upstream_status: null, upstream_code: null, attempts: [] };
    const ctx = {
      url,
      clock: this.clock,
      deadline: new Deadline({ endsAt, subrequests: 50, signal: null }),
      event: this.event,
      config: { httpBudgetMs: 25_000, gen: { maxAttempts: 8 } },
      gen: {
        health: {
          api: {
            heldForMs: (now: number, { pauseGroup }: Attempting) =>
              Math.max(0, this.openUntil - now, pauseGroup === "read" ? this.pausedUntil - now : 0),
          },
        },
      },
      waitUntil: (work: Promise<unknown>) => void this.behind.push(work),
    } as unknown as Context;
    const who: Client = { kind: "key", id: "abc", policy: POLICY, ...client };
    const reading = { ctx, client: who, operation: findOperation("agents.list"), freshSeconds: 60 };
    const answered = await answerFromCache(new Request(url, { headers }), reading, async (using) => {
      this.asked += 1;
      return this.answer(using);
    });
    return answered instanceof Response ? answered : Response.json({}, { status: answered.status });
  }

  /** Leaves a copy in the cache that is no longer fresh. */
  async stale(): Promise<void> {
    await this.read();
    await this.clock.advance(61_000);
    this.asked = 0;
  }
}

/** A request as the forwarding code hands it over. */
const down = ({ event }: Context) => {
  event.attempts.push({ outcome: "503", ms: 5, waited_ms: 0 });
  const problem = {
    code: "gen_unavailable",
    status: 503,
    retry: "yes",
    charged: "no",
    veto: "attempts-spent",
  } as const;
  return { ...problem, upstream: { status: 503, error_code: "down" } };
};

describe("an answer that seldom changes", () => {
  it("is asked for once while it is fresh, and says how old it is", async () => {
    const shelf = new Shelf();
    const first = await shelf.read();
    await shelf.clock.advance(59_000);
    const second = await shelf.read();

    expect([first.headers.get("age"), second.headers.get("age")]).toEqual(["0", "59"]);
    // A client that stores the answer subtracts its age.
    expect(second.headers.get("cache-control")).toBe("private, max-age=60");
    expect(await second.json()).toEqual(await first.json());
    expect(shelf.asked).toBe(1);
  });

  it("is asked for again when it is no longer fresh", async () => {
    const shelf = new Shelf();
    await shelf.read();
    await shelf.clock.advance(60_000);
    shelf.answer = () => Response.json({ agents: [42] });

    expect(await (await shelf.read()).json()).toEqual({ agents: [42] });
    expect(shelf.asked).toBe(2);
  });

  it("is not sent to a client that has it already", async () => {
    const shelf = new Shelf();
    const etag = (await shelf.read()).headers.get("etag") ?? "";
    const answers = [
      await shelf.read({ "if-none-match": `"other", W/${etag}` }),
      await shelf.read({ "if-none-match": "*" }),
    ];

    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [304, null],
      [304, null],
    ]);
    expect((await shelf.read({ "if-none-match": '"other"' })).status).toBe(200);
  });

  it("is given for an hour longer while GEN is down, and not after that", async () => {
    const shelf = new Shelf();
    await shelf.read();
    shelf.answer = down;
    await shelf.clock.advance(3_659_000);
    const stale = await shelf.read();
    await shelf.clock.advance(1_000);
    const gone = await shelf.read();

    expect([stale.status, stale.headers.get("age")]).toEqual([200, "3659"]);
    expect(gone.status).toBe(503);
  });

  it("is not replaced by a refusal, and a refusal is not remembered", async () => {
    const shelf = new Shelf();
    shelf.answer = () => Response.json({ error_code: "permission_denied" }, { status: 403 });

    expect((await shelf.read()).status).toBe(403);
    shelf.answer = () => Response.json({ agents: [] });
    expect((await shelf.read()).status).toBe(200);
  });

  it("is asked for once for all who miss it at the same time", async () => {
    const shelf = new Shelf();
    const { promise, resolve } = Promise.withResolvers<Response>();
    shelf.answer = () => promise;
    const all = Promise.all([shelf.read(), shelf.read(), shelf.read()]);
    await scheduler.wait(20);
    resolve(Response.json({ agents: [7] }));

    expect(await Promise.all((await all).map((each) => each.json()))).toEqual(Array(3).fill({ agents: [7] }));
    expect(shelf.asked).toBe(1);
  });

  it("belongs to its client alone, and to all users of one policy", async () => {
    const shelf = new Shelf();
    await shelf.read();
    await shelf.read({}, { id: "other" });
    expect(shelf.asked).toBe(2);

    await shelf.read({}, { kind: "user", id: "user_1" });
    await shelf.read({}, { kind: "user", id: "user_2" });
    await shelf.read({}, { kind: "user", id: "user_2", policy: { ...POLICY, name: "other" } });
    expect(shelf.asked).toBe(4);
  });

  it("passes through whole when it is too large to be kept", async () => {
    const shelf = new Shelf();
    shelf.answer = () => new Response("x".repeat(1_024 * 1_024 + 1));

    expect((await (await shelf.read()).text()).length).toBe(1_024 * 1_024 + 1);
    await (await shelf.read()).text();
    expect(shelf.asked).toBe(2);
  });
});

describe("a copy that is no longer fresh", () => {
  const isStale = (response: Response) => {
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-status")).toMatch(/^gen-edge; hit; detail=stale; ttl=-\d+$/);
  };

  it("is given when GEN fails at the one attempt; the log line alone has what GEN said", async () => {
    const shelf = new Shelf();
    await shelf.stale();
    let most = 0;
    shelf.answer = (using) => {
      most = using.config.gen.maxAttempts;
      return down(using);
    };
    isStale(await shelf.read());

    expect([shelf.asked, most]).toEqual([1, 1]);
    expect(shelf.event).toEqual({
      error_code: null,
      veto: null,
      upstream_status: 503,
      upstream_code: "down",
      attempts: [{ outcome: "503", ms: 5, waited_ms: 0 }],
    });
  });

  it("is given when an answer of GEN's breaks off", async () => {
    const shelf = new Shelf();
    await shelf.stale();
    shelf.answer = () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"agents":['));
          controller.error(new Error("cut"));
        },
      });
      return new Response(body);
    };
    const response = await shelf.read();
    isStale(response);
    expect(await response.json()).toEqual({ agents: [] });
  });

  it("is not given when GEN refuses the request now", async () => {
    const shelf = new Shelf();
    await shelf.stale();
    shelf.answer = () => Response.json({ error_code: "permission_denied" }, { status: 403 });

    expect((await shelf.read()).status).toBe(403);
  });

  it("is given after 2 s, and renewed in the background", async () => {
    const shelf = new Shelf();
    await shelf.stale();
    const { promise, resolve } = Promise.withResolvers<Response>();
    shelf.answer = () => promise;
    const startedAt = shelf.clock.now();
    isStale(await shelf.clock.settle(shelf.read()));
    expect(shelf.clock.now() - startedAt).toBe(2_000);
    expect(shelf.event.attempts).toEqual([{ outcome: "timeout", ms: 2_000, waited_ms: 0 }]);
    const { event } = shelf;

    resolve(Response.json({ agents: [42] }));
    await Promise.all(shelf.behind);
    const next = await shelf.read();
    expect(await next.json()).toEqual({ agents: [42] });
    expect(next.headers.get("cache-status")).toMatch(/^gen-edge; hit; ttl=60$/);
    expect(shelf.asked).toBe(1);
    expect(event.attempts).toHaveLength(1);
  });

  it("is given after half the time to a caller of little time, while the renewal has the usual time", async () => {
    const shelf = new Shelf();
    await shelf.stale();
    let endsAt = 0;
    shelf.answer = ({ deadline }) => {
      endsAt = deadline.endsAt;
      return new Promise(() => {});
    };
    const startedAt = shelf.clock.now();
    isStale(await shelf.clock.settle(shelf.read({}, {}, 1_000)));
    expect(shelf.clock.now() - startedAt).toBe(500);
    expect(endsAt - startedAt).toBe(25_000);
  });

  it("is given to the next callers no later than to the first, without asking GEN again", async () => {
    const shelf = new Shelf();
    await shelf.stale();
    shelf.answer = () => new Promise(() => {});
    const startedAt = shelf.clock.now();
    const first = shelf.read();
    await shelf.clock.advance(500);
    const second = shelf.read();
    for (const response of await shelf.clock.settle(Promise.all([first, second]))) isStale(response);
    expect(shelf.clock.now() - startedAt).toBe(2_000);
    isStale(await shelf.read());
    expect(shelf.clock.now() - startedAt).toBe(2_000);
    expect(shelf.asked).toBe(1);
  });

  it("is renewed though an earlier attempt never came to an end", async () => {
    const shelf = new Shelf();
    await shelf.stale();
    shelf.answer = () => new Promise(() => {});
    await shelf.clock.settle(shelf.read());
    await shelf.clock.advance(60_001);
    shelf.answer = () => Response.json({ agents: [42] });
    expect(await (await shelf.read()).json()).toEqual({ agents: [42] });
  });

  it.each([
    ["its circuit is open", "openUntil"],
    ["it has asked for a pause", "pausedUntil"],
  ] as const)("is given without asking GEN while %s", async (_, until) => {
    const shelf = new Shelf();
    await shelf.stale();
    shelf[until] = shelf.clock.now() + 5_000;
    isStale(await shelf.read());
    expect([shelf.asked, shelf.event.attempts]).toEqual([0, []]);

    await shelf.clock.advance(5_000);
    expect((await shelf.read()).headers.get("cache-status")).toMatch(/fwd=miss/);
  });
});

it("only reads that seldom change are remembered, and only with GET", () => {
  expect(selectFreshSeconds("agents.list", "GET")).toBe(60);
  expect(selectFreshSeconds("agents.list", "HEAD")).toBeNull();
  expect(selectFreshSeconds("generations.get", "GET")).toBeNull();
});
