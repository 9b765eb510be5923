/**
 * Limits failed authentication attempts per network. The Workers rate-limiting binding counts them: approximately, and
 * per Cloudflare location. A network that was refused is remembered in the isolate for one period, so refusing it again
 * costs no count and no lookup.
 */
import type { Clock } from "../resilience/clock.ts";
import { type Limiter, RATE_PERIOD_SECONDS } from "./rate-limit.ts";

const MAX_KEPT = 10_000;

export class FailedAttempts {
  readonly #limiter: Limiter | undefined;
  readonly #clock: Clock;
  /** Network → time until which it is refused. In insertion order, so the oldest can be dropped first. */
  readonly #refused = new Map<string, number>();

  /** Without the binding there is no limit. */
  constructor(limiter: Limiter | undefined, clock: Clock) {
    this.#limiter = limiter;
    this.#clock = clock;
  }

  /**
   * Whether this network is currently refused. Without Cloudflare in front there is no address: then all callers share
   * one count.
   */
  isRefused(address: string | null): boolean {
    const until = this.#refused.get(toNetwork(address));
    return until !== undefined && this.#clock.now() < until;
  }

  /** Counts one failed attempt. False when the network has exceeded its limit. */
  async allow(address: string | null): Promise<boolean> {
    if (this.isRefused(address)) return false;
    const network = toNetwork(address);
    const allowed = (await this.#limiter?.limit({ key: network }))?.success ?? true;
    if (!allowed) this.#refuse(network);
    return allowed;
  }

  #refuse(network: string): void {
    this.#refused.delete(network);
    this.#refused.set(network, this.#clock.now() + RATE_PERIOD_SECONDS * 1_000);
    const oldest = this.#refused.keys().next();
    if (this.#refused.size > MAX_KEPT && !oldest.done) this.#refused.delete(oldest.value);
  }
}

/**
 * The network that an address belongs to. A household or server controls a whole IPv6 /64, so a /64 counts as one. An
 * IPv4-mapped IPv6 address counts as its IPv4 address.
 */
export function toNetwork(address: string | null): string {
  if (address === null) return "unknown";
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
