/**
 * `/v1/clients`: operators make, bound, pause, rotate and revoke clients, by the rules of `npm run clients`. Never from
 * a page of another origin than the Worker's own.
 */
import * as v from "valibot";
import { StoreUnavailable } from "../../../access/client-directory.ts";
import { type Client, isOperator, type Policy } from "../../../access/policy.ts";
import type { Change } from "../../../activity/audit-entry.ts";
import { recordChange } from "../../../activity/record-change.ts";
import { SLUG } from "../../../budget-variables.ts";
import type { Changed } from "../../../clients/client-changes.ts";
import { BadCursor, ClientStore } from "../../../clients/client-store.ts";
import { findBar, findExcess } from "../../../clients/grant.ts";
import { DEFAULT_KEEP, KEEP_ALLOWED, parseKeep } from "../../../clients/parse-keep.ts";
import { sha256Hex } from "../../../encoding/hash.ts";
import { SINGLETON } from "../../../objects/gate.ts";
import { NOT_FOUND, type Problem, refuse, refuseForScope } from "../../../problems/problem.ts";
import { readJson } from "../../body/read-json.ts";
import type { Asked, Context } from "../../context.ts";
import { asCursor, CURSOR_REFUSED, describeNext, PAGE, parseListQuery } from "../list-query.ts";
import { answerChange, describeEntry, refuseInput, unavailable } from "./describe-client.ts";
import { refuseForeignOrigin } from "./own-origin.ts";
import { readPolicy } from "./read-policy.ts";
import { readWord } from "./read-word.ts";

const MAX_BODY_BYTES = 64 * 1_024;
/** KV's cursors are long. */
const Query = v.strictObject({
  ...PAGE,
  cursor: v.optional(asCursor(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,1024}$/)))),
});
const CLIENT_ID = /^[0-9A-Za-z]{10}$/;
const POLICY = "policy:";

type Answer = Promise<Response | Problem>;

export async function listClients(request: Request, ctx: Context, client: Client): Answer {
  const denial = selectDenial(request, ctx, client);
  if (denial) return denial;
  const query = parseListQuery(ctx.url, Query);
  if (!query.ok) return query.problem;
  try {
    const { entries, next } = await new ClientStore(ctx.env.CLIENTS).list(
      query.value.cursor ?? null,
      query.value.limit,
    );
    return Response.json({ clients: entries.map(describeEntry), ...describeNext(ctx.url, next) });
  } catch (error) {
    if (error instanceof BadCursor) return CURSOR_REFUSED;
    if (error instanceof StoreUnavailable) return unavailable(error.message, ctx);
    throw error;
  }
}

export async function createClient(request: Request, ctx: Context, client: Client): Answer {
  const denial = selectGrantDenial(request, ctx, client);
  if (denial) return denial;
  const word = readWord(request);
  if (!word.ok) return word.problem;
  const body = await readJson(request, ctx, MAX_BODY_BYTES);
  if (!body.ok) return body.problem;
  const policy = readPolicy(body.value, "key", ctx);
  if (!policy.ok) return policy.problem;
  const excess = refuseExcess(policy.value, client.policy);
  if (excess) return excess;
  const order = await toOrder(client, word.value, ["create", policy.value]);
  const act = () => changes(ctx).create(order, policy.value);
  return change(request, ctx, { what: "client.create", client, target: policy.value.name, act });
}

export async function showClient(request: Request, ctx: Context, { client, id }: Asked): Answer {
  const denial = selectDenial(request, ctx, client) ?? selectAbsent(id, ctx);
  return denial ?? answerChange(await changes(ctx).show(id), ctx);
}

export async function revokeClient(request: Request, ctx: Context, { client, id }: Asked): Answer {
  const denial = selectDenial(request, ctx, client) ?? selectAbsent(id, ctx);
  if (denial) return denial;
  const act = () => changes(ctx).revoke(id);
  return change(request, ctx, { what: "client.revoke", client, target: id, act });
}

/** `PUT /v1/clients/policy:<name>`: creates or replaces a policy that users' tokens name. */
export async function putPolicy(request: Request, ctx: Context, { client, id }: Asked): Answer {
  const denial = selectGrantDenial(request, ctx, client);
  if (denial) return denial;
  const name = readPolicyName(id);
  if (name === null) return NOT_FOUND;
  const body = await readJson(request, ctx, MAX_BODY_BYTES);
  if (!body.ok) return body.problem;
  const isObject = typeof body.value === "object" && body.value !== null;
  const policy = readPolicy(isObject ? { name, ...body.value } : body.value, "users", ctx);
  if (!policy.ok) return policy.problem;
  if (policy.value.name !== name) return refuseInput("name", `The name must be "${name}", as in the path.`);
  const excess = refuseExcess(policy.value, client.policy);
  if (excess) return excess;
  const act = () => changes(ctx).setPolicy(policy.value);
  return change(request, ctx, { what: "client.policy", client, target: id, act });
}

