import { prefersHtml, selectLanguage } from "../problems/negotiate.ts";
import { PAGE_POLICY } from "../problems/page.ts";
import type { Texts } from "../problems/translations.ts";
import type { Context } from "./context.ts";

export function selectTexts({ headers }: Request, { texts }: Context): Promise<Texts> {
  return texts.select(selectLanguage(headers.get("accept-language")));
}

/** The same for a person with a browser and for a program, by `Accept` (RFC 9110, section 12.5.1). It may be kept for an hour. */
export function toPageOrJson(
  { headers }: Request,
  { language }: Texts,
  { json, page }: { json: object; page: () => string },
): Response {
  const common = { "content-language": language, "cache-control": "public, max-age=3600", vary: "Accept" };
  if (!prefersHtml(headers.get("accept"))) return Response.json(json, { headers: common });
  return new Response(page(), {
    headers: { ...common, "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_POLICY },
  });
}
