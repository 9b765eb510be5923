/**
 * The open event streams of one job (Server-Sent Events, WHATWG HTML). A stream is closed after 15 minutes, because an
 * open one keeps the object in memory and billed; the browser's `EventSource` reconnects with the last event id.
 */
import type { Clock } from "../resilience/clock.ts";
import type { Tracked } from "./state.ts";

const MAX_WATCHERS = 2_000;
const HEARTBEAT_MS = 15_000;
const MAX_STREAM_MS = 15 * 60_000;
const RETRY_MS = 2_000;
/** A reader this far behind is treated as disconnected. */
const MAX_BEHIND_BYTES = 64 * 1_024;

interface Watcher {
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly since: number;
}

export class Watchers {
  readonly #clock: Clock;
  readonly #open = new Set<Watcher>();
  readonly #encoder = new TextEncoder();
  #stopHeartbeat: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get full(): boolean {
    return this.#open.size >= MAX_WATCHERS;
  }

  /** A stream that begins with the current state, unless the reader has already seen it. */
  add(tracked: Tracked, lastSeen: number, signal: AbortSignal): Response {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
      undefined,
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_BEHIND_BYTES }),
    );
    const watcher = { writer: writable.getWriter(), since: this.#clock.now() };
    this.#open.add(watcher);
    watcher.writer.closed.then(
      () => this.#drop(watcher),
      () => this.#drop(watcher),
    );
    signal.addEventListener("abort", () => this.#drop(watcher));
    this.#write(watcher, this.#encoder.encode(`retry: ${RETRY_MS}\n\n`));
    if (tracked.revision > lastSeen) this.#write(watcher, this.#encoder.encode(toEvent(tracked)));
    if (tracked.phase === "running") this.#beat();
    else this.#close(watcher);
    return new Response(readable, { headers: { "content-type": "text/event-stream" } });
  }

  /** Sends the state to every stream. After the final state the streams end. */
  tell(tracked: Tracked): void {
    const event = this.#encoder.encode(toEvent(tracked));
    for (const watcher of this.#open) {
      this.#write(watcher, event);
      if (tracked.phase !== "running") this.#close(watcher);
    }
  }

  #beat(): void {
    this.#stopHeartbeat ??= this.#clock.after(HEARTBEAT_MS, () => {
      this.#stopHeartbeat = null;
      const oldest = this.#clock.now() - MAX_STREAM_MS;
      const beat = this.#encoder.encode(": still here\n\n");
      for (const watcher of this.#open) {
        if (watcher.since <= oldest) this.#close(watcher);
        else this.#write(watcher, beat);
      }
      if (this.#open.size > 0) this.#beat();
    });
  }

  #write(watcher: Watcher, bytes: Uint8Array): void {
    if ((watcher.writer.desiredSize ?? 0) < 0) this.#drop(watcher);
    else watcher.writer.write(bytes).catch(() => this.#drop(watcher));
  }

  #close(watcher: Watcher): void {
    this.#open.delete(watcher);
    watcher.writer.close().catch(() => {});
  }

  #drop(watcher: Watcher): void {
    if (!this.#open.delete(watcher)) return;
    watcher.writer.abort().catch(() => {});
  }
}

function toEvent({ revision, body, job, status, phase }: Tracked): string {
  // An SSE data line can't contain line breaks. In JSON text they occur only between tokens, so replacing them is safe.
  const data = body?.replace(/[\r\n]+/g, " ") ?? JSON.stringify({ id: job.id, status });
  const last = phase === "gave-up" ? "event: gave-up\n" : "event: generation\n";
  return `id: ${revision}\n${last}data: ${data}\n\n`;
}
