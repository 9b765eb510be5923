/** The storage of one call's object: its record, the request's body, GEN's answer. */
import type { Answer } from "./call.ts";
import type { CallRecord } from "./states/record.ts";
import { toCallRecord } from "./states/stored-record.ts";

/** A stored value can have at most 2 MB (Cloudflare's limit for objects with SQLite). */
const CHUNK_BYTES = 1_024 * 1_024;

/** The part of `SyncKvStorage` that is used. */
interface KeyValues {
  get<T>(key: string): T | undefined;
  put<T>(key: string, value: T): void;
  delete(key: string): boolean;
}

function toChunkKey(index: number): string {
  return index === 0 ? "body" : `body:${index}`;
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

export class CallStore {
  readonly #kv: KeyValues;

  constructor(kv: KeyValues) {
    this.#kv = kv;
  }

  record(): CallRecord | null {
    const stored = this.#kv.get<object>("record");
    return stored === undefined ? null : toCallRecord(stored);
  }

  save(record: CallRecord): void {
    this.#kv.put("record", record);
  }

  body(): Uint8Array | null {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = this.#kv.get<Uint8Array>(toChunkKey(chunks.length));
      if (chunk === undefined) break;
      chunks.push(chunk);
    }
    return chunks.length > 1 ? join(chunks) : (chunks[0] ?? null);
  }

  saveBody(body: Uint8Array | null): void {
    for (let index = 0; this.#kv.delete(toChunkKey(index)); index += 1);
    if (body === null) return;
    for (let at = 0, index = 0; at < body.byteLength || index === 0; at += CHUNK_BYTES, index += 1) {
      this.#kv.put(toChunkKey(index), body.slice(at, at + CHUNK_BYTES));
    }
  }

  answer(): Answer | null {
    return this.#kv.get<Answer>("answer") ?? null;
  }

  saveAnswer(answer: Answer): void {
    this.#kv.put("answer", answer);
  }

  dropAnswer(): void {
    this.#kv.delete("answer");
  }
}
