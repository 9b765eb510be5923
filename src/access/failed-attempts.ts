/**
 * Failed attempts to get in, counted per address: by the Workers binding, so approximately and per Cloudflare location. Who was
 * refused is remembered in the isolate for a period: to refuse it again costs nothing, no count and no look-up.
 */
import type { Clock } from "../resilience/clock.ts";
import { type Limiter, RATE_PERIOD_SECONDS } from "./rate-limit.ts";

const MAX_KEPT = 10_000;

export class FailedAttempts {
  readonly #limiter: Limiter | undefined;
  readonly #clock: Clock;
  /** Networks, and until when each is refused; the oldest first. */
  readonly #refused = new Map<string, number>();

  /** A deployment without the binding has no limit. */
  constructor(limiter: Limiter | undefined, clock: Clock) {
    this.#limiter = limiter;
    this.#clock = clock;
  }

  /** Whether it has failed too often a moment ago. Without Cloudflare in front nobody has an address. */
  isRefused(address: string | null): boolean {
    const until = this.#refused.get(toNetwork(address));
    return until !== undefined && this.#clock.now() < until;
  }

  /** Counts one more; false when that is too many from there. */
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

/** One household or server has a /64 of IPv6 to choose from. An IPv4 address in IPv6's clothes is one of IPv4. */
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
