/** GEN's hosts, each on a port of its own here. Named as in the Worker's operations table; `python` is publishing's second address. */
export const HOSTS = ["api", "agent", "agent-core", "python"] as const;
export type Host = (typeof HOSTS)[number];

export function isHost(value: unknown): value is Host {
  return HOSTS.includes(value as Host);
}
