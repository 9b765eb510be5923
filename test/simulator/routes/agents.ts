import type { Call } from "../gen/call.ts";
import { organizationOf } from "../gen/credits.ts";
import { isFields, text } from "../gen/fields.ts";
import { type Fields, GenError, invalid } from "../gen/gen-error.ts";
import { allowed, pathAgent } from "../gen/lookup.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { innerFields } from "../gen/shelf-routes.ts";
import { testDelivery } from "../gen/webhooks.ts";
import { type Agent, addAgent } from "../world/world.ts";

export const agentRoutes: Routes = {
  "GET /me": ({ user }) => ok(user),
  "GET /workspaces": ({ sim }) =>
    ok({
      workspaces: [...sim.world.organizations.values()]
        .filter(({ role }) => role !== "none")
        .map(({ id, name, role }) => ({ id, name, role })),
    }),
  "GET /agents": listAgents,
  "POST /agents": createAgent,
  "GET /agents/:agent": (call) => ok(agentView(pathAgent(call))),
  "PATCH /agents/:agent": updateAgent,
  "PUT /agents/:agent": updateAgent,
  "DELETE /agents/:agent": deleteAgent,
  "GET /agents/:agent/core": (call) => ok(pathAgent(call).core),
  "PATCH /agents/:agent/core": updateCore,
  "GET /agents/:agent/automation_config": (call) => ok({ automation_config: pathAgent(call).automation }),
  "PATCH /agents/:agent/automation_config": updateAutomation,
  "POST /agents/:agent/automation_config/test_webhook": async (call) =>
    ok(await testDelivery(pathAgent(call).automation.webhook_url)),
  "POST /agents/:agent/automation_config/test_callback": async (call) =>
    ok(await testDelivery(pathAgent(call).automation.callback_url)),
};

function agentView({ id, name, workspace_id }: Agent): Fields {
  return { id, name, workspace_id, organization_id: workspace_id };
}

function listAgents({ sim, query }: Call): Reply {
  const workspace = query.get("workspace_id");
  const agents = [...sim.world.agents.values()].filter(
    (agent) =>
      organizationOf(sim, agent).role !== "none" && (workspace === null || String(agent.workspace_id) === workspace),
  );
  return ok({ agents: agents.map(agentView) });
}

function createAgent(call: Call): Reply {
  const { workspace_id, organization_id = workspace_id, name } = { ...call.fields, ...innerFields(call.fields) };
  const organization = call.sim.world.organizations.get(String(organization_id ?? 7));
  if (!organization) throw new GenError(422, "organization_not_found", "Organization not found");
  if (!text(name)) throw new GenError(422, "agent_creation_failed", "Name can't be blank");
  return created(agentView(addAgent(call.sim.world, call.sim.world.nextId(), organization.id, String(name))));
}

function updateAgent(call: Call): Reply {
  const agent = pathAgent(call);
  const { name } = innerFields(call.fields);
  if (name !== undefined && !text(name)) throw new GenError(422, "agent_update_failed", "Name can't be blank");
  if (name !== undefined) agent.name = String(name);
  return ok(agentView(agent));
}

function deleteAgent(call: Call): Reply {
  const agent = allowed(call, pathAgent(call));
  call.sim.world.agents.delete(String(agent.id));
  return ok({ success: true });
}

const SECTIONS = ["brand", "personality", "voice", "identity", "overview"];

/** 207: each section succeeds or fails by itself. */
function updateCore(call: Call): Reply {
  const agent = pathAgent(call);
  const results = Object.entries(innerSections(call.fields)).map(([section, data]) => {
    const known = SECTIONS.includes(section) && isFields(data);
    if (!known) return [section, { status: "error", error: "Section can't be written" }];
    agent.core[section] = { ...(agent.core[section] as Fields | undefined), ...data };
    return [section, { status: "ok", data: agent.core[section] }];
  });
  return { status: 207, json: Object.fromEntries(results) };
}

function innerSections(fields: Fields): Fields {
  const { agent_id: _, core, ...sections } = fields;
  return isFields(core) ? core : sections;
}

function updateAutomation(call: Call): Reply {
  const { automation } = pathAgent(call);
  const given = call.fields.automation_config;
  if (!isFields(given)) throw invalid("automation_config is required");
  for (const name of ["webhook_url", "callback_url"] as const) {
    const url = given[name];
    if (url === undefined) continue;
    if (url !== null && !URL.canParse(String(url))) throw invalid(`${name} is not a URL`);
    automation[name] = url === null ? null : String(url);
  }
  if (given.polling_enabled !== undefined) automation.polling_enabled = given.polling_enabled === true;
  return ok({ automation_config: automation });
}
