import type { Call, Commit } from "../gen/call.ts";
import { organizationOf, takeCredits } from "../gen/credits.ts";
import { isFields, text } from "../gen/fields.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { BODY } from "../gen/key-rules.ts";
import { keyOf } from "../gen/keyed.ts";
import { itemOn, pathAgent } from "../gen/lookup.ts";
import { PRICES } from "../gen/prices.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import { keyed, type Routes } from "../gen/route.ts";
import { addItem, shelfRoutes } from "../gen/shelf-routes.ts";
import { type Item, shelf } from "../world/world.ts";

const byAgent = (call: Call) => ({ agent_id: pathAgent(call).id });
const BACKUPS = "/agents/:agent/proof-of-genesis/backups";
/** A backup's key is remembered per agent and answered with the existing backup. */
const BACKUP_KEY = { ...BODY, maxLength: 255, scope: ({ path }: Call) => path };

/** agent-core.gen.pro: watchlists, backups, parts of agent setup. Mostly FastAPI's error bodies. */
export const agentCoreRoutes: Routes = {
  ...shelfRoutes({
    path: "/agents/:agent/watchlists",
    family: "watchlists",
    verbs: ["list", "read", "update", "delete"],
    owner: byAgent,
  }),
  "POST /agents/:agent/watchlists": createWatchlist,
  "POST /agents/:agent/watchlists/:id/sources": addSources,
  "DELETE /agents/:agent/watchlists/:id/sources": (call) =>
    removeSources(call, (source) => String(call.fields.source ?? call.query.get("source")) === source),
  "DELETE /agents/:agent/watchlists/:id/sources/:source": (call) =>
    removeSources(call, (source) => source === call.params.source),
  ...shelfRoutes({ path: BACKUPS, family: "backups", verbs: ["list", "delete"], owner: byAgent }),
  [`POST ${BACKUPS}`]: keyed(BACKUP_KEY, createBackup),
  "DELETE /agents/:agent/core": (call) => {
    pathAgent(call).core = {};
    return ok({ success: true });
  },
  "POST /agents/:agent/core/complete-profile": (call) => ok({ agent_id: pathAgent(call).id, completed: true }),
  ...shelfRoutes({
    path: "/agents/:agent/core/linked-accounts",
    family: "linked_accounts",
    verbs: ["create", "delete"],
    owner: byAgent,
    createStatus: 200,
  }),
  "POST /agents/:agent/core/reference-images": (call) => ok(addItem(call, "reference_images", byAgent(call))),
  "DELETE /agents/:agent/core/reference-images": (call) => {
    pathAgent(call);
    shelf(call.sim.world, "reference_images").clear();
    return ok({ success: true });
  },
  "GET /agents/:agent/monitoring/effective": (call) =>
    ok({ ...byAgent(call), active: monitoringPaid(call), price_usd: { post: 0.015, comment: 0.002 } }),
};

function monitoringPaid(call: Call): boolean {
  return organizationOf(call.sim, pathAgent(call)).generic > 0;
}

/** A watchlist of the same name is the same watchlist: their sources are merged. */
function createWatchlist(call: Call): Reply {
  const { agent_id } = byAgent(call);
  const name = text(call.fields.name);
  if (!name) throw invalid("name is required");
  if (!monitoringPaid(call))
    throw new GenError(422, "no_active_credit_purchase", "Monitoring needs an active credit purchase");
  const known = [...shelf(call.sim.world, "watchlists").values()].find(
    (item) => item.name === name && item.agent_id === agent_id,
  );
  const watchlist = known ?? addItem(call, "watchlists", { name, agent_id, sources: [] });
  return created(merge(watchlist, call.fields.sources));
}

function addSources(call: Call): Reply {
  pathAgent(call);
  return created(
    merge(itemOn(call, "watchlists", call.params.id), call.fields.sources ?? [call.fields.source ?? call.fields]),
  );
}

function merge(watchlist: Item, sources: unknown): Item {
  const names = (Array.isArray(sources) ? sources : []).map((source) =>
    isFields(source) ? JSON.stringify(source) : String(source),
  );
  watchlist.sources = [...new Set([...(watchlist.sources as string[]), ...names])];
  return watchlist;
}

function removeSources(call: Call, goes: (source: string) => boolean): Reply {
  pathAgent(call);
  const watchlist = itemOn(call, "watchlists", call.params.id);
  watchlist.sources = (watchlist.sources as string[]).filter((source) => !goes(source));
  return ok(watchlist);
}

function createBackup(call: Call): Commit {
  const { sim } = call;
  const agent = pathAgent(call);
  if (!sim.settings.backupsEnabled) throw new GenError(503, "backups_disabled", "Backups are switched off");
  if (organizationOf(sim, agent).generic < PRICES.backup)
    throw new GenError(402, "payment_required", "Too few credits for a backup");
  return () => {
    const backup = addItem(call, "backups", { agent_id: agent.id, status: "synced" });
    const subject = { job_id: backup.id };
    takeCredits(sim, {
      agent,
      amount: PRICES.backup,
      operation: "backups.create",
      purpose: "backup",
      key: keyOf(call, "body") ?? null,
      subject,
    });
    return created(backup);
  };
}
