/** What a client may do, and the checks of it. Stored in KV under the id of the client's key; see docs/storage.md. */
import * as v from "valibot";
import { SLUG, TAG } from "../budget-variables.ts";
import { DEFAULT_ACCOUNT } from "../gen/account.ts";
import type { Operation, Scope } from "../gen/operation.ts";

/**
 * `pipelines` and `operator` allow no GEN operation: `pipelines` starts the deployment's pipelines, `operator` manages
 * the Worker itself.
 */
export const SCOPES = [
  "read",
  "edit",
  "generate",
  "publish",
  "ideas",
  "admin",
  "pipelines",
  "operator",
] as const satisfies readonly (Scope | "pipelines" | "operator")[];

export const TIERS = ["low", "standard", "high"] as const;

export type Tier = (typeof TIERS)[number];

/**
 * Strict: a policy with a misspelt bound, or one that this version does not know, is rejected rather than applied
 * without that bound.
 */
export const PolicySchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(SLUG)),
  scopes: v.array(v.picklist(SCOPES)),
  /** The agents it may use; `*` for all. */
  agents: v.union([v.literal("*"), v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)))]),
  /**
   * The origins (`origin.ts`) it may be used from; a browser elsewhere is refused. An invalid entry matches nothing.
   */
  origins: v.array(v.string()),
  /** Milliseconds since the epoch, or null for never. */
  expiresAt: v.nullable(v.number()),
  /** Restricts its scopes to these operations. */
  operations: v.optional(v.array(v.string())),
  /** The sheets it may use. */
  sheets: v.optional(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,128}$/)))),
  /** The `generation_type`s of GEN that it may request, and `render`. */
  generationTypes: v.optional(v.array(v.string())),
  models: v.optional(v.array(v.string())),
  /** The longest video or song it may generate. */
  maxDurationSeconds: v.optional(v.number()),
  /** The GEN account it uses: `acme` for `GEN_API_KEY_ACME`. Default: the account of `GEN_API_KEY`. */
  account: v.optional(v.pipe(v.string(), v.regex(SLUG))),
  /** Its rate limit: the binding for this tier in wrangler.toml. */
  tier: v.optional(v.picklist(TIERS)),
  /** Charged calls per day (UTC). */
  chargesPerDay: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Charged calls per month (UTC). */
  chargesPerMonth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Credits that one call may cost, by GEN's estimate. A call that GEN can't estimate is refused. */
  maxCredits: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Credits per day (UTC), by GEN's estimates. */
  creditsPerDay: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Credits per month (UTC), by GEN's estimates. */
  creditsPerMonth: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Credits that a call counts for in budgets if GEN can't estimate it, by generation type or operation. */
  prices: v.optional(v.record(v.string(), v.pipe(v.number(), v.minValue(0)))),
  /** The tag of all its calls. */
  tag: v.optional(v.pipe(v.string(), v.regex(TAG))),
  /** While true, its charged calls must have a tag. */
  tagRequired: v.optional(v.boolean()),
  /** While true, its charged calls are refused. */
  paused: v.optional(v.boolean()),
});

export type Policy = v.InferOutput<typeof PolicySchema>;

/** The KV key of a policy that tokens name. Client ids contain no colon, so the two can't collide. */
export function toPolicyKey(name: string): string {
  return `policy:${name}`;
}

/** The GEN account that this policy uses. */
export function toAccount({ account = DEFAULT_ACCOUNT }: Policy): string {
  return account;
}

/** An authenticated caller: by client key, or by JWT. */
export interface Client {
  readonly kind: "key" | "user";
  readonly id: string;
  readonly policy: Policy;
}

/** Whether it may manage the Worker itself. */
export function isOperator({ policy }: Client): boolean {
  return policy.scopes.includes("operator");
}

const BOUNDS = [
  "operations",
  "sheets",
  "generationTypes",
  "models",
  "maxDurationSeconds",
  "chargesPerDay",
  "chargesPerMonth",
  "maxCredits",
  "creditsPerDay",
  "creditsPerMonth",
] as const satisfies readonly (keyof Policy)[];

/** Whether the policy has any bound beyond scopes and agents. Quotas count. */
export function isBounded(policy: Partial<Policy>): boolean {
  return BOUNDS.some((bound) => policy[bound] !== undefined);
}

/**
 * Whether, when a request names a resource by id alone, the client may reach only what its own calls created. True for
 * users, because they share one policy, and for every bounded client, because an id must not lead it to what it could
 * not have created.
 */
export function reachesOwnOnly({ kind, policy }: Client): boolean {
  return kind === "user" || policy.agents !== "*" || isBounded(policy);
}

type Denial = "scope_required" | "origin_not_allowed";

export function isOriginAllowed(policy: Policy, origin: string | null): boolean {
  return origin === null || policy.origins.includes(origin);
}

/** `admin` operations are refused from browsers, whatever the policy says. */
export function selectDenial(policy: Policy, operation: Operation, origin: string | null): Denial | null {
  if (!policy.scopes.includes(operation.scope)) return "scope_required";
  return operation.scope === "admin" && origin !== null ? "origin_not_allowed" : null;
}
