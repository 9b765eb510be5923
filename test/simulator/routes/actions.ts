import type { Call, Commit } from "../gen/call.ts";
import { organizationOf } from "../gen/credits.ts";
import { isFields } from "../gen/fields.ts";
import { type Fields, GenError, invalid } from "../gen/gen-error.ts";
import { startJob } from "../gen/job-life.ts";
import { ACTIONS } from "../gen/key-rules.ts";
import { namedAgent, namedSheet } from "../gen/lookup.ts";
import { PRICES } from "../gen/prices.ts";
import { ok } from "../gen/reply.ts";
import { keyed, type Routes } from "../gen/route.ts";
import type { Agent } from "../world/world.ts";
import { creditsFor, planAction, sheetOfAction, VERBS } from "./action-verbs.ts";
import { planRegeneration } from "./auto-regeneration.ts";
import { quote } from "./billing.ts";

const MAX_ACTIONS = 200;
const MAX_GENERATIONS = 50;

export const actionRoutes: Routes = {
  "GET /vidsheet/action_schema": () =>
    ok({ contract_version: 1, actions: VERBS, limits: { actions: MAX_ACTIONS, generations: MAX_GENERATIONS } }),
  "POST /vidsheet/actions": keyed(ACTIONS, runActions),
  "POST /vidsheet/:sheet/ask": (call) => {
    const { agent } = namedSheet(call);
    const job = startJob(call.sim, {
      agent,
      type: "ask",
      kind: "text",
      data: { prompt: call.fields.message },
      amount: PRICES.sample,
      operation: "sheets.ask",
      key: null,
    });
    return ok({ user_job_id: job.id, answer: "Simulated answer" });
  },
};

/** All or nothing: one impossible action refuses the batch before anything is changed. */
function runActions(call: Call): Commit {
  const agent = namedAgent(call);
  const actions = parseActions(call.fields);
  const steps = actions.map((action, index) => planAction(call, agent, { action, index }));
  const regenerations = call.fields.auto_regenerate === false ? [] : planRegeneration(call, agent, actions);
  const amount = [...actions.map(creditsFor), ...regenerations.map(({ wanted }) => wanted.amount)].reduce(
    (sum, one) => sum + one,
    0,
  );
  requirePayment(call, agent, amount);
  return () => {
    const results = steps.map((step, index) => ({ index, result: step() }));
    const regenerated = regenerations.map(({ start }) => start());
    const changeSet = {
      change_set_id: call.fields.change_set_id ?? lastChange(call, agent, actions),
      contract_version: 1,
    };
    return ok({
      results,
      ...changeSet,
      ...(regenerated.length === 0
        ? {}
        : {
            auto_regeneration: {
              user_job_ids: regenerated.map(({ id }) => id),
              credits: regenerated.reduce((sum, { cost }) => sum + cost, 0),
            },
          }),
    });
  };
}

function parseActions({ actions }: Fields): Fields[] {
  if (!Array.isArray(actions) || actions.length === 0 || actions.length > MAX_ACTIONS)
    throw invalid(`actions must be a list of 1 to ${MAX_ACTIONS}`);
  for (const [index, action] of actions.entries()) {
    if (!isFields(action) || typeof action.action !== "string" || !VERBS.includes(action.action))
      throw invalidAction(index, "action", "is not a known action");
    if (!isFields(action.target) && action.action !== "create") throw invalidAction(index, "target", "is required");
  }
  if (actions.filter(({ action }) => action === "generate").length > MAX_GENERATIONS)
    throw invalid(`At most ${MAX_GENERATIONS} generations in a batch`);
  return actions;
}

export function invalidAction(index: number, field: string, message: string): GenError {
  return new GenError(422, "invalid_action", `actions[${index}].${field} ${message}`, {
    errors: [{ path: `actions[${index}].${field}`, code: "invalid", message }],
    retryable: false,
    new_change_set_required: true,
  });
}

/** Actions that spend answer 402 with a quote where other calls answer 422. */
function requirePayment(call: Call, agent: Agent, amount: number): void {
  const organization = organizationOf(call.sim, agent);
  if (organization.generic > 0 && organization.generic >= amount) return;
  const { payment_required: _, ...offer } = quote(
    { ...call, fields: { credits: Math.max(1_200, amount) } },
    organization,
  );
  throw new GenError(402, "payment_required", "The workspace is out of credits", {
    retryable: true,
    new_change_set_required: false,
    funding_error_kind: "out_of_credits",
    x402_credit_purchase: { status: "payment_required", ...offer, retry: { same_idempotency_key: true } },
  });
}

/** The change set that `undo` takes back next. */
function lastChange(call: Call, agent: Agent, actions: readonly Fields[]): string | null {
  const [first] = actions;
  return first ? (sheetOfAction(call, agent, first).done.at(-1)?.id ?? null) : null;
}
