/**
 * Any other sender that signs with HMAC-SHA256: the body alone, or the time in Unix seconds, a separator and the body.
 * The delivery id is a member of the signed body, `idField`; the body's hash, where none is configured. There is no
 * option for an id in a header: it would be outside the signature, and a replay under another id would run again.
 */
import { readForm, readId, readJson, readMember } from "./body.ts";
import type { Encoding } from "./decode.ts";
import { claimBody, claimTimedBody } from "./mac-header.ts";
import { type Reading, type Scheme, toEvent, UNREADABLE } from "./scheme.ts";

interface HmacOptions {
  readonly header?: string;
  readonly encoding?: Encoding;
  /** What stands before the MAC in its header, such as `sha256=`. */
  readonly prefix?: string;
  /** The header with the time, if the sender signs one. */
  readonly timestampHeader?: string;
  readonly separator?: string;
  readonly format?: "json" | "form";
  /**
   * The member or field that is the same for every delivery of one event and for no other event: a text or a number. A
   * delivery without it is refused.
   */
  readonly idField?: string;
  readonly typeField?: string;
}

export function hmacSha256({
  header = "x-webhook-signature",
  encoding = "hex",
  prefix = "",
  timestampHeader,
  separator = ".",
  format = "json",
  idField,
  typeField = "type",
}: HmacOptions = {}): Scheme {
  const mac = { header, encoding, prefix };
  const toHead = (timestamp: string) => timestamp + separator;
  return {
    hash: "SHA-256",
    readClaim: (delivery) =>
      timestampHeader === undefined
        ? claimBody(delivery, mac)
        : claimTimedBody(delivery, mac, { header: timestampHeader, toHead }),
    readEvent: ({ body }): Reading => {
      const payload = format === "json" ? readJson(body) : readForm(body);
      if (payload === null) return UNREADABLE;
      const event = { eventType: readMember(payload, typeField), payload };
      if (idField === undefined) return { kind: "event", identity: body, ...event };
      return toEvent(event, readId(payload, idField), idField);
    },
  };
}
