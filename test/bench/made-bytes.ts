const CHUNK_BYTES = 64 * 1_024;

/** `length` bytes that both ends can compute, a chunk at a time. No chunk is repeated directly. */
export function* makeBytes(length: number): Generator<Buffer> {
  for (let at = 0; at < length; at += CHUNK_BYTES) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, length - at), at & 0xff);
    chunk.writeUInt8((at >>> 16) & 0xff);
    yield chunk;
  }
}
