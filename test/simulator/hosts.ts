/**
 * GEN's hosts, each on its own port here. They are named as in the Worker's operations table; `python` is the second
 * address of publishing.
 */
export const HOSTS = ["api", "agent", "agent-core", "python"] as const;
export type Host = (typeof HOSTS)[number];

export function isHost(value: unknown): value is Host {
  return HOSTS.includes(value as Host);
}
