import type { Host } from "../hosts.ts";
import type { Simulation } from "../simulation.ts";
import type { Fields } from "./gen-error.ts";
import type { Reply } from "./reply.ts";

/** The person behind an API key. */
export interface User {
  readonly id: number;
  readonly email: string;
}

/** One request as GEN's application sees it: authenticated, routed, its body parsed. */
export interface Call {
  readonly sim: Simulation;
  readonly host: Host;
  readonly method: string;
  /** GEN's path behind `/v1`, older names replaced. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly user: User;
  readonly fields: Fields;
  /** The body as it was received. */
  readonly body: { readonly bytes: number; readonly sha256: string; readonly head: string };
  /** Whether the route was asked for under a former name (`/avatars`). */
  readonly legacy: boolean;
}

/** Checks are made first. The function that is returned changes the world or takes credits, and runs after `workMs`. */
export type Commit = () => Reply;
export type Handler = (call: Call) => Reply | Commit | Promise<Reply>;
