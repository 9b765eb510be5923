import { describe, expect, it } from "vitest";
import { createUpload } from "../../src/http/body/upload.ts";
import type { Problem } from "../../src/problems/problem.ts";
import { refuse } from "../../src/problems/problem.ts";
import { FakeClock } from "../support/fake-clock.ts";

interface Settings {
  readonly length?: number | null;
  readonly inspect?: (chunk: Uint8Array | null) => Problem | null;
}

/** An upload whose body the test writes. */
function createUploadOf(first: string, { length = null, inspect = () => null }: Settings = {}) {
  const clock = new FakeClock();
  const caller = new IdentityTransformStream();
  const writer = caller.writable.getWriter();
  writer.closed.catch(() => {});
  const upload = createUpload({ first: encode(first), rest: caller.readable, length, inspect }, clock);
  return { clock, upload, writer, received: readAll(upload.stream) };
}

const encode = (text: string) => new TextEncoder().encode(text);

/** The body that GEN gets: the text, and whether it was complete. */
async function readAll(stream: ReadableStream<Uint8Array>): Promise<{ text: string; whole: boolean }> {
  const reader = stream.getReader();
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

const outcome = (sent: Promise<void>) =>
  sent.then(
    () => "sent",
    () => "broken off",
  );

describe("an upload", () => {
  it("passes through as it comes, and says when the last byte has gone", async () => {
    const { upload, writer, received } = createUploadOf("one ");
    await writer.write(encode("two "));
    await writer.write(encode("three"));
    await writer.close();

    expect(await received).toEqual({ text: "one two three", whole: true });
    expect(await outcome(upload.sent)).toBe("sent");
    expect(upload.problem()).toBeNull();
  });

  it("may take as long as it likes, while it moves", async () => {
    const { clock, upload, writer, received } = createUploadOf("x");
    for (let n = 0; n < 10; n += 1) {
      await clock.advance(29_999);
      await writer.write(encode("x"));
      await clock.advance(0);
    }
    await writer.close();

    expect(await received).toEqual({ text: "x".repeat(11), whole: true });
    expect(await outcome(upload.sent)).toBe("sent");
    expect(clock.pendingTimers).toBe(0);
  });

  it("is broken off when it stands still for 30 s, and that is the caller's fault", async () => {
    const { clock, upload, received } = createUploadOf("half");
    await clock.advance(29_999);
    expect(upload.problem()).toBeNull();

    await clock.advance(1);
    expect(await received).toEqual({ text: "half", whole: false });
    expect(upload.problem()).toMatchObject({ code: "request_timeout" });
    expect(await outcome(upload.sent)).toBe("broken off");
  });

  it("never looks whole when its caller breaks it off", async () => {
    const { upload, writer, received } = createUploadOf("half");
    await writer.abort(new Error("gone"));

    expect(await received).toEqual({ text: "half", whole: false });
    expect(upload.problem()).toMatchObject({ code: "bad_request" });
    expect(await outcome(upload.sent)).toBe("broken off");
  });

  it("is broken off at the chunk that is not allowed, before it goes", async () => {
    const inspect = (chunk: Uint8Array | null) => (chunk?.length === 3 ? refuse("agent_not_allowed") : null);
    const { upload, writer, received } = createUploadOf("good", { inspect });
    await writer.write(encode("bad"));

    expect(await received).toEqual({ text: "good", whole: false });
    expect(upload.problem()).toMatchObject({ code: "agent_not_allowed" });
  });

  it("is refused at once when its first bytes are wrong, and nothing of it is sent", async () => {
    const { upload, received } = createUploadOf("bad", { inspect: () => refuse("agent_not_allowed") });
    expect(upload.problem()).toMatchObject({ code: "agent_not_allowed" });
    expect(await received).toEqual({ text: "", whole: false });
  });

  it.each([
    ["of a known length", 8, "four"],
    ["of a known length, all of it there at once", 4, ""],
    ["of a length that nobody has said", null, "four"],
  ])("never looks whole when it may not end as it does, %s", async (_, length, more) => {
    const inspect = (chunk: Uint8Array | null) => (chunk === null ? refuse("bad_request") : null);
    const { upload, writer, received } = createUploadOf("four", { inspect, length });
    if (more !== "") writer.write(encode(more)).catch(() => {});
    writer.close().catch(() => {});

    expect(await received).toMatchObject({ whole: false });
    expect(upload.problem()).toMatchObject({ code: "bad_request" });
  });

  it("never looks whole when it is shorter than its caller has said", async () => {
    const { writer, received } = createUploadOf("four", { length: 10 });
    await writer.close();
    expect(await received).toMatchObject({ whole: false });
  });

  it("does not hold its caller when GEN wants no more of it", async () => {
    const { upload, writer } = createUploadOf("x");
    const other = createUpload(
      { first: encode("x"), rest: new IdentityTransformStream().readable, length: null, inspect: () => null },
      new FakeClock(),
    );
    await other.stream.cancel("enough");
    expect(await outcome(other.sent)).toBe("broken off");
    await writer.close();
    expect(await outcome(upload.sent)).toBe("sent");
  });
});
