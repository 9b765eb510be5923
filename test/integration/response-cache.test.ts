import { describe, expect, it } from "vitest";
import type { Client } from "../../src/access/policy.ts";
import type { Context } from "../../src/context.ts";
import { selectFreshSeconds } from "../../src/http/remembered-operations.ts";
import { answerFromCache } from "../../src/http/response-cache.ts";
import { Deadline } from "../../src/resilience/deadline.ts";
import { FakeClock } from "../support/fake-clock.ts";

const POLICY = { name: "web", scopes: ["read" as const], agents: "*" as const, origins: [], expiresAt: null };
let paths = 0;

/** GEN's answer to one path of its own, and a clock to move. */
class Shelf {
  readonly clock = new FakeClock();
  readonly #path = `/v1/agents?test=${paths++}`;
  asked = 0;
  answer: () => Response | Promise<Response> = () => Response.json({ agents: [] });

  read(headers: Record<string, string> = {}, client: Partial<Client> = {}): Promise<Response> {
    const url = new URL(this.#path, "https://edge.example");
    const endsAt = this.clock.now() + 25_000;
    const deadline = new Deadline({ endsAt, subrequests: 50, signal: null });
    const event = { error_code: "gen_unavailable" };
    const ctx = { url, clock: this.clock, deadline, event } as unknown as Context;
    const who: Client = { kind: "key", id: "abc", policy: POLICY, ...client };
    const request = new Request(url, { headers });
    return answerFromCache(request, { ctx, client: who, freshSeconds: 60 }, async () => {
      this.asked += 1;
      return this.answer();
    });
  }
}

const down = () => Response.json({ error_code: "gen_unavailable" }, { status: 503 });

describe("an answer that seldom changes", () => {
  it("is asked for once while it is fresh, and says how old it is", async () => {
    const shelf = new Shelf();
    const first = await shelf.read();
    await shelf.clock.advance(59_000);
    const second = await shelf.read();

    expect([first.headers.get("age"), second.headers.get("age")]).toEqual(["0", "59"]);
    // Whoever keeps it takes off its age.
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

  it("is not sent to who has it already", async () => {
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

  it("is asked for once by all who miss it at the same time", async () => {
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

it("only reads that seldom change are remembered, and only with GET", () => {
  expect(selectFreshSeconds("agents.list", "GET")).toBe(60);
  expect(selectFreshSeconds("agents.list", "HEAD")).toBeNull();
  expect(selectFreshSeconds("generations.get", "GET")).toBeNull();
});
