import { describe, expect, it, vi } from "vitest";
import type { Context } from "../../src/http/context.ts";
import { toAnswer } from "../../src/http/forward/answer.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** An answer of GEN on its way to a caller; the test writes its body. */
function createAnswer(headers: Record<string, string> = {}) {
  const clock = new FakeClock();
  const log = vi.fn();
  const config = { gen: { keys: { default: ["gen_pat_integration"] } } };
  const event = { method: "GET", operation: "resources.get" };
  const ctx = { clock, log, config, requestId: "r-1", event } as unknown as Context;
  const gen = new IdentityTransformStream();
  const writer = gen.writable.getWriter();
  writer.closed.catch(() => {});
  const abort = () => void writer.abort(new Error("aborted")).catch(() => {});
  const answer = toAnswer({ response: new Response(gen.readable, { headers }), body: null, abort }, ctx);
  return { clock, log, writer, answer, write: (text: string) => writer.write(new TextEncoder().encode(text)) };
}

/** The body that the caller gets, and whether it was complete. */
async function receive(answer: Promise<Response>): Promise<{ text: string; whole: boolean }> {
  const reader = ((await answer).body as ReadableStream<Uint8Array>).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text, whole: true };
      text += new TextDecoder().decode(value);
    }
  } catch {
    return { text, whole: false };
  }
}

const cutLine = (reason: string) => ({
  message: "upstream_cut",
  request_id: "r-1",
  operation: "resources.get",
  reason,
});

describe("GEN's answer on its way to the caller", () => {
  it("passes through as it comes", async () => {
    const { answer, write, writer, log } = createAnswer();
    const received = receive(answer);
    await write("one ");
    await write("two");
    await writer.close();

    expect(await received).toEqual({ text: "one two", whole: true });
    expect(log).not.toHaveBeenCalled();
  });

  it("may take as long as it likes, while it moves", async () => {
    const { answer, write, writer, clock } = createAnswer();
    const received = receive(answer);
    for (let n = 0; n < 10; n += 1) {
      await clock.advance(29_999);
      await write("x");
      await clock.advance(0);
    }
    await writer.close();

    expect(await received).toEqual({ text: "x".repeat(10), whole: true });
    await expect.poll(() => clock.pendingTimers).toBe(0);
  });

  it("breaks off when it stands still for 30 s, and the log says so", async () => {
    const { answer, write, clock, log } = createAnswer();
    const received = receive(answer);
    await write("half");
    await clock.advance(29_999);
    expect(log).not.toHaveBeenCalled();

    await clock.advance(1);
    expect(await received).toEqual({ text: "half", whole: false });
    expect(log.mock.calls).toEqual([["warn", cutLine("idle")]]);
  });

  it("breaks off when GEN's does: it never ends as if it were whole", async () => {
    const { answer, write, writer, log } = createAnswer();
    const received = receive(answer);
    await write("half");
    await writer.abort(new Error("reset"));

    expect(await received).toMatchObject({ whole: false });
    expect(log.mock.calls).toEqual([["warn", cutLine("cut")]]);
  });

  it("never looks whole when it is shorter than GEN has said", async () => {
    const { answer, write, writer } = createAnswer({ "content-length": "10" });
    const received = receive(answer);
    await write("half");
    await writer.close();
    expect(await received).toMatchObject({ whole: false });
  });

  it("carries GEN's headers that are the caller's business, and no others", async () => {
    const { answer } = createAnswer({
      "content-type": "video/mp4",
      etag: '"1"',
      "set-cookie": "a=b",
      server: "nginx",
      "x-request-id": "theirs",
    });
    expect([...(await answer).headers.keys()].toSorted()).toEqual(["content-type", "etag"]);
  });
});
