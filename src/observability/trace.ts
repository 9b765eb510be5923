/** W3C Trace Context: a caller's trace, carried on to GEN. */
import { toHex } from "../encoding/hex.ts";

/** Later versions may have more behind a hyphen, and are read as the one that is known here. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const KNOWN_VERSION = "00";
const FORBIDDEN_VERSION = "ff";
/** Sampled, and random: the flags that are known. */
const FLAGS = 0x03;

const NAME = /^(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MAX_STATES = 32;
const MAX_STATE_CHARS = 512;

/** Its id, and the headers that carry it on as a span of ours. */
export interface Trace {
  readonly traceId: string;
  readonly traceparent: string;
  /** What other tracing systems on the way have to say; null when it is nothing, or not well formed. */
  readonly tracestate: string | null;
}

/** Null when there is none, or one that the specification tells to ignore. */
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

/** As it came, but for what is empty in it; of more than 512 characters, the newest entries, which stand first. */
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
