/** What a client may do, and the checks of it. Stored in KV under the id of the client's key; see docs/storage.md. */
import * as v from "valibot";
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

export const PolicySchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  scopes: v.array(v.picklist(SCOPES)),
  /** The agents it may name; `*` for all. */
  agents: v.union([v.literal("*"), v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)))]),
  /** The web origins that may use it. A browser from anywhere else is refused. */
  origins: v.array(v.string()),
  /** Milliseconds since the epoch, or null for never. */
  expiresAt: v.nullable(v.number()),
});

export type Policy = v.InferOutput<typeof PolicySchema>;

/** Somebody whose key was checked. */
export interface Client {
  readonly id: string;
  readonly policy: Policy;
}

/** Whether it may look after the Worker itself. */
export function isOperator({ policy }: Client): boolean {
  return policy.scopes.includes("operator");
}

export type Denial = "scope_required" | "origin_not_allowed";

export function isOriginAllowed(policy: Policy, origin: string | null): boolean {
  return origin === null || policy.origins.includes(origin);
}

/** Administration is never for a browser, whoever holds the key. */
export function selectDenial(policy: Policy, operation: Operation, origin: string | null): Denial | null {
  if (!policy.scopes.includes(operation.scope)) return "scope_required";
  return operation.scope === "admin" && origin !== null ? "origin_not_allowed" : null;
}
