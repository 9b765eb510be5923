import type { Job } from "../world/job.ts";
import type { Cell, Layer, Row, Sheet } from "../world/sheet.ts";
import { type Agent, type Item, shelf } from "../world/world.ts";
import type { Call } from "./call.ts";
import { organizationOf, requireCredits } from "./credits.ts";
import { isFields } from "./fields.ts";
import { GenError, notFound } from "./gen-error.ts";

/** The agent that the query or body names; 422 if it is unknown or missing. */
export function namedAgent(call: Call): Agent {
  const { query, fields } = call;
  const inner = Object.values(fields).find((value) => isFields(value) && value.agent_id !== undefined);
  const id = query.get("agent_id") ?? fields.agent_id ?? (isFields(inner) ? inner.agent_id : undefined);
  const agent = id === undefined ? undefined : call.sim.world.agents.get(String(id));
  if (!agent) throw new GenError(422, "agent_not_found", "Agent not found; list the agents for valid ids");
  return allowed(call, agent);
}

/** The agent in the path; 404 if it is unknown. */
export function pathAgent(call: Call): Agent {
  const agent = call.sim.world.agents.get(call.params.agent ?? "");
  if (!agent) throw notFound("agent_not_found", "Agent");
  return allowed(call, agent);
}

/** Only a workspace's owners and managers can use the API. */
export function allowed(call: Call, agent: Agent): Agent {
  const { role } = organizationOf(call.sim, agent);
  if (role === "none") throw new GenError(403, "permission_denied", "You have no access to this agent");
  if (role === "editor") throw new GenError(403, "forbidden", "Your role in this workspace is too low");
  return agent;
}

export interface InSheet {
  readonly agent: Agent;
  readonly sheet: Sheet;
}

/** Sheet paths need an agent with credits; another agent's sheet is not found. */
export function namedSheet(call: Call, id: unknown = call.params.sheet): InSheet {
  const agent = namedAgent(call);
  requireCredits(call.sim, agent, 0);
  const sheet = call.sim.world.sheets.get(String(id));
  if (!sheet || String(sheet.agentId) !== String(agent.id)) throw notFound("spreadsheet_not_found", "Spreadsheet");
  return { agent, sheet };
}

export function rowIn(sheet: Sheet, id: unknown): Row {
  return found(
    sheet.rows.find((row) => String(row.id) === String(id)),
    "Row",
  );
}

export function cellIn(sheet: Sheet, id: unknown): { row: Row; cell: Cell } {
  for (const row of sheet.rows) {
    const cell = row.cells.find((candidate) => String(candidate.id) === String(id));
    if (cell) return { row, cell };
  }
  throw notFound("not_found", "Cell");
}

export function layerIn(cell: Cell, id: unknown): Layer {
  return found(
    cell.video_layers.find((layer) => String(layer.id) === String(id)),
    "Layer",
  );
}

export function jobOf(call: Call, code: "not_found" | "user_job_not_found"): Job {
  const job = call.sim.world.jobs.get(call.params.job ?? "");
  if (!job) throw notFound(code, code === "not_found" ? "Generation" : "User job");
  const agent = call.sim.world.agents.get(String(job.agentId));
  if (agent) allowed(call, agent);
  return job;
}

export function itemOn(call: Call, family: string, id: unknown, code = "not_found"): Item {
  return found(shelf(call.sim.world, family).get(String(id)), family.replaceAll("_", " ").replace(/s$/, ""), code);
}

export function found<T>(value: T | undefined, what: string, code = "not_found"): T {
  if (value === undefined) throw notFound(code, what);
  return value;
}
