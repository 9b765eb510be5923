import { describe, expect, it } from "vitest";
import { readBody } from "../../../src/gen/read-body.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The sender's steps: a text is sent, a number is a pause in milliseconds. */
type Step = string | number | "break" | "hang";

function send(clock: FakeClock, steps: readonly Step[], onCancel = () => {}): ReadableStream<Uint8Array> {
  const left = [...steps];
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = left.shift();
      if (step === undefined) return controller.close();
      if (step === "break") return controller.error(new Error("Network connection lost."));
      if (step === "hang") return new Promise(() => {});
      if (typeof step === "string") return controller.enqueue(encode(step));
      await new Promise<void>((resolve) => clock.after(step, resolve));
      return this.pull?.(controller);
    },
    cancel: onCancel,
  });
}

async function read(
  steps: readonly Step[] | null,
  bounds: { maxBytes?: number; maxMs?: number; onCancel?: () => void } = {},
) {
  const clock = new FakeClock();
  const startedAt = clock.now();
  const body = await clock.settle(
    readBody(steps && send(clock, steps, bounds.onCancel), {
      maxBytes: bounds.maxBytes ?? 1_000,
      maxMs: bounds.maxMs ?? 2_000,
      clock,
    }),
  );
  return { body, text: decode(body.bytes), tookMs: clock.now() - startedAt, clock };
}

describe("reading a body", () => {
  it("gives all its chunks as one", async () => {
    const { body, text } = await read(["ab", "", "cd", "e"]);

    expect(body.kind).toBe("whole");
    expect(text).toBe("abcde");
  });

  it.each([
    ["no body", null],
    ["an empty one", []],
  ])("gives nothing when there is %s", async (_what, steps) => {
    const { body, text } = await read(steps);

    expect(body.kind).toBe("whole");
    expect(text).toBe("");
  });

  it("takes a body that is just as long as the bound", async () => {
    const { body, text } = await read(["abc", "de"], { maxBytes: 5 });

    expect(body.kind).toBe("whole");
    expect(text).toBe("abcde");
  });

  it("stops at the chunk that exceeds the bound, and hands over the rest unread", async () => {
    const { body, text } = await read(["abc", "def", "ghi"], { maxBytes: 5 });

    expect(text).toBe("abcdef");
    if (body.kind !== "too-long") throw new Error(body.kind);
    const { value } = await body.rest.getReader().read();
    expect(decode(value ?? encode(""))).toBe("ghi");
  });

  it("keeps what had come when the sender breaks off", async () => {
    const { body, text } = await read(["abc", "break"]);

    expect(body).toMatchObject({ kind: "cut", timedOut: false });
    expect(text).toBe("abc");
  });

  it("keeps what had come when the time is over, and lets the sender go", async () => {
    let cancelled = false;
    const onCancel = () => {
      cancelled = true;
    };
    const { body, text, tookMs } = await read(["abc", "hang"], { maxMs: 2_000, onCancel });

    expect(body).toMatchObject({ kind: "cut", timedOut: true });
    expect(text).toBe("abc");
    expect(tookMs).toBe(2_000);
    expect(cancelled).toBe(true);
  });

  it("limits the whole time, not the time between chunks", async () => {
    const { body, text, tookMs } = await read(["a", 900, "b", 900, "c", 900, "d"], { maxMs: 2_000 });

    expect(body).toMatchObject({ kind: "cut", timedOut: true });
    expect(text).toBe("abc");
    expect(tookMs).toBe(2_000);
  });

  it("reads a slow body that ends in time", async () => {
    const { body, tookMs } = await read(["a", 900, "b", 900, "c"], { maxMs: 2_000 });

    expect(body.kind).toBe("whole");
    expect(tookMs).toBe(1_800);
  });

  it.each([
    ["a whole one", ["a"]],
    ["one too long", ["a".repeat(2_000)]],
    ["a cut one", ["a", "break"]],
    ["one that hangs", ["a", "hang"]],
  ] as const)("leaves no timer behind after %s", async (_what, steps) => {
    const { clock } = await read(steps);

    expect(clock.pendingTimers).toBe(0);
  });
});
