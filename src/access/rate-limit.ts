/**
 * Rate limits by the Workers binding: one binding a tier, counted per client once it is known; before that, only
 * failed attempts count, per address. The binding counts per Cloudflare location and approximately: it is for peace,
 * not for money. Money has quotas.
 */
import type { Policy, Tier } from "./policy.ts";

/** What is used of the binding. */
interface Limiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export type RateBindings = Readonly<
  Record<"RATE_LOW" | "RATE_STANDARD" | "RATE_HIGH" | "RATE_FAILED", Limiter | undefined>
>;

const BINDINGS = { low: "RATE_LOW", standard: "RATE_STANDARD", high: "RATE_HIGH" } as const satisfies Record<
  Tier,
  keyof RateBindings
>;

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

/** Counts a failed attempt; false when there were too many from there. Without Cloudflare in front nobody has an address. */
export async function allowsFailure(address: string | null, env: RateBindings): Promise<boolean> {
  return (await env.RATE_FAILED?.limit({ key: toNetwork(address ?? "unknown") }))?.success ?? true;
}

/** One household or server has a /64 of IPv6 to choose from. An IPv4 address in IPv6's clothes is one of IPv4. */
export function toNetwork(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined || !address.includes(":")) return mapped ?? address;
  const [head = "", tail] = address.split("::", 2);
  const groups = head.split(":").filter((group) => group !== "");
  const behind = tail === undefined ? [] : tail.split(":").filter((group) => group !== "");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length);
  const all = [...groups, ...Array<string>(zeros).fill("0"), ...behind];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":")}::/64`;
}
