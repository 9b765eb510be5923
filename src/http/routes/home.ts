/** `GET /`: what answers here, for a person who opens the address; its links, for a program. */
import { VERSION } from "../../env.ts";
import { prefersHtml } from "../../problems/negotiate.ts";
import { renderPage } from "../../problems/page.ts";
import type { Problem } from "../../problems/problem.ts";
import type { Texts } from "../../problems/translations.ts";
import type { Context } from "../context.ts";
import { selectTexts, toPageOrJson } from "../page-or-json.ts";
import { serveSetupPage } from "./assets.ts";
import { isSetupOpen } from "./clients/setup.ts";

const LINKS = {
  docs: "/docs",
  console: "/console",
  openapi: "/openapi.json",
  problems: "/problems",
  health: "/health",
} as const;

/** For a person who has just deployed, the set-up page. */
export async function showHome(request: Request, ctx: Context): Promise<Response | Problem> {
  if (prefersHtml(request.headers.get("accept")) && (await isSetupOpen(ctx))) return serveSetupPage(ctx);
  const texts = await selectTexts(request, ctx);
  const status = ctx.fault === null ? "ok" : "not_configured";
  const json = { name: "gen-edge", version: VERSION, status, ...LINKS };
  const answer = toPageOrJson(request, texts, { json, page: () => renderHome(texts, status) });
  // What it says of the Worker's state is of this moment.
  answer.headers.set("cache-control", "no-store");
  return answer;
}

function renderHome(texts: Texts, status: "ok" | "not_configured"): string {
  const { page, problems } = texts.messages;
  const state = status === "ok" ? page.home_running : problems[status].title;
  const links = [
    [LINKS.docs, page.docs],
    [LINKS.console, page.console],
    [LINKS.openapi, "OpenAPI 3.1"],
    [LINKS.problems, page.all_codes],
  ];
  const list = links.map(([href, text]) => `<li><a href="${href}">${text}</a></li>`).join("\n");
  const intro = `<h1>gen-edge</h1>\n<p>${page.home_what}</p>\n<p>${state} <code>${VERSION}</code></p>`;
  return renderPage(texts, "gen-edge", `${intro}\n<h2>${page.developers}</h2>\n<ul>\n${list}\n</ul>`);
}
