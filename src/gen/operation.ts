/** GEN's hosts, one per base-URL variable. `api` also serves publishing. */
export type Host = "api" | "agent" | "agent-core";

/** The scope that a client needs for an operation. */
export type Scope = "read" | "edit" | "generate" | "publish" | "ideas" | "admin";

/**
 * Whether a call may be sent again after a failure that leaves its outcome unknown.
 * `safe`: always; a repeat ends in the same state.
 * `keyed`: only with the same idempotency key and the same bytes; GEN documents a key for it.
 * `unsafe`: never; a repeat could do it twice.
 */
export type Replay = "safe" | "keyed" | "unsafe";

/** Where GEN takes an idempotency key. `natural`: needs none, a repeat converges. `none`: no key is documented. */
export type KeyPlace = "header" | "body" | "natural" | "none";

/**
 * How a request says which agent it is for.
 * `path`: `:agent` in the path.
 * `param`: `agent_id` in query or body.
 * `id`: names a resource of one agent, not the agent itself.
 * `account`: shows or changes the whole account.
 * `catalogue`: the same for everybody, belongs to no agent.
 */
export type AgentPlace = "path" | "param" | "id" | "account" | "catalogue";

/** One operation of GEN: a line of the table in `operations.ts`. */
export interface Operation {
  /** Stable name, `resource.verb`, for logs and policies. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** GEN's path after `/v1`, parameters as `:name`. */
  readonly path: string;
  readonly host: Host;
  readonly scope: Scope;
  readonly replay: Replay;
  /** Whether GEN charges credits for it. */
  readonly charged: boolean;
  /** Costs nothing now, but changes what GEN charges for later, or starts something that keeps spending. */
  readonly spendsLater: boolean;
  readonly key: KeyPlace;
  readonly agent: AgentPlace;
}

/** Whether GEN charges credits for it, at once or later. */
export function isSpending({ charged, spendsLater }: Pick<Operation, "charged" | "spendsLater">): boolean {
  return charged || spendsLater;
}
