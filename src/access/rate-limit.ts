/**
 * Rate limits by the Workers rate-limiting bindings, one per tier, counted per authenticated client. Before
 * authentication only failed attempts count, per network (`failed-attempts.ts`).
 * Approximate, per location: limits abuse. Spending is bounded exactly by quotas.
 */
import type { Policy, Tier } from "./policy.ts";

/** The part of the binding that is used. */
export interface Limiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export type RateBindings = Readonly<
  Record<"RATE_LOW" | "RATE_STANDARD" | "RATE_HIGH" | "RATE_FAILED", Limiter | undefined>
>;

const BINDINGS = { low: "RATE_LOW", standard: "RATE_STANDARD", high: "RATE_HIGH" } as const satisfies Record<
  Tier,
  keyof RateBindings
>;

/** A ticket ends with its MAC, which is unique to it. */
const TICKET_MAC_CHARS = 64;

/** The period of all these bindings in wrangler.toml. */
export const RATE_PERIOD_SECONDS = 60;

/** False when the client is over its limit. Without the binding there is no limit. */
export async function allowsClient(
  clientId: string,
  { tier = "standard" }: Pick<Policy, "tier">,
  env: RateBindings,
): Promise<boolean> {
  return (await env[BINDINGS[tier]]?.limit({ key: clientId }))?.success ?? true;
}

/**
 * The rate limit of a ticket. A ticket does not carry its client's tier, so it gets the standard one, counted apart
 * from its client.
 */
export function allowsTicket(ticket: string, env: RateBindings): Promise<boolean> {
  return allowsClient(`ticket:${ticket.slice(-TICKET_MAC_CHARS)}`, {}, env);
}