/** `{"keep": "24h"}`: how long the previous key stays valid. */
export async function rotateClient(request: Request, ctx: Context, { client, id }: Asked): Answer {
  const denial = selectGrantDenial(request, ctx, client) ?? selectAbsent(id, ctx);
  if (denial) return denial;
  const word = readWord(request);
  if (!word.ok) return word.problem;
  const body = await readJson(request, ctx, MAX_BODY_BYTES);
  if (!body.ok) return body.problem;
  const keepMs = readKeep(body.value);
  if (keepMs === null) return refuseInput("keep", `keep is not valid. ${KEEP_ALLOWED}`);
  const shown = await changes(ctx).show(id);
  if (shown.kind !== "done") return answerChange(shown, ctx);
  // Whoever rotates a key is given it.
  const excess = shown.entry.policy && refuseExcess(shown.entry.policy, client.policy);
  if (excess) return excess;
  const order = await toOrder(client, word.value, ["rotate", id, keepMs]);
  const act = () => changes(ctx).rotate(order, id, keepMs);
  return change(request, ctx, { what: "client.rotate", client, target: id, act });
}

export function pauseClient(request: Request, ctx: Context, asked: Asked): Answer {
  return setPaused(request, ctx, { ...asked, isPaused: true });
}

export function resumeClient(request: Request, ctx: Context, asked: Asked): Answer {
  return setPaused(request, ctx, { ...asked, isPaused: false });
}

async function setPaused(
  request: Request,
  ctx: Context,
  { client, id, isPaused }: Asked & { isPaused: boolean },
): Answer {
  const denial = selectDenial(request, ctx, client) ?? selectAbsent(id, ctx);
  if (denial) return denial;
  const act = () => changes(ctx).setPaused(id, isPaused);
  return change(request, ctx, { what: isPaused ? "client.pause" : "client.resume", client, target: id, act });
}

interface ClientChange {
  readonly what: Extract<Change, `client.${string}`>;
  readonly client: Client;
  readonly target: string;
  readonly act: () => Promise<Changed>;
}

/** Every change of a client over HTTP passes here: it is written down, then made and answered. */
async function change(request: Request, ctx: Context, { what, client, target, act }: ClientChange): Answer {
  const unwritten = await recordChange(request, ctx, { client, what, target });
  return unwritten ?? answerChange(await act(), ctx, what === "client.create" ? 201 : 200);
}

function selectDenial(request: Request, ctx: Context, client: Client): Problem | null {
  return isOperator(client) ? refuseForeignOrigin(request, ctx) : refuseForScope("operator");
}

/** Making a key, or a policy, takes more than the scope. */
function selectGrantDenial(request: Request, ctx: Context, client: Client): Problem | null {
  const reason = findBar(client);
  return selectDenial(request, ctx, client) ?? (reason && refuse("operation_not_allowed", { reason }));
}

/** The name in `policy:<name>`; null for any other id. */
function readPolicyName(id: string): string | null {
  const name = id.startsWith(POLICY) ? id.slice(POLICY.length) : "";
  return SLUG.test(name) ? name : null;
}

/** What can't be an id is nothing that there is. */
function selectAbsent(id: string, ctx: Context): Problem | null {
  if (!CLIENT_ID.test(id) && readPolicyName(id) === null) return NOT_FOUND;
  ctx.event.ids = { client: id };
  return null;
}

const Rotation = v.strictObject({ keep: v.optional(v.union([v.string(), v.number()]), DEFAULT_KEEP) });

/** Milliseconds; null for a body that is none. Without a body: a day. */
function readKeep(body: unknown): number | null {
  const rotation = v.safeParse(Rotation, Array.isArray(body) ? null : (body ?? {}));
  return rotation.success ? parseKeep(String(rotation.output.keep)) : null;
}

async function toOrder({ id: by }: Client, word: string, asked: readonly unknown[]) {
  return { by, word, fingerprint: await sha256Hex(JSON.stringify(asked)) };
}

function refuseExcess(policy: Policy, maker: Policy): Problem | null {
  const member = findExcess(policy, maker);
  return member && refuseInput(member, `${member} would reach further than that of the key which asks.`);
}

function changes({ objects }: Context) {
  return objects.CLIENT_CHANGES.getByName(SINGLETON);
}
