/** What operators have changed, as the audit log keeps it. */

/** A line a kind of change: the object, and what was done to it. */
export const CHANGES = [
  "call.cancel",
  "call.resolve",
  "charges.pause",
  "charges.resume",
  "client.create",
  "client.pause",
  "client.policy",
  "client.resume",
  "client.revoke",
  "client.rotate",
  "delivery.deliver",
  "notification.resend",
  "run.rerun",
  "run.start",
  "run.stop",
  "transaction.acknowledge",
] as const;
export type Change = (typeof CHANGES)[number];

export type AddressFamily = "ipv4" | "ipv6";

export interface AuditEntry {
  /** When it was ordered. Milliseconds since the epoch. */
  readonly at: number;
  /** The client or user who has ordered it. */
  readonly clientId: string;
  readonly what: Change;
  /** The id of what was changed, or the filter of a change of many. Null when there is only one such thing. */
  readonly target: string | null;
  readonly requestId: string;
  /** Null when the address is not known. The address itself is not kept. */
  readonly addressFamily: AddressFamily | null;
}

export interface NumberedEntry extends AuditEntry {
  /** Grows with each entry: the order of the list. */
  readonly number: number;
}

/** The family of an address. An IPv4-mapped IPv6 address is one of IPv4. */
export function toAddressFamily(address: string | null): AddressFamily | null {
  if (address === null || address === "") return null;
  return address.includes(":") && !/^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? "ipv6" : "ipv4";
}
