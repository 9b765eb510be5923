/**
 * Identifies the client: `X-API-Key` or `Authorization: Bearer` (RFC 6750) holds a client key or, for a user, a JSON
 * Web Token. Requests from a foreign origin or over the rate limit are refused here, before any other work.
 */
import { StoreUnavailable } from "../access/client-directory.ts";
import { type Client, isOperator, isOriginAllowed } from "../access/policy.ts";
import { allowsClient, RATE_PERIOD_SECONDS } from "../access/rate-limit.ts";
import { type Problem, refuse } from "../problems/problem.ts";
import type { Context } from "./context.ts";

/** Three parts in base64url. A client key holds no dot. */
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const MAX_TOKEN_CHARS = 8_192;
const SIGN_IN_RETRY_SECONDS = 5;

type Found = { readonly client: Client } | { readonly problem: Problem };

/** Sets the context's client. Null: not refused. */
export async function authenticate(request: Request, ctx: Context): Promise<Problem | null> {
  const key = readKey(request.headers, ctx);
  if (key === null) return unauthorized("key_missing");
  const known = ctx.clients.recall(key);
  const found = known ? { client: known } : await find(key, toAddress(request), ctx);
  if ("problem" in found) return refuseStranger(found.problem, request, ctx);
  const { client } = found;
  ctx.client = client;
  ctx.event.client_id = client.id;
  const origin = request.headers.get("origin");
  // The console is a page of this Worker: an operator's key needs no origin in its policy for it.
  const isConsole = isOperator(client) && origin === ctx.url.origin;
  if (!isConsole && !isOriginAllowed(client.policy, origin)) return refuse("origin_not_allowed");
  return (await allowsClient(client.id, client.policy, ctx.env)) ? null : limited();
}

/**
 * Refuses a wrong key, token, ticket or signature, and counts it for its address. Only failed attempts count, so that
 * valid credentials are accepted although others guess from the same address.
 */
export async function refuseStranger(problem: Problem, request: Request, { failures }: Context): Promise<Problem> {
  if (problem.status !== 401) return problem;
  return (await failures.allow(toAddress(request))) ? problem : limited();
}

function toAddress({ headers }: Request): string | null {
  return headers.get("cf-connecting-ip");
}

/** The `RateLimit` field of draft-ietf-httpapi-ratelimit-headers: nothing is left in this window. */
export function limited(): Problem {
  const headers = { ratelimit: `"requests";r=0;t=${RATE_PERIOD_SECONDS}` };
  return { ...refuse("rate_limited", { headers }), retry: "yes", retryAfter: RATE_PERIOD_SECONDS };
}

async function find(key: string, address: string | null, ctx: Context): Promise<Found> {
  const isToken = ctx.jwts !== null && key.length <= MAX_TOKEN_CHARS && TOKEN.test(key);
  try {
    return await (isToken ? findUser(key, ctx) : findClient(key, address, ctx));
  } catch (error) {
    if (error instanceof StoreUnavailable) return unavailable(error.message, ctx);
    throw error;
  }
}

/** From an address with too many failed attempts, only keys that were valid before are accepted. */
async function findClient(key: string, address: string | null, ctx: Context): Promise<Found> {
  if (ctx.failures.isRefused(address) && !ctx.clients.hasSeen(key)) return { problem: limited() };
  const found = await ctx.clients.authenticate(key);
  return found.kind === "client" ? found : { problem: unauthorized(`key_${found.kind}`) };
}

async function findUser(token: string, ctx: Context): Promise<Found> {
  const verdict = await ctx.jwts?.verify(token, ctx.deadline.remaining(ctx.clock.now()));
  if (verdict?.kind === "unavailable") return unavailable(verdict.why, ctx);
  const policy = verdict?.kind === "verified" ? await ctx.clients.findPolicy(verdict.policyName) : null;
  if (verdict?.kind === "verified" && policy) return { client: { kind: "user", id: verdict.userId, policy } };
  const why = verdict?.kind === "refused" ? verdict.why : "policy";
  ctx.log("info", { message: "token_refused", request_id: ctx.requestId, why });
  return { problem: unauthorized("token_refused") };
}

function unavailable(why: string, { log, requestId }: Context): Found {
  log("warn", { message: "sign_in_unavailable", request_id: requestId, why });
  return { problem: { ...refuse("sign_in_unavailable"), retry: "yes", retryAfter: SIGN_IN_RETRY_SECONDS } };
}

/** Request headers that may hold a key or a token. */
export const CREDENTIAL_HEADERS = ["X-API-Key", "Authorization", "Cf-Access-Jwt-Assertion"] as const;

/** In `Cf-Access-Jwt-Assertion`, Cloudflare Access passes on the token of a sign-in in front of the Worker. */
function readKey(headers: Headers, { jwts }: Context): string | null {
  const key = headers.get("x-api-key");
  if (key !== null) return key.trim();
  const authorization = headers.get("authorization");
  if (authorization === null && jwts !== null) return headers.get("cf-access-jwt-assertion");
  const [, token] = /^Bearer +(\S+)\s*$/i.exec(authorization ?? "") ?? [];
  return token ?? null;
}

type Fault = "key_missing" | "key_malformed" | "key_unknown" | "key_expired" | "token_refused";

/** RFC 6750, section 3.1: a request without credentials gets no error code. */
function unauthorized(reason: Fault): Problem {
  const error = reason === "key_missing" ? "" : ', error="invalid_token"';
  return refuse("unauthorized", { reason, headers: { "www-authenticate": `Bearer realm="gen-edge"${error}` } });
}
