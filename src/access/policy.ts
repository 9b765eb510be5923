/** What a client may do, and the checks of it. Stored in KV under the id of the client's key; see docs/storage.md. */
import * as v from "valibot";
import { DEFAULT_ACCOUNT } from "../gen/account.ts";
import type { Operation, Scope } from "../gen/operation.ts";

/** The last two open no operation of GEN: `pipelines` starts what the owner has written, `operator` looks after the Worker itself. */
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

/** Strict: a bound that is misspelt, or newer than this code, must not be no bound. */
export const PolicySchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  scopes: v.array(v.picklist(SCOPES)),
  /** The agents it may name; `*` for all. */
  agents: v.union([v.literal("*"), v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)))]),
  /** The origins (`origin.ts`) that may use it. A browser from anywhere else is refused. What is none is nobody's. */
  origins: v.array(v.string()),
  /** Milliseconds since the epoch, or null for never. */
  expiresAt: v.nullable(v.number()),
  /** Of the operations that its scopes open, these alone. */
  operations: v.optional(v.array(v.string())),
  /** The sheets it may name. */
  sheets: v.optional(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,128}$/)))),
  /** GEN's `generation_type`s it may order, and `render`. */
  generationTypes: v.optional(v.array(v.string())),
  models: v.optional(v.array(v.string())),
  /** Of what it generates. */
  maxDurationSeconds: v.optional(v.number()),
  /** The GEN account it works with: `acme` for `GEN_API_KEY_ACME`. None: `GEN_API_KEY`. */
  account: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/))),
  /** How many requests a minute it may make: the binding of this name in wrangler.toml. */
  tier: v.optional(v.picklist(TIERS)),
  /** Charged calls a day (UTC). */
  chargesPerDay: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Credits that one call may cost, by GEN's estimate. What GEN does not estimate is refused. */
  maxCredits: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Credits a day (UTC), by the same estimates. */
  creditsPerDay: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Its charged calls are refused until it is resumed. */
  paused: v.optional(v.boolean()),
});

export type Policy = v.InferOutput<typeof PolicySchema>;

/** Where a policy stands that tokens name. Ids of clients hold no colon. */
export function toPolicyKey(name: string): string {
  return `policy:${name}`;
}

/** The GEN account of whoever has this policy. */
export function toAccount({ account = DEFAULT_ACCOUNT }: Policy): string {
  return account;
}

/** Somebody whose key was checked, or a user whose token was. */
export interface Client {
  readonly kind: "key" | "user";
  readonly id: string;
  readonly policy: Policy;
}

/** Whether it may look after the Worker itself. */
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
  "maxCredits",
  "creditsPerDay",
] as const satisfies readonly (keyof Policy)[];

/** Whether it bounds anything beyond scopes and agents, a quota included. */
export function isBounded(policy: Partial<Policy>): boolean {
  return BOUNDS.some((bound) => policy[bound] !== undefined);
}

/**
 * Whether by an id alone it may reach only what its own calls have made. Users share one policy, and a client that is
 * bound must not reach by an id what it could not have made.
 */
export function reachesOwnOnly({ kind, policy }: Client): boolean {
  return kind === "user" || policy.agents !== "*" || isBounded(policy);
}

type Denial = "scope_required" | "origin_not_allowed";

export function isOriginAllowed(policy: Policy, origin: string | null): boolean {
  return origin === null || policy.origins.includes(origin);
}

/** Administration is never for a browser, whoever holds the key. */
export function selectDenial(policy: Policy, operation: Operation, origin: string | null): Denial | null {
  if (!policy.scopes.includes(operation.scope)) return "scope_required";
  return operation.scope === "admin" && origin !== null ? "origin_not_allowed" : null;
}
