/**
 * Remembers answers that seldom change (RFC 9111): fresh for a while, and up to an hour longer when GEN is down
 * (`stale-if-error`, RFC 5861). One copy per policy, in the Cache API of this location. Requests that miss at the same
 * time ask GEN once. It never holds what a client was refused.
 */
import { type Client, toAccount } from "../access/policy.ts";
import type { Context } from "../context.ts";
import { readBody } from "../gen/read-body.ts";
import { toHex } from "../hex.ts";
import { Bell } from "../resilience/bell.ts";
import { CREDENTIAL_HEADERS } from "./authenticate.ts";

const MAX_FRESH_SECONDS = 300;
const STALE_SECONDS = 3_600;
const MAX_BYTES = 1_024 * 1_024;
/** How long a request waits for another one's answer before it asks for itself. */
const JOIN_MS = 5_000;

/** Those that are asking GEN now, by what they ask. */
const asking = new Map<string, Bell>();

interface Copy {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly etag: string;
  readonly ageSeconds: number;
}

export async function answerFromCache(
  request: Request,
  { ctx, client, freshSeconds }: { ctx: Context; client: Client; freshSeconds: number },
  askGen: () => Promise<Response>,
): Promise<Response> {
  const name = await toName(client, request, ctx.url);
  let copy = await find(name, ctx);
  if (!isFresh(copy, freshSeconds) && asking.has(name)) {
    await asking.get(name)?.wait(Math.min(JOIN_MS, ctx.deadline.remaining(ctx.clock.now()) / 3), ctx.clock);
    copy = await find(name, ctx);
  }
  if (copy && isFresh(copy, freshSeconds)) return give(copy, "hit", { request, freshSeconds });
  const bell = new Bell();
  asking.set(name, bell);
  try {
    return await refresh({ name, copy, request, freshSeconds, ctx }, askGen);
  } finally {
    asking.delete(name);
    bell.ring();
  }
}

interface Miss {
  readonly name: string;
  readonly copy: Copy | null;
  readonly request: Request;
  readonly freshSeconds: number;
  readonly ctx: Context;
}

async function refresh(
  { name, copy, request, freshSeconds, ctx }: Miss,
  askGen: () => Promise<Response>,
): Promise<Response> {
  const response = await askGen();
  if (response.status >= 500 && copy !== null && copy.ageSeconds < freshSeconds + STALE_SECONDS) {
    ctx.event.error_code = null;
    return give(copy, "stale", { request, freshSeconds });
  }
  if (response.status !== 200) return response;
  const [forCaller, forCache] = response.body?.tee() ?? [null, null];
  const answer = new Response(forCaller, response);
  const maxMs = ctx.deadline.remaining(ctx.clock.now());
  const read = await readBody(forCache, { maxBytes: MAX_BYTES, maxMs, clock: ctx.clock });
  if (read.kind === "too-long") read.rest.cancel().catch(() => {});
  if (read.kind !== "whole") return answer;
  forCaller?.cancel().catch(() => {});
  const kept = await keep(name, { response, body: read.bytes }, ctx);
  return give(kept, "miss", { request, freshSeconds });
}

async function find(name: string, { clock }: Context): Promise<Copy | null> {
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

async function keep(
  name: string,
  { response, body }: { response: Response; body: Uint8Array<ArrayBuffer> },
  { clock }: Context,
): Promise<Copy> {
  const contentType = response.headers.get("content-type") ?? "application/json";
  const etag = `"${toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", body))).slice(0, 32)}"`;
  const headers = {
    "content-type": contentType,
    etag,
    "x-stored-at": String(clock.now()),
    "cache-control": `max-age=${MAX_FRESH_SECONDS + STALE_SECONDS}`,
  };
  await caches.default.put(name, new Response(body, { headers }));
  return { body, contentType, etag, ageSeconds: 0 };
}

/** `Cache-Status` is RFC 9211. A copy that the caller has already is not sent again. */
function give(
  { body, contentType, etag, ageSeconds }: Copy,
  how: "hit" | "miss" | "stale",
  { request, freshSeconds }: { request: Request; freshSeconds: number },
): Response {
  const headers = {
    etag,
    age: String(ageSeconds),
    "cache-control": `private, max-age=${freshSeconds}`,
    // A browser must not give one person's answer to the next who signs in there.
    vary: CREDENTIAL_HEADERS.join(", "),
    "cache-status": `gen-edge; ${how === "miss" ? "fwd=miss" : "hit"}; ttl=${freshSeconds - ageSeconds}`,
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

/** What is asked, by whom: a policy's clients share a copy, and no others. It is an address that no host has. */
async function toName({ kind, id, policy }: Client, { headers }: Request, { pathname, search }: URL): Promise<string> {
  const owner = kind === "user" ? `policy:${policy.name}` : `client:${id}`;
  const bytes = new TextEncoder().encode(
    JSON.stringify([owner, toAccount(policy), headers.get("accept"), pathname, search]),
  );
  return `https://cache.invalid/${toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))}`;
}

function isFresh(copy: Copy | null, freshSeconds: number): boolean {
  return copy !== null && copy.ageSeconds < freshSeconds;
}
