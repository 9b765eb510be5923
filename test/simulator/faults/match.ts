import type { Host } from "../hosts.ts";

/** The requests that a fault is for; a member that is left out matches all. */
export interface Match {
  readonly method?: string;
  /** A prefix of the path (with `/v1`), or a regular expression if it has any of `^ $ * + ? ( ) [ ] |`. */
  readonly path?: string;
  readonly host?: Host;
}

export interface Target {
  readonly method: string;
  readonly path: string;
  readonly host: Host;
}

export function matcherOf({ method, path, host }: Match): (target: Target) => boolean {
  const matchesPath = pathMatcher(path);
  return (target) =>
    (host === undefined || target.host === host) &&
    (method === undefined || target.method === method.toUpperCase()) &&
    matchesPath(target.path);
}

function pathMatcher(path: string | undefined): (path: string) => boolean {
  if (path === undefined) return () => true;
  if (!/[\^$*+?()[\]|]/.test(path)) return (candidate) => candidate.startsWith(path);
  const pattern = new RegExp(path);
  return (candidate) => pattern.test(candidate);
}
