/** GEN's hosts, by the configuration variable that holds the base URL. `api` also serves publishing. */
export type Host = "api" | "agent" | "agent-core";

/** What a client must have been given to reach an operation. */
export type Scope = "read" | "edit" | "generate" | "publish" | "ideas" | "admin";

/**
 * Whether a call may be sent again after a failure that leaves its outcome open.
 * `safe`: always, a repeat finds or converges. `keyed`: under the same key and bytes only, GEN documents a key.
 * `unsafe`: never, a repeat could do it twice.
 */
export type Replay = "safe" | "keyed" | "unsafe";

/** Where GEN takes an idempotency key. `natural`: it needs none. `none`: none is documented. */
export type KeyPlace = "header" | "body" | "natural" | "none";

/**
 * How a request says which agent it is for. `path`: `:agent` in the path. `param`: `agent_id` in query or body.
 * `id`: it names a thing of one agent without naming the agent. `account`: it shows or changes the whole account.
 * `catalogue`: the same for everybody, it belongs to no agent.
 */
export type AgentPlace = "path" | "param" | "id" | "account" | "catalogue";

/** One operation of GEN: a line of the table in `operations.ts`. */
export interface Operation {
  /** Stable name, `resource.verb`, for logs and policies. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** GEN's path behind `/v1`, parameters as `:name`. */
  readonly path: string;
  readonly host: Host;
  readonly scope: Scope;
  readonly replay: Replay;
  /** Whether GEN takes credits for it. */
  readonly charged: boolean;
  /** It costs nothing now: it changes what GEN charges for later, or starts what spends by itself. */
  readonly spendsLater: boolean;
  readonly key: KeyPlace;
  readonly agent: AgentPlace;
}
