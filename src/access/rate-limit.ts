/**
 * Rate limits by the Workers binding: one binding a tier, counted per client once it is known; before that, only
 * failed attempts count, per address (`failed-attempts.ts`). The binding counts per Cloudflare location and approximately: it
 * is for peace, not for money. Money has quotas.
 */
import type { Policy, Tier } from "./policy.ts";

/** What is used of the binding. */
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

/** The end of a ticket, which is like no other's. */
const TICKET_MAC_CHARS = 64;

/** The period of all of them in wrangler.toml, in seconds. */
export const RATE_PERIOD_SECONDS = 60;

/** False when the client has asked too often. A deployment without the binding has no limit. */
export async function allowsClient(
  clientId: string,
  { tier = "standard" }: Pick<Policy, "tier">,
  env: RateBindings,
): Promise<boolean> {
  return (await env[BINDINGS[tier]]?.limit({ key: clientId }))?.success ?? true;
}

/** The same of a ticket, which does not say its client's tier: who watches with it leaves its client's own rate alone. */
export function allowsTicket(ticket: string, env: RateBindings): Promise<boolean> {
  return allowsClient(`ticket:${ticket.slice(-TICKET_MAC_CHARS)}`, {}, env);
}
