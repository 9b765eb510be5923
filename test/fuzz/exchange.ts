/** Sends a plan over a new socket and collects what comes back. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, readAnswer } from "./http-reader.ts";
import type { Part, Plan } from "./plan.ts";

export interface Exchange {
  /** The complete answers, in order, without those of status 1xx. */
  readonly answers: readonly Answer[];
  /** The answer that was incomplete at the end. */
  readonly unfinished: Answer | null;
  /** All received bytes. */
  readonly raw: Buffer;
  /** `late`: the time was over; `left`: we closed; `closed`: the other side closed; `malformed`: see `why`. */
  readonly end: "whole" | "closed" | "late" | "left" | "malformed";
  readonly why: string | null;
  /** Milliseconds from the first byte sent to the first one received. */
  readonly firstByteMs: number | null;
}

/** How long a body may take after its headers. */
const BODY_MS = 8_000;
const STREAM_MS = 400;
const MAX_TAKEN_BYTES = 8 * 1_024 * 1_024;

export async function exchange(url: string, plan: Plan, limitMs: number): Promise<Exchange> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  const taking = new Taking(plan.methods);
  const ended = Promise.withResolvers<Exchange["end"]>();
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, then: () => void) => void timers.push(setTimeout(then, ms));
  socket.on("error", () => ended.resolve("closed"));
  socket.on("close", () => ended.resolve(taking.judge(true) ?? "closed"));
  socket.on("end", () => ended.resolve(taking.judge(true) ?? "closed"));
  socket.on("data", (data) => {
    const isFirst = taking.firstByteAt === null;
    const end = taking.take(data);
    if (end !== null) ended.resolve(end);
    else if (isFirst) after(taking.isStream ? STREAM_MS : BODY_MS, () => ended.resolve("left"));
  });
  after(limitMs, () => taking.firstByteAt === null && ended.resolve("late"));
  const startedAt = performance.now();
  write(socket, plan, ended.promise).then(
    (end) => end && after(end.leaveAfterMs, () => ended.resolve("left")),
    () => {},
  );
  const end = await ended.promise;
  for (const timer of timers) clearTimeout(timer);
  socket.destroy();
  const firstByteMs = taking.firstByteAt === null ? null : taking.firstByteAt - startedAt;
  return { ...taking.toResult(), end, firstByteMs };
}

class Taking {
  readonly answers: Answer[] = [];
  firstByteAt: number | null = null;
  isStream = false;
  #why: string | null = null;
  #unfinished: Answer | null = null;
  #all: Buffer[] = [];
  #rest = Buffer.alloc(0);
  readonly #methods: readonly string[];

  constructor(methods: readonly string[]) {
    this.#methods = methods;
  }

  take(data: Buffer): Exchange["end"] | null {
    this.firstByteAt ??= performance.now();
    this.#all.push(data);
    this.#rest = Buffer.concat([this.#rest, data]);
    if (this.#rest.length > MAX_TAKEN_BYTES) return "left";
    return this.judge(false);
  }

  /** How the exchange ended, or null while it goes on. */
  judge(isOver: boolean): Exchange["end"] | null {
    while (this.answers.length < this.#methods.length) {
      const reading = readAnswer(this.#rest, this.#methods[this.answers.length] ?? "GET", isOver);
      this.#unfinished = reading.kind === "more" ? reading.head : null;
      if (reading.kind === "malformed") {
        this.#why = reading.why;
        return "malformed";
      }
      this.isStream = this.#unfinished?.headers.get("content-type") === "text/event-stream";
      if (reading.kind === "more") return null;
      this.#rest = this.#rest.subarray(reading.usedBytes);
      if (reading.answer.status >= 200) this.answers.push(reading.answer);
    }
    return "whole";
  }

  toResult() {
    const { answers } = this;
    return { answers, unfinished: this.#unfinished, raw: Buffer.concat(this.#all), why: this.#why };
  }
}

/** Resolves with the time after which the client leaves, or null if it stays. */
async function write(socket: Socket, { parts, ending }: Plan, over: Promise<unknown>) {
  let isOver = false;
  over.then(() => {
    isOver = true;
  });
  await once(socket, "connect");
  for (const part of parts) {
    for (const chunk of toChunks(part)) {
      if (isOver) return null;
      if (typeof chunk === "number") await Promise.race([sleep(chunk), over]);
      else if (!socket.write(chunk)) await Promise.race([once(socket, "drain"), over]);
    }
  }
  if (ending === "half-close") socket.end();
  return typeof ending === "object" ? ending : null;
}

const CHUNK_BYTES = 64 * 1_024;

function* toChunks(part: Part): Generator<Buffer | number> {
  if (part.kind === "pause") yield part.ms;
  if (part.kind === "bytes") yield part.bytes;
  if (part.kind !== "repeat") return;
  const each = Math.max(1, Math.floor(CHUNK_BYTES / part.bytes.length));
  const many = Buffer.concat(Array(Math.min(each, part.times)).fill(part.bytes));
  for (let left = part.times; left > 0; left -= each) {
    yield left >= each ? many : many.subarray(0, left * part.bytes.length);
  }
}
