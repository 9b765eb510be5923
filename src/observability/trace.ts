import { toHex } from "../hex.ts";

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The caller's trace, by W3C Trace Context: its id, and the header that carries it on to GEN as a span of ours. */
export interface Trace {
  readonly traceId: string;
  readonly traceparent: string;
}

/** Null when there is none, or one that the specification tells to ignore. */
export function parseTrace(header: string | null): Trace | null {
  const [, traceId, parentId, flags] = header?.match(TRACEPARENT) ?? [];
  if (!traceId || !parentId || /^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  const spanId = toHex(crypto.getRandomValues(new Uint8Array(8)));
  return { traceId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}
