import type { Call } from "./call.ts";

export interface Doomed {
  readonly operation: string;
  readonly target: string;
  readonly content: unknown;
  readonly agentId: unknown;
}

/**
 * A delete made with a token needs a person's confirmation: it is answered with 428 until `confirm_token` comes along.
 */
export function confirm(call: Call, doomed: Doomed, token = call.query.get("confirm_token") ?? undefined): void {
  const { sim, user } = call;
  const now = sim.clock.now();
  sim.confirmations.require({ ...doomed, userId: user.id, agentId: String(doomed.agentId), token, now });
}
