/**
 * Finds out who asks: `X-API-Key`, or `Authorization: Bearer` (RFC 6750), holds a client key or, in the latter, a JSON
 * Web Token. A page of an origin that is not the client's is refused here, before anything; so is who asks too often.
 */
import { type Client, isOriginAllowed } from "../access/policy.ts";
import { allowsClient, allowsFailure, RATE_PERIOD_SECONDS } from "../access/rate-limit.ts";
import type { Context } from "../context.ts";
import { type Problem, refuse } from "./problem.ts";

/** Three parts in base64url: a key of ours holds no dot. */
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const MAX_TOKEN_CHARS = 8_192;

type Found = { readonly client: Client } | { readonly problem: Problem };

/** Null when all is well; then the context knows the client. */
export async function authenticate(request: Request, ctx: Context): Promise<Problem | null> {
  const found = await find(request.headers, ctx);
  if ("problem" in found) return refuseStranger(found.problem, request, ctx);
  const { client } = found;
  ctx.client = client;
  ctx.event.client_id = client.id;
  if (!isOriginAllowed(client.policy, request.headers.get("origin"))) return refuse("origin_not_allowed");
  return (await allowsClient(client.id, client.policy, ctx.env)) ? null : limited();
}

async function find(headers: Headers, ctx: Context): Promise<Found> {
  const key = readKey(headers);
  if (key === null) return unauthorized("key_missing");
  if (ctx.jwts !== null && key.length <= MAX_TOKEN_CHARS && TOKEN.test(key)) return findUser(key, ctx);
  const found = await ctx.clients.authenticate(key);
  return found.kind === "client" ? found : unauthorized(`key_${found.kind}`);
}

async function findUser(token: string, { jwts, clients }: Context): Promise<Found> {
  const verdict = await jwts?.verify(token);
  if (verdict?.kind === "unavailable")
    return { problem: { ...refuse("sign_in_unavailable"), retry: "yes", retryAfter: 5 } };
  const policy = verdict?.kind === "verified" ? await clients.findPolicy(verdict.policyName) : null;
  if (verdict?.kind !== "verified" || policy === null) return unauthorized("token_refused");
  return { client: { kind: "user", id: verdict.userId, policy } };
}

/** Only failed attempts count before it is known who asks: many users may share an address. */
async function refuseStranger(problem: Problem, request: Request, { env }: Context): Promise<Problem> {
  const known = problem.status !== 401 || readKey(request.headers) === null;
  return known || (await allowsFailure(request.headers.get("cf-connecting-ip"), env)) ? problem : limited();
}

/** The `RateLimit` field of draft-ietf-httpapi-ratelimit-headers: nothing is left in this window. */
function limited(): Problem {
  const headers = { ratelimit: `"requests";r=0;t=${RATE_PERIOD_SECONDS}` };
  return { ...refuse("rate_limited", { headers }), retry: "yes", retryAfter: RATE_PERIOD_SECONDS };
}

function readKey(headers: Headers): string | null {
  const key = headers.get("x-api-key");
  if (key !== null) return key.trim();
  const [, token] = /^Bearer +(\S+)\s*$/i.exec(headers.get("authorization") ?? "") ?? [];
  return token ?? null;
}

type Fault = "key_missing" | "key_malformed" | "key_unknown" | "key_expired" | "token_refused";

/** RFC 6750, section 3.1: without credentials no error is named. */
function unauthorized(reason: Fault): { readonly problem: Problem } {
  const error = reason === "key_missing" ? "" : ', error="invalid_token"';
  const headers = { "www-authenticate": `Bearer realm="gen-edge"${error}` };
  return { problem: refuse("unauthorized", { reason, headers }) };
}
