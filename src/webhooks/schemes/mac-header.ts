/** The common scheme: one header with one SHA-256 MAC, of the body alone or of the time and the body. */
import { concat } from "./bytes.ts";
import { decodeMac, type Encoding } from "./decode.ts";
import { parseSeconds } from "./freshness.ts";
import { type Bytes, type Claim, type RawDelivery, type Refusal, refuse } from "./scheme.ts";

interface MacHeader {
  readonly header: string;
  readonly encoding: Encoding;
  /** The text before the MAC, such as `sha256=`. */
  readonly prefix: string;
}

export function claimBody(delivery: RawDelivery, mac: MacHeader): Claim | Refusal {
  return toClaim(delivery.headers, mac, { message: delivery.body, sentAtMs: null });
}

/** `toHead` returns what is signed before the body, given the time. */
export function claimTimedBody(
  { headers, body }: RawDelivery,
  mac: MacHeader,
  time: { readonly header: string; readonly toHead: (timestamp: string) => string },
): Claim | Refusal {
  const timestamp = headers.get(time.header);
  if (timestamp === null) return refuse("unsigned");
  const sentAtMs = parseSeconds(timestamp);
  if (sentAtMs === null) return refuse("malformed_signature");
  return toClaim(headers, mac, { message: concat(time.toHead(timestamp), body), sentAtMs });
}

function toClaim(
  headers: Headers,
  { header, encoding, prefix }: MacHeader,
  { message, sentAtMs }: { message: Bytes; sentAtMs: number | null },
): Claim | Refusal {
  const value = headers.get(header);
  if (value === null) return refuse("unsigned");
  const signature = value.startsWith(prefix) ? decodeMac(value.slice(prefix.length), encoding) : null;
  if (signature === null) return refuse("malformed_signature");
  return { kind: "claim", signatures: [signature], messages: [message], sentAtMs };
}
