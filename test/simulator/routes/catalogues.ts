import type { Call } from "../gen/call.ts";
import { found, pathAgent } from "../gen/lookup.ts";
import { ok } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { shelfRoutes } from "../gen/shelf-routes.ts";
import { shelf } from "../world/world.ts";

const byAgent = (call: Call) => ({ agent_id: pathAgent(call).id });

/** Lists that are the same for all users, and small parts of an agent's setup. */
export const catalogueRoutes: Routes = {
  "GET /templates/projects": ({ sim, query }) =>
    ok({ projects: [...shelf(sim.world, "templates").values()], page: Number(query.get("page") ?? 1), total_pages: 1 }),
  "GET /templates/projects/:slug": ({ sim, params }) =>
    ok(found(shelf(sim.world, "templates").get(params.slug ?? ""), "Project", "project_not_found")),
  "GET /sound_libraries": () => ok({ sound_libraries: [{ id: 1, title: "Calm" }] }),
  "GET /recommended_sounds": () => ok({ recommended_sounds: [{ id: 1, title: "Calm" }] }),
  "GET /aura/proxy-locations/countries": () => ok({ countries: [{ code: "DE", name: "Germany" }] }),
  "GET /aura/proxy-locations/cities": () => ok({ cities: [{ country: "DE", name: "Berlin" }] }),
  ...shelfRoutes({
    path: "/agents/:agent/core/inspiration",
    family: "inspirations",
    verbs: ["create", "delete"],
    owner: byAgent,
  }),
  ...shelfRoutes({
    path: "/agents/:agent/core/accounts",
    family: "accounts",
    verbs: ["create", "delete"],
    owner: byAgent,
  }),
};
