/**
 * `/openapi.json`, `/docs` and `/console`: static files from the build (`scripts/build-assets.ts`). They are served
 * through the Worker, so that they get the headers of every answer, and so that no other asset can be reached.
 */
import { type Problem, refuse } from "../../problems/problem.ts";
import type { Context } from "../context.ts";

/** The page may load its own files and call this Worker. The library that renders it uses inline styles. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Its own files and this Worker, and nothing inline. */
const SETUP_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Also: no text becomes a document, a script or its address, by whatever function of the browser. */
const CONSOLE_POLICY = `${SETUP_POLICY}; require-trusted-types-for 'script'; trusted-types 'none'`;

export function serveAsset(request: Request, ctx: Context): Promise<Response | Problem> {
  return serve(ctx, ctx.url, request.headers.get("if-none-match"));
}

/** The set-up page, at `/`. Not kept anywhere: soon there will be another page at this address. */
export async function serveSetupPage(ctx: Context): Promise<Response | Problem> {
  const page = await serve(ctx, new URL("/setup", ctx.url), null);
  if (!(page instanceof Response)) return page;
  page.headers.delete("etag");
  page.headers.set("cache-control", "no-store");
  page.headers.set("content-security-policy", SETUP_POLICY);
  page.headers.append("vary", "Accept");
  return page;
}

/** The console's page, script and style sheet. Asked for each time, so that they are of one version. */
export async function serveConsole(request: Request, ctx: Context): Promise<Response | Problem> {
  const served = await serve(ctx, ctx.url, request.headers.get("if-none-match"));
  if (!(served instanceof Response)) return served;
  served.headers.set("cache-control", "no-cache");
  served.headers.set("content-security-policy", CONSOLE_POLICY);
  served.headers.set("referrer-policy", "no-referrer");
  return served;
}

async function serve(ctx: Context, url: URL, seen: string | null): Promise<Response | Problem> {
  const found = await ctx.env.ASSETS.fetch(url, { headers: seen === null ? {} : { "if-none-match": seen } });
  if (found.status !== 200 && found.status !== 304) {
    found.body?.cancel().catch(() => {});
    return refuse("route_not_found");
  }
  const response = new Response(found.body, found);
  response.headers.set("cache-control", "public, max-age=300");
  response.headers.set("content-security-policy", POLICY);
  return response;
}
