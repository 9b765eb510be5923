import { GenError } from "./gen-error.ts";
import type { KeyRule } from "./keyed.ts";

const conflict = () => new GenError(409, "idempotency_conflict", "A request under this key is in progress");
const busy = () => new GenError(409, "generation_busy", "The generation is being continued");
const agentOf = (fields: Record<string, unknown>, query: URLSearchParams) =>
  String(query.get("agent_id") ?? fields.agent_id);

/** Charged generations: keys are per user and agent, and a changed request conflicts. */
export const CHARGED: KeyRule = {
  place: "header",
  maxLength: 255,
  scope: ({ user, fields, query }) => `charged ${user.id} ${agentOf(fields, query)}`,
  changed: "conflict",
  busy: conflict,
};

export const CONTINUE: KeyRule = { ...CHARGED, scope: ({ user }) => `continue ${user.id}`, busy };

/** While the first send is at work, GEN's contract has 202 `generation_pending` here, not a conflict. */
export const ACTIONS: KeyRule = {
  ...CHARGED,
  scope: ({ user, fields, query }) => `actions ${user.id} ${agentOf(fields, query)}`,
  busy: () =>
    new GenError(202, "generation_pending", "The first request is still generating", {
      status: "generating",
      retryable: true,
      retry_after_seconds: 1,
      message: "Send the same request again",
    }),
  required: ({ fields }) =>
    Array.isArray(fields.actions) && fields.actions.some((action) => action?.action === "generate"),
};

/**
 * Rows, duplicates and columns: keys are per sheet and endpoint. GEN does not document what a changed body does; here
 * it gets the first resource again.
 */
export const SHEET_RESOURCE: KeyRule = {
  ...CHARGED,
  scope: ({ user, path }) => `sheet ${user.id} ${path}`,
  changed: "replay",
};

export const CHARACTER: KeyRule = { ...SHEET_RESOURCE, scope: ({ user }) => `characters ${user.id}` };

/** Posts: keys are unique per agent, without a documented time limit. */
export const POST: KeyRule = {
  ...CHARGED,
  maxLength: 128,
  scope: ({ fields }) => `post ${fields.agent_id}`,
  changed: "replay",
  mark: (reply) => ({ ...reply, json: { ...(reply.json as object), idempotent_replay: true } }),
  forever: true,
};

/** Keys in the body: backups, analysis jobs and idea jobs. */
export const BODY: KeyRule = {
  ...CHARGED,
  place: "body",
  maxLength: 200,
  scope: ({ user, path, fields, query }) => `${path} ${user.id} ${agentOf(fields, query)}`,
  changed: "replay",
};
