import type { Call } from "../gen/call.ts";
import { text } from "../gen/fields.ts";
import { type Fields, GenError, invalid } from "../gen/gen-error.ts";
import { found, itemOn } from "../gen/lookup.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { addItem, innerFields, shelfRoutes } from "../gen/shelf-routes.ts";
import { addOrganization, type Organization, shelf } from "../world/world.ts";

export const organizationRoutes: Routes = {
  "GET /organizations": ({ sim }) =>
    ok({
      organizations: [...sim.world.organizations.values()].filter(({ role }) => role !== "none").map(organizationView),
    }),
  "POST /organizations": createOrganization,
  "GET /organizations/:organization": (call) => ok(organizationView(pathOrganization(call))),
  "PATCH /organizations/:organization": updateOrganization,
  "DELETE /organizations/:organization": (call) => {
    call.sim.world.organizations.delete(String(pathOrganization(call).id));
    return ok({ success: true });
  },
  ...shelfRoutes({
    path: "/organizations/:organization/user_organizations",
    family: "user_organizations",
    verbs: ["list", "create", "delete"],
    owner: (call) => ({ organization_id: pathOrganization(call).id }),
  }),
  ...shelfRoutes({
    path: "/user_shared_agents",
    family: "user_shared_agents",
    verbs: ["create", "read", "update", "delete"],
  }),
  "PUT /projects/:id/set_project_share": (call) => {
    const sheet = found(call.sim.world.sheets.get(call.params.id ?? ""), "Project", "project_not_found");
    return ok({ id: sheet.id, shared: call.fields.shared ?? true });
  },
  "GET /persisted_tokens": ({ sim }) =>
    ok({ persisted_tokens: [...shelf(sim.world, "persisted_tokens").values()].map(({ token: _, ...shown }) => shown) }),
  "POST /persisted_tokens": createToken,
  "PATCH /persisted_tokens/:id": (call) => {
    const item = itemOn(call, "persisted_tokens", call.params.id);
    const { token: _, ...shown } = Object.assign(item, { name: innerFields(call.fields).name ?? item.name });
    return ok(shown);
  },
  "DELETE /persisted_tokens/revoke_all": ({ sim }) => {
    for (const item of shelf(sim.world, "persisted_tokens").values()) item.revoked = true;
    return ok({ success: true });
  },
  "DELETE /persisted_tokens/:id/revoke": (call) => {
    itemOn(call, "persisted_tokens", call.params.id).revoked = true;
    return ok({ success: true });
  },
};

export function organizationView({ id, name, generic, aura, role }: Organization): Fields {
  return { id, name, role, available_credit: { generic: generic.toFixed(1), aura } };
}

/** An unknown organization is 422 `organization_not_found`, also in the path. */
function pathOrganization({ sim, params }: Call): Organization {
  const organization = sim.world.organizations.get(params.organization ?? "");
  if (!organization) throw new GenError(422, "organization_not_found", "Organization not found");
  if (organization.role === "none")
    throw new GenError(403, "permission_denied", "You have no access to this organization");
  if (organization.role === "editor") throw new GenError(403, "forbidden", "Your role in this workspace is too low");
  return organization;
}

function createOrganization({ sim, fields }: Call): Reply {
  const name = text(innerFields(fields).name);
  if (!name) throw invalid("name is required");
  return created(
    organizationView(addOrganization(sim.world, { id: sim.world.nextId(), name, generic: 0, role: "owner" })),
  );
}

function updateOrganization(call: Call): Reply {
  const organization = pathOrganization(call);
  const { name } = innerFields(call.fields);
  if (name !== undefined && !text(name)) throw invalid("name can't be blank");
  if (name !== undefined) organization.name = String(name);
  return ok(organizationView(organization));
}

/** The token is shown once, and is a valid API key. */
function createToken(call: Call): Reply {
  const name = innerFields(call.fields).name ?? "token";
  const item = addItem(call, "persisted_tokens", { name, revoked: false });
  return created(Object.assign(item, { token: `gen_pat_simulator_${item.id}` }));
}
