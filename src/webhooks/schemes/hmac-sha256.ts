/**
 * Any other sender that signs with HMAC-SHA256: the body alone, or the time in Unix seconds, a separator and the body.
 * The delivery id is the member `idField` of the signed body, or the body's hash if none is configured. An id in a
 * header is not supported: it would not be signed, so a replay with another id would run again.
 */
import { readForm, readId, readJson, readMember } from "./body.ts";
import type { Encoding } from "./decode.ts";
import { claimBody, claimTimedBody } from "./mac-header.ts";
import { type Reading, type Scheme, toEvent, UNREADABLE } from "./scheme.ts";

interface HmacOptions {
  readonly header?: string;
  readonly encoding?: Encoding;
  /** The text before the MAC in its header, such as `sha256=`. */
  readonly prefix?: string;
  /** The header with the time, if the sender signs one. */
  readonly timestampHeader?: string;
  readonly separator?: string;
  readonly format?: "json" | "form";
  /**
   * The member or field that identifies the event: the same in every delivery of it, different for every other event. A
   * text or a number. A delivery without it is refused.
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
