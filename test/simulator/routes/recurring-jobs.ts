import type { Call } from "../gen/call.ts";
import { takeCredits } from "../gen/credits.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { itemOn, pathAgent } from "../gen/lookup.ts";
import { PRICES } from "../gen/prices.ts";
import { created, noContent, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { addItem, shelfRoutes } from "../gen/shelf-routes.ts";
import { type Item, shelf } from "../world/world.ts";

const PATH = "/agents/:agent/recurring-jobs";

export const recurringJobRoutes: Routes = {
  ...shelfRoutes({
    path: PATH,
    family: "recurring_jobs",
    verbs: ["list", "read", "update"],
    owner: (call) => ({ agent_id: pathAgent(call).id }),
  }),
  [`POST ${PATH}`]: (call) => create(call, { ...call.fields }),
  [`POST ${PATH}/defaults`]: (call) =>
    created(byName(call, "Daily ideas") ?? create(call, { name: "Daily ideas" }).json),
  [`PATCH ${PATH}`]: (call) => ok(Object.assign(named(call), call.fields)),
  [`DELETE ${PATH}`]: (call) => remove(call, named(call)),
  [`DELETE ${PATH}/:id`]: (call) => remove(call, jobOf(call)),
  [`POST ${PATH}/:id/pause`]: (call) => move(call, "active", "paused"),
  [`POST ${PATH}/:id/resume`]: (call) => move(call, "paused", "active"),
  [`POST ${PATH}/:id/duplicate`]: (call) => create(call, { ...jobOf(call), name: `${jobOf(call).name} (copy)` }),
  [`POST ${PATH}/:id/test-run`]: testRun,
};

function create(call: Call, fields: Record<string, unknown>): Reply {
  const agent = pathAgent(call);
  if (!fields.name) throw invalid("name is required");
  return created(addItem(call, "recurring_jobs", { ...fields, agent_id: agent.id, status: "active" }));
}

function jobOf(call: Call): Item {
  pathAgent(call);
  return itemOn(call, "recurring_jobs", call.params.id);
}

function byName(call: Call, name: unknown): Item | undefined {
  const agent = pathAgent(call);
  return [...shelf(call.sim.world, "recurring_jobs").values()].find(
    (item) => item.name === name && String(item.agent_id) === String(agent.id),
  );
}

function named(call: Call): Item {
  const item = byName(call, call.fields.name ?? call.query.get("name"));
  if (!item) throw new GenError(404, "not_found", "Recurring job not found");
  return item;
}

function move(call: Call, from: string, to: string): Reply {
  const item = jobOf(call);
  if (item.status !== from) throw new GenError(409, "invalid_transition", `A ${item.status} job can't become ${to}`);
  return ok(Object.assign(item, { status: to }));
}

function remove(call: Call, item: Item): Reply {
  shelf(call.sim.world, "recurring_jobs").delete(String(item.id));
  return noContent();
}

function testRun(call: Call): Reply {
  const id = `run_${call.sim.world.nextId()}`;
  const agent = pathAgent(call);
  jobOf(call);
  takeCredits(call.sim, {
    agent,
    amount: PRICES.ideas,
    operation: "recurring_jobs.test_run",
    purpose: "recurring run",
    key: null,
    subject: { run_id: id },
  });
  shelf(call.sim.world, "runs").set(id, { id, agent_id: agent.id, status: "completed", result: null });
  return ok({ run_id: id, status: "running" });
}
