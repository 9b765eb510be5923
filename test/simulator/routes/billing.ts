import { randomUUID } from "node:crypto";
import type { Call } from "../gen/call.ts";
import { type Fields, GenError, invalid, notFound } from "../gen/gen-error.ts";
import { GENERATION_TYPES, PRICES } from "../gen/prices.ts";
import { ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { type Organization, shelf, type Transaction } from "../world/world.ts";

const CREDITS_PER_USD = 120;
const NETWORKS = ["sui", "solana", "base"];
const PLANS = [
  { id: 1, name: "Starter", amount_usd: 10, credits: 1_200 },
  { id: 2, name: "Studio", amount_usd: 100, credits: 12_000 },
];
const checkout = (call: Call, path: string) =>
  ok({ payment_link: `https://checkout.gen-simulator.invalid/${path}/${call.sim.world.nextId()}` });

export const billingRoutes: Routes = {
  "GET /pricing_configs": () =>
    ok({
      pricing_configs: Object.entries(GENERATION_TYPES).map(([type, { credits }]) => ({
        user_job_type: type,
        credits: credits({}),
      })),
      render: PRICES.render,
    }),
  "GET /credit_balance": (call) => {
    const { generic } = workspaceOf(call);
    return ok({ available_credits: generic, generation_access: generic > 0 });
  },
  "GET /credit_transactions": (call) => ok(showTransactions(call)),
  "GET /credit_plans": () => ok(PLANS),
  "POST /payment": (call) => {
    const { credit_plan_id: id, success_url, cancel_url } = call.fields;
    if (!PLANS.some((plan) => String(plan.id) === String(id))) throw invalid("credit_plan_id is not a plan");
    if (!success_url || !cancel_url) throw invalid("success_url and cancel_url are required");
    return checkout(call, "pay");
  },
  "POST /seat_checkout": (call) => checkout(call, "seats"),
  "POST /subscription_upgrade": (call) => checkout(call, "upgrade"),
  "POST /x402_credit_purchase": (call) => ({ status: 402, json: quote(call, workspaceOf(call)) }),
  "POST /x402_credit_purchase/settle": settle,
};

/** `workspace_id` or `organization_id`, else the first workspace. */
function workspaceOf({ sim, query, fields }: Call): Organization {
  const id =
    query.get("workspace_id") ?? query.get("organization_id") ?? fields.workspace_id ?? fields.organization_id ?? 7;
  const organization = sim.world.organizations.get(String(id));
  if (!organization) throw new GenError(422, "organization_not_found", "Organization not found");
  if (organization.role === "none")
    throw new GenError(403, "permission_denied", "You have no access to this workspace");
  return organization;
}

function showTransactions(call: Call): Transaction[] {
  const all = workspaceOf(call).transactions.toReversed();
  const { transactions: shown } = call.sim.settings;
  if (shown === "whole") return all;
  if ("newest" in shown) return all.slice(0, shown.newest);
  const skipped = (Number(call.query.get("page") ?? 1) - 1) * shown.perPage;
  return all.slice(skipped, skipped + shown.perPage);
}

/** A price quote, which is the body of a 402 that is a success. */
export function quote(call: Call, organization: Organization): Fields {
  const { amount_usd, credits = amount_usd === undefined ? 1_200 : Number(amount_usd) * CREDITS_PER_USD } = call.fields;
  if (!(Number(credits) > 0)) throw invalid("amount_usd or credits must be positive");
  const id = randomUUID();
  const usd = Number(credits) / CREDITS_PER_USD;
  shelf(call.sim.world, "checkouts").set(id, { id, organization_id: organization.id, credits: Number(credits) });
  const accepts = NETWORKS.map((network) => ({
    scheme: "exact",
    network,
    asset: "USDC",
    maxAmountRequired: String(Math.round(usd * 1e6)),
  }));
  return {
    checkout_session_id: id,
    amount_usd: usd,
    credits: Number(credits),
    payment_methods: NETWORKS,
    payment_required: { x402Version: 1, accepts },
  };
}

/** The operation converges: a repeat says `idempotent: true` and adds nothing. */
function settle(call: Call): Reply {
  const organization = workspaceOf(call);
  const session = shelf(call.sim.world, "checkouts").get(String(call.fields.checkout_session_id));
  if (!session || session.organization_id !== organization.id) throw notFound("not_found", "Checkout session");
  if (!NETWORKS.includes(String(call.fields.network))) throw invalid("network is required");
  if (!call.header("payment-signature")) throw invalid("PAYMENT-SIGNATURE is required");
  const idempotent = session.paid === true;
  if (!idempotent) buy(call, organization, Number(session.credits));
  session.paid = true;
  return ok({ idempotent, credit_purchase: { id: session.id, credits: session.credits, status: "paid" } });
}

function buy({ sim }: Call, organization: Organization, credits: number): void {
  organization.generic += credits;
  const source = { type: "CreditPurchase", id: sim.world.nextId() };
  organization.transactions.push({
    id: sim.world.nextId(),
    amount: credits,
    purpose: "purchase",
    is_incoming: true,
    source,
    created_at: sim.clock.iso(),
  });
}
