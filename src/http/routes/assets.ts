/**
 * `/openapi.json` and `/docs`: files that were laid beside the Worker when it was built (`scripts/lay-assets.ts`). They
 * come through the Worker, so that they have the headers of every answer, and so that nothing else of theirs is reached.
 */

import { type Problem, refuse } from "../../problems/problem.ts";
import type { Context } from "../context.ts";

/** The page may load what lies beside it and ask this Worker. The library that renders it sets styles inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function serveAsset(request: Request, ctx: Context): Promise<Response | Problem> {
  const seen = request.headers.get("if-none-match");
  const found = await ctx.env.ASSETS.fetch(ctx.url, { headers: seen === null ? {} : { "if-none-match": seen } });
  if (found.status !== 200 && found.status !== 304) {
    found.body?.cancel().catch(() => {});
    return refuse("route_not_found");
  }
  const response = new Response(found.body, found);
  response.headers.set("cache-control", "public, max-age=300");
  response.headers.set("content-security-policy", POLICY);
  return response;
}
