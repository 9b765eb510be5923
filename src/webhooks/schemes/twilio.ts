/**
 * Twilio: base64 HMAC-SHA1 of the public URL followed by a form's fields, sorted by name. For other bodies the URL
 * carries the body's SHA-256 in `bodySHA256`. Twilio does not always include a standard port in that URL, so both
 * spellings are tried.
 * The delivery id is the hash of what is signed. `MessageSid` and `CallSid` would not do: they repeat with every status
 * change. No time is signed, and different bodies can be signed alike, because names and values are joined without a
 * separator.
 * Twilio expects TwiML; an empty `<Response/>` means no further action. Any other answer makes it play "application
 * error" to the caller.
 */
import { sha256Hex } from "../../encoding/hash.ts";
import { decodeUtf8 } from "../../encoding/utf8.ts";
import { readForm, readJson } from "./body.ts";
import { encode } from "./bytes.ts";
import { decodeMac } from "./decode.ts";
import { type Claim, type RawDelivery, type Reading, type Refusal, refuse, type Scheme, UNREADABLE } from "./scheme.ts";

const SHA_1_BYTES = 20;

/** `publicUrl`: the URL configured at Twilio, without its query. Needed when a proxy changes the URL. */
export function twilio({ publicUrl }: { readonly publicUrl?: string } = {}): Scheme {
  return {
    hash: "SHA-1",
    readClaim: (delivery) => readClaim(withPublicUrl(delivery, publicUrl)),
    readEvent: (delivery) => readEvent(withPublicUrl(delivery, publicUrl)),
    acknowledgement: { status: 200, text: "<Response/>", contentType: "text/xml" },
  };
}

async function readClaim(delivery: RawDelivery): Promise<Claim | Refusal> {
  const header = delivery.headers.get("x-twilio-signature");
  if (header === null) return refuse("unsigned");
  const signature = decodeMac(header, "base64", SHA_1_BYTES);
  if (signature === null) return refuse("malformed_signature");
  const bodyHash = readBodyHash(delivery.url);
  if (bodyHash !== null && bodyHash !== (await sha256Hex(delivery.body))) return refuse("bad_signature");
  return { kind: "claim", signatures: [signature], messages: toMessages(delivery).map(encode), sentAtMs: null };
}

function readEvent(delivery: RawDelivery): Reading {
  const payload = readBodyHash(delivery.url) === null ? readForm(delivery.body) : readJson(delivery.body);
  const [message = ""] = toMessages(delivery);
  return payload === null ? UNREADABLE : { kind: "event", identity: encode(message), eventType: null, payload };
}

function withPublicUrl(delivery: RawDelivery, publicUrl: string | undefined): RawDelivery {
  if (publicUrl === undefined) return delivery;
  const query = delivery.url.indexOf("?");
  return { ...delivery, url: query < 0 ? publicUrl : publicUrl + delivery.url.slice(query) };
}

function readBodyHash(url: string): string | null {
  return URL.parse(url)?.searchParams.get("bodySHA256") ?? null;
}

/** Without a port, then with one. The URL is edited as text: parsing it would re-encode it. */
function toMessages({ url, body }: RawDelivery): readonly string[] {
  const fields = readBodyHash(url) === null ? joinFields(body) : "";
  const bare = url.replace(/^(https?:\/\/[^/?#]*?):\d+(?=[/?#]|$)/, "$1");
  const standardPort = url.startsWith("https:") ? 443 : 80;
  const withPort = bare === url ? url.replace(/^https?:\/\/[^/?#]+/, `$&:${standardPort}`) : url;
  return [bare + fields, withPort + fields];
}

/**
 * Fields sorted by code unit, without duplicates of name and value. In one pass: an unauthenticated sender may send a
 * hundred thousand fields, and `getAll` would scan all of them for each.
 */
function joinFields(body: RawDelivery["body"]): string {
  const fields = Map.groupBy(new URLSearchParams(decodeUtf8(body) ?? ""), ([name]) => name);
  const names = [...fields.keys()].sort();
  const toValues = (name: string) => [...new Set(fields.get(name)?.map(([, value]) => value))].sort();
  return names.flatMap((name) => toValues(name).map((value) => name + value)).join("");
}
