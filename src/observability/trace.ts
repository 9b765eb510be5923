/** W3C Trace Context: continues a caller's trace to GEN. */
import { toHex } from "../encoding/hex.ts";

/** Later versions may add fields after a hyphen; they are read like version 00. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const KNOWN_VERSION = "00";
const FORBIDDEN_VERSION = "ff";
/** The known flags: sampled and random. */
const FLAGS = 0x03;

const NAME = /^(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MAX_STATES = 32;
const MAX_STATE_CHARS = 512;

/** The trace's id, and the headers that continue it with a new span id. */
export interface Trace {
  readonly traceId: string;
  readonly traceparent: string;
  /** The vendor-specific `tracestate`; null when empty or malformed. */
  readonly tracestate: string | null;
}

/** Null when there is no trace, or one that must be ignored by the specification. */
export function parseTrace(traceparent: string | null, tracestate: string | null = null): Trace | null {
  const [, version, traceId, parentId, flags = "", more] = traceparent?.match(TRACEPARENT) ?? [];
  if (version === FORBIDDEN_VERSION || (version === KNOWN_VERSION && more !== undefined)) return null;
  if (!traceId || !parentId || /^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  const ours = toHex(crypto.getRandomValues(new Uint8Array(8)));
  const known = toHex(new Uint8Array([Number.parseInt(flags, 16) & FLAGS]));
  return {
    traceId,
    traceparent: `${KNOWN_VERSION}-${traceId}-${ours}-${known}`,
    tracestate: tracestate === null ? null : parseState(tracestate),
  };
}

/** Unchanged except for empty entries. Over 512 characters only the first entries are kept, which are the newest. */
function parseState(header: string): string | null {
  const entries = header
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (entries.length > MAX_STATES || !entries.every(isEntry)) return null;
  let state = "";
  for (const entry of entries) {
    const longer = state === "" ? entry : `${state},${entry}`;
    if (longer.length > MAX_STATE_CHARS) break;
    state = longer;
  }
  return state === "" ? null : state;
}

function isEntry(entry: string): boolean {
  const sign = entry.indexOf("=");
  return sign > 0 && NAME.test(entry.slice(0, sign)) && VALUE.test(entry.slice(sign + 1));
}
