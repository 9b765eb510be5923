/** `GET /`: what answers here, for a person who opens the address; its links, for a program. */
import { VERSION } from "../../env.ts";
import { renderPage } from "../../problems/page.ts";
import type { Texts } from "../../problems/translations.ts";
import type { Context } from "../context.ts";
import { selectTexts, toPageOrJson } from "../page-or-json.ts";

const LINKS = { docs: "/docs", openapi: "/openapi.json", problems: "/problems", health: "/health" } as const;

export async function showHome(request: Request, ctx: Context): Promise<Response> {
  const texts = await selectTexts(request, ctx);
  const json = { name: "gen-edge", version: VERSION, status: "ok", ...LINKS };
  const answer = toPageOrJson(request, texts, { json, page: () => renderHome(texts) });
  // What it says of the Worker's state is of this moment.
  answer.headers.set("cache-control", "no-store");
  return answer;
}

function renderHome(texts: Texts): string {
  const { page } = texts.messages;
  const links = [
    [LINKS.docs, page.docs],
    [LINKS.openapi, "OpenAPI 3.1"],
    [LINKS.problems, page.all_codes],
  ];
  const list = links.map(([href, text]) => `<li><a href="${href}">${text}</a></li>`).join("\n");
  const intro = `<h1>gen-edge</h1>\n<p>${page.home_what}</p>\n<p>${page.home_running} <code>${VERSION}</code></p>`;
  return renderPage(texts, "gen-edge", `${intro}\n<h2>${page.developers}</h2>\n<ul>\n${list}\n</ul>`);
}
