import type { Host } from "../hosts.ts";
import { AGENT_CORE_ROUTES, AGENT_ROUTES, API_ROUTES, PUBLISHING_ROUTES, PYTHON_ROUTES } from "../routes/tables.ts";
import type { Received } from "../wire/receive.ts";
import type { Dialect } from "./gen-error.ts";
import { html, type Reply } from "./reply.ts";
import { type Found, routerOf } from "./router.ts";

/** The target of a path: the application, the route, and the form of its errors. */
export interface Place {
  readonly found: Found | undefined;
  readonly path: string;
  readonly dialect: Dialect;
  readonly legacy: boolean;
}

const routers = {
  api: routerOf(API_ROUTES),
  publishing: routerOf(PUBLISHING_ROUTES),
  agent: routerOf(AGENT_ROUTES),
  "agent-core": routerOf(AGENT_CORE_ROUTES),
  python: routerOf([...PUBLISHING_ROUTES, ...PYTHON_ROUTES]),
};

const PUBLISHING = /^\/(schedule|social)(\/|$)/;

export function placeOf({ host, method, path: given }: Pick<Received, "host" | "method" | "path">): Place {
  const path = host === "python" ? given : given.startsWith("/v1/") ? given.slice(3) : undefined;
  if (path === undefined) return { found: undefined, path: given, dialect: "rails", legacy: false };
  if (host === "api" && PUBLISHING.test(path)) return place(routers.publishing(method, path), path, "publishing");
  if (host === "python") return place(routers.python(method, path), path, "publishing");
  if (host === "agent") return place(routers.agent(method, path), path, "rails");
  if (host === "agent-core") return place(routers["agent-core"](method, path), path, "fastapi");
  const legacy = path === "/avatars" || path.startsWith("/avatars/");
  const current = presentName(path);
  return { ...place(routers.api(method, current), current, "rails"), legacy };
}

function place(found: Found | undefined, path: string, dialect: Dialect): Place {
  return { found, path, dialect, legacy: false };
}

/** `/autocontentengine` is `/vidsheet`, `/avatars/…/talking_loops` is `/characters/…/talking_characters`. */
function presentName(path: string): string {
  if (path.startsWith("/autocontentengine/")) return `/vidsheet/${path.slice("/autocontentengine/".length)}`;
  if (path === "/autocontentengine") return "/vidsheet";
  if (path === "/avatars" || path.startsWith("/avatars/")) {
    return `/characters${path.slice("/avatars".length).replace("/talking_loops", "/talking_characters")}`;
  }
  return path;
}

const APPLICATION = /^\/(admin|sidekiq|rails|cable|users|auth)(\/|$)/;

/**
 * The answer to an unknown route: Rails' HTML page, FastAPI's `detail`; outside `/v1` the application or the
 * documentation.
 */
export function unknownPath({ host, path }: { host: Host; path: string }): Reply {
  if (host !== "api") return { status: 404, json: { detail: "Not Found" } };
  if (path.startsWith("/v1/")) return html(404, "The page you were looking for doesn't exist (404)");
  if (path === "/up") return html(200, "up");
  if (APPLICATION.test(path)) return { ...html(302, "Found"), headers: { location: "/users/sign_in" } };
  if (path === "/" || path.startsWith("/docs")) return html(200, "GEN API documentation (simulated)");
  return { ...html(301, "Moved Permanently"), headers: { location: "/docs" } };
}
