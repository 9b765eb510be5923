import type { Simulation } from "../simulation.ts";
import type { Id } from "../world/id.ts";
import type { Agent, Organization } from "../world/world.ts";
import { GenError } from "./gen-error.ts";

/** A charge: which agent pays how much, and for what. */
export interface Purchase {
  readonly agent: Agent;
  readonly amount: number;
  readonly operation: string;
  readonly purpose: string;
  readonly key: string | null;
  readonly subject: { readonly generation_id: number } | { readonly run_id: string } | { readonly job_id: Id };
}

export function organizationOf(sim: Simulation, agent: Agent): Organization {
  const organization = sim.world.organizations.get(String(agent.workspace_id));
  if (!organization) throw new Error(`Agent ${agent.id} has no organization`);
  return organization;
}

/** Refuses a workspace without credits, then one with too few. */
export function requireCredits(sim: Simulation, agent: Agent, amount: number): void {
  const { generic } = organizationOf(sim, agent);
  if (generic <= 0) throw new GenError(422, "usable_gen_credit_required", "The workspace has no usable GEN credits");
  if (generic < amount) {
    throw new GenError(
      422,
      "insufficient_credits_for_job",
      `This needs ${amount} credits, the workspace has ${generic}`,
    );
  }
}

export function takeCredits(sim: Simulation, purchase: Purchase): void {
  const { agent, amount } = purchase;
  if (amount === 0) return;
  requireCredits(sim, agent, amount);
  moveCredits(sim, purchase, false);
}

export function giveBackCredits(sim: Simulation, purchase: Purchase): void {
  if (purchase.amount > 0) moveCredits(sim, purchase, true);
}

/** Settling may bring the balance below zero, since the work is already done. */
export function settleCredits(sim: Simulation, purchase: Purchase, difference: number): void {
  if (difference !== 0)
    moveCredits(sim, { ...purchase, amount: Math.abs(difference), purpose: "settlement" }, difference < 0);
}

function moveCredits(
  sim: Simulation,
  { agent, amount, operation, purpose, key, subject }: Purchase,
  back: boolean,
): void {
  const organization = organizationOf(sim, agent);
  organization.generic += back ? amount : -amount;
  organization.transactions.push({
    id: sim.world.nextId(),
    amount,
    purpose,
    is_incoming: back,
    source:
      "generation_id" in subject
        ? { type: "UserJob", id: subject.generation_id }
        : { service: "agent", tool: operation, request_id: Object.values(subject)[0] },
    created_at: sim.clock.iso(),
  });
  const who = { organization_id: organization.id, agent_id: agent.id, idempotency_key: key };
  const entry = { at: sim.clock.now(), operation, amount, purpose, ...who, ...subject };
  if (back) sim.ledger.recordRefund(entry);
  else sim.ledger.recordCharge(entry);
}
