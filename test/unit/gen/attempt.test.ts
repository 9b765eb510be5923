import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AttemptTask, attempt } from "../../../src/gen/attempt.ts";
import { systemClock } from "../../../src/resilience/clock.ts";

const KEY = "gen_pat_9f8e7d6c5b4a39281706";

/** A GEN that answers as the test says, and records the key that it was sent. */
let server: Server;
let answer = { status: 200, body: "" };
let sentKey: string | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    sentKey = String(request.headers["x-api-key"]);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The outcome of one attempt at GEN's answer. */
async function run(status: number, body: string, more: Partial<AttemptTask> = {}) {
  answer = { status, body };
  return attempt({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/me`,
    init: { method: "GET", headers: {}, body: null },
    apiKey: KEY,
    limitMs: 2_000,
    endsAt: systemClock.now() + 2_000,
    readWhole: false,
    alsoAnswers: [],
    callerSignal: null,
    clock: systemClock,
    ...more,
  });
}

async function readError(body: string, apiKey = KEY) {
  const outcome = await run(422, body, { apiKey });
  if (outcome.kind !== "failure" || outcome.failure.kind !== "status") throw new Error(outcome.kind);
  return outcome.failure.error;
}

describe("an attempt", () => {
  it("carries GEN's key", async () => {
    await run(200, "{}");

    expect(sentKey).toBe(KEY);
  });
});

describe("GEN's words about a failure", () => {
  it("hold no key, wherever GEN repeats it", async () => {
    const error = await readError(
      JSON.stringify({
        error: `Key ${KEY} is wrong`,
        error_code: "validation_error",
        errors: [{ message: KEY, [KEY]: 1 }],
      }),
    );

    expect(error).toEqual({
      code: "validation_error",
      text: "Key [redacted] is wrong",
      members: { errors: [{ message: "[redacted]", "[redacted]": 1 }] },
    });
  });

  it("hold no key in the place of their code", async () => {
    const { code } = await readError(JSON.stringify({ error: "Wrong", error_code: KEY }));

    expect(code).toBeNull();
  });

  it("hold no piece of a key that the cut after 500 characters would go through", async () => {
    for (const before of [480, 490, 499]) {
      const { text } = await readError(JSON.stringify({ error: `${"x".repeat(before)}${KEY}` }));

      expect(text).toMatch(/^x+\[?r?e?d?a?c?t?e?d?\]?$/);
    }
  });

  it("hold no key that is none of GEN's known forms", async () => {
    const { text } = await readError(JSON.stringify({ error: 'Key se"cr\\et! is wrong' }), 'se"cr\\et!');

    expect(text).toBe("Key [redacted] is wrong");
  });

  it("hold no key that GEN spells with escapes", async () => {
    const { text } = await readError(`{"error":"Key ${KEY.replace("_", "\\u005f")} is wrong"}`);

    expect(text).toBe("Key [redacted] is wrong");
  });
});
