/**
 * Finds out who asks: `X-API-Key`, or `Authorization: Bearer` (RFC 6750), holds a client key or, of a user, a JSON Web
 * Token. A page of an origin that is not the client's is refused here, before anything; so is who asks too often.
 */
import { StoreUnavailable } from "../access/client-directory.ts";
import { type Client, isOriginAllowed } from "../access/policy.ts";
import { allowsClient, RATE_PERIOD_SECONDS } from "../access/rate-limit.ts";
import { type Problem, refuse } from "../problems/problem.ts";
import type { Context } from "./context.ts";

/** Three parts in base64url: a key of ours holds no dot. */
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const MAX_TOKEN_CHARS = 8_192;
const SIGN_IN_RETRY_SECONDS = 5;

type Found = { readonly client: Client } | { readonly problem: Problem };

/** Null when all is well; then the context knows the client. */
export async function authenticate(request: Request, ctx: Context): Promise<Problem | null> {
  const key = readKey(request.headers, ctx);
  if (key === null) return unauthorized("key_missing");
  const known = ctx.clients.recall(key);
  const found = known ? { client: known } : await find(key, toAddress(request), ctx);
  if ("problem" in found) return refuseStranger(found.problem, request, ctx);
  const { client } = found;
  ctx.client = client;
  ctx.event.client_id = client.id;
  if (!isOriginAllowed(client.policy, request.headers.get("origin"))) return refuse("origin_not_allowed");
  return (await allowsClient(client.id, client.policy, ctx.env)) ? null : limited();
}

/**
 * The refusal of somebody who has shown something wrong: a key, a token, a ticket, a signature. Only such attempts count before
 * it is known who asks, so that what is right is taken though strangers guess from the same address.
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

/** A token is proven before anything is looked up; a key is not, so from an address that is refused it must have been good before. */
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

/** Where a key or a token may stand. */
export const CREDENTIAL_HEADERS = ["X-API-Key", "Authorization", "Cf-Access-Jwt-Assertion"] as const;

/** The last one is how Cloudflare Access hands on the token of a sign-in in front of the Worker. */
function readKey(headers: Headers, { jwts }: Context): string | null {
  const key = headers.get("x-api-key");
  if (key !== null) return key.trim();
  const authorization = headers.get("authorization");
  if (authorization === null && jwts !== null) return headers.get("cf-access-jwt-assertion");
  const [, token] = /^Bearer +(\S+)\s*$/i.exec(authorization ?? "") ?? [];
  return token ?? null;
}

type Fault = "key_missing" | "key_malformed" | "key_unknown" | "key_expired" | "token_refused";

/** RFC 6750, section 3.1: without credentials no error is named. */
function unauthorized(reason: Fault): Problem {
  const error = reason === "key_missing" ? "" : ', error="invalid_token"';
  return refuse("unauthorized", { reason, headers: { "www-authenticate": `Bearer realm="gen-edge"${error}` } });
}
