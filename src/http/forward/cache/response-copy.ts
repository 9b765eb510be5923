/** A cached answer: how it is stored (in the Cache API of this location), and how it is given. */
import { type Client, toAccount } from "../../../access/policy.ts";
import { sha256Hex } from "../../../encoding/hash.ts";
import { CREDENTIAL_HEADERS } from "../../authenticate.ts";
import type { Context } from "../../context.ts";

const MAX_FRESH_SECONDS = 300;
const STALE_SECONDS = 3_600;

export interface Copy {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly etag: string;
  readonly ageSeconds: number;
}

export function isFresh(copy: Copy | null, freshSeconds: number): copy is Copy {
  return copy !== null && copy.ageSeconds < freshSeconds;
}

/** Whether it may still be given when GEN has no newer answer. */
export function isUsable(copy: Copy | null, freshSeconds: number): copy is Copy {
  return copy !== null && copy.ageSeconds < freshSeconds + STALE_SECONDS;
}

export async function findCopy(name: string, { clock }: Context): Promise<Copy | null> {
  const stored = await caches.default.match(name);
  if (stored === undefined) return null;
  const { headers } = stored;
  return {
    body: new Uint8Array(await stored.arrayBuffer()),
    contentType: headers.get("content-type") ?? "application/json",
    etag: headers.get("etag") ?? "",
    ageSeconds: Math.max(0, Math.floor((clock.now() - Number(headers.get("x-stored-at"))) / 1_000)),
  };
}

export async function keepCopy(
  name: string,
  { response, body }: { response: Response; body: Uint8Array<ArrayBuffer> },
  { clock }: Context,
): Promise<Copy> {
  const contentType = response.headers.get("content-type") ?? "application/json";
  const etag = `"${(await sha256Hex(body)).slice(0, 32)}"`;
  const headers = {
    "content-type": contentType,
    etag,
    "x-stored-at": String(clock.now()),
    "cache-control": `max-age=${MAX_FRESH_SECONDS + STALE_SECONDS}`,
  };
  await caches.default.put(name, new Response(body, { headers }));
  return { body, contentType, etag, ageSeconds: 0 };
}

const STATUS = { hit: "hit", miss: "fwd=miss", stale: "hit; detail=stale" } as const;

/** With `Cache-Status` (RFC 9211). Answers 304 when the caller already has this copy. */
export function giveCopy(
  { body, contentType, etag, ageSeconds }: Copy,
  how: keyof typeof STATUS,
  { request, freshSeconds }: { request: Request; freshSeconds: number },
): Response {
  const headers = {
    etag,
    age: String(ageSeconds),
    "cache-control": `private, max-age=${freshSeconds}`,
    // A browser must not give one user's answer to the next user who signs in.
    vary: CREDENTIAL_HEADERS.join(", "),
    "cache-status": `gen-edge; ${STATUS[how]}; ttl=${freshSeconds - ageSeconds}`,
  };
  if (isSameCopy(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "content-type": contentType } });
}

/** RFC 9110, section 13.1.2: weak comparison, a list, or any. */
function isSameCopy(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

/** The cache key: the request and its owner. Users of one policy share a copy. The host does not exist. */
export async function toCopyName(
  { kind, id, policy }: Client,
  { headers }: Request,
  { pathname, search }: URL,
): Promise<string> {
  const owner = kind === "user" ? `policy:${policy.name}` : `client:${id}`;
  return `https://cache.invalid/${await sha256Hex(JSON.stringify([owner, toAccount(policy), headers.get("accept"), pathname, search]))}`;
}
