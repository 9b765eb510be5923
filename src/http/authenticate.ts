import { isOriginAllowed } from "../access/policy.ts";
import type { Context } from "../context.ts";
import { type Problem, refuse } from "./problem.ts";

/**
 * Finds out who asks: `X-API-Key`, or `Authorization: Bearer` (RFC 6750), holds a client key. Null when all is well;
 * then the context knows the client. A page of an origin that is not the client's is refused here, before anything.
 */
export async function authenticate(request: Request, ctx: Context): Promise<Problem | null> {
  const key = readKey(request.headers);
  if (key === null) return unauthorized("key_missing");
  const found = await ctx.clients.authenticate(key);
  if (found.kind !== "client") return unauthorized(`key_${found.kind}`);
  ctx.client = found.client;
  ctx.event.client_id = found.client.id;
  const allowed = isOriginAllowed(found.client.policy, request.headers.get("origin"));
  return allowed ? null : refuse("origin_not_allowed");
}

function readKey(headers: Headers): string | null {
  const key = headers.get("x-api-key");
  if (key !== null) return key.trim();
  const [, token] = /^Bearer +(\S+)\s*$/i.exec(headers.get("authorization") ?? "") ?? [];
  return token ?? null;
}

/** RFC 6750, section 3.1: without credentials no error is named. */
function unauthorized(reason: "key_missing" | "key_malformed" | "key_unknown" | "key_expired"): Problem {
  const error = reason === "key_missing" ? "" : ', error="invalid_token"';
  return refuse("unauthorized", { reason, headers: { "www-authenticate": `Bearer realm="gen-edge"${error}` } });
}
