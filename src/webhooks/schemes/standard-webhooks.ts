/**
 * Standard Webhooks 1.0 (standardwebhooks.com), symmetric signatures: HMAC-SHA256 of `id.timestamp.body`, base64, as
 * `v1,…`; several in one header while the sender rotates its secret. Signatures of other versions are ignored. The
 * delivery id is `webhook-id`, which is signed.
 */
import { readJson, readMember } from "./body.ts";
import { concat } from "./bytes.ts";
import { decodeBase64, decodeMacs } from "./decode.ts";
import { parseSeconds } from "./freshness.ts";
import {
  type Bytes,
  type Claim,
  type RawDelivery,
  type Reading,
  type Refusal,
  refuse,
  type Scheme,
  toEvent,
  UNREADABLE,
} from "./scheme.ts";

const VERSION = "v1,";

/** No full stop, which the specification forbids: it could shift text from one signed part to the next. */
const ID = /^[!-+/-~-]{1,256}$/;

/** `prefix`: of the three header names; some senders use `svix`. */
export function standardWebhooks({ prefix = "webhook" }: { readonly prefix?: string } = {}): Scheme {
  return {
    hash: "SHA-256",
    toKey,
    checkSecret: (secret) => (toKey(secret) === null ? "must be whsec_ and then base64." : null),
    readClaim: (delivery) => readClaim(delivery, prefix),
    readEvent: (delivery) => readEvent(delivery, prefix),
    eventHeaders: [`${prefix}-id`],
  };
}

function toKey(secret: string): Bytes | null {
  const key = decodeBase64(secret.replace(/^whsec_/, ""));
  return key === null || key.length === 0 ? null : key;
}

function readClaim({ headers, body }: RawDelivery, prefix: string): Claim | Refusal {
  const id = headers.get(`${prefix}-id`);
  const timestamp = headers.get(`${prefix}-timestamp`);
  const list = headers.get(`${prefix}-signature`);
  if (id === null || timestamp === null || list === null) return refuse("unsigned");
  const sentAtMs = parseSeconds(timestamp);
  const entries = list.split(" ").filter((entry) => entry.startsWith(VERSION));
  const macs = entries.map((entry) => entry.slice(VERSION.length));
  const signatures = decodeMacs(macs, "base64");
  if (!ID.test(id) || sentAtMs === null || signatures === null) return refuse("malformed_signature");
  return { kind: "claim", signatures, messages: [concat(`${id}.${timestamp}.`, body)], sentAtMs };
}

function readEvent({ headers, body }: RawDelivery, prefix: string): Reading {
  const payload = readJson(body);
  if (payload === null) return UNREADABLE;
  const name = `${prefix}-id`;
  return toEvent({ eventType: readMember(payload, "type"), payload }, headers.get(name), name);
}
