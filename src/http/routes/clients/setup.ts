/**
 * The set-up page of a Worker without clients. `GET /setup`: what is there and what is missing. `POST /setup`: the first
 * operator's key and the first client key, once. Both need the secret `SETUP_TOKEN`; without it, and once a client
 * exists, there is nothing here.
 */
import type { Policy } from "../../../access/policy.ts";
import { isSetupToken } from "../../../access/setup-token.ts";
import type { FirstClients } from "../../../clients/first-keys.ts";
import { reachWithin, SINGLETON } from "../../../objects/gate.ts";
import { type Problem, refuse } from "../../../problems/problem.ts";
import { limited, refuseStranger } from "../../authenticate.ts";
import { readJson } from "../../body/read-json.ts";
import type { Context } from "../../context.ts";
import { unavailable } from "./describe-client.ts";
import { refuseForeignOrigin } from "./own-origin.ts";
import { readPolicy } from "./read-policy.ts";
import { readWord } from "./read-word.ts";
import { checkSetup } from "./setup-checks.ts";

/** How long a page waits for the object. */
const WAIT_MS = 5_000;
const MAX_BODY_BYTES = 64 * 1_024;
/** What the first client may do, where the request says nothing else. */
const FIRST_CLIENT = { name: "first", scopes: ["read", "edit", "generate"], agents: "*" } as const;

/** Whether the page is to be shown. What can't be found out now is no. */
export async function isSetupOpen(ctx: Context): Promise<boolean> {
  if (ctx.setup === null || ctx.setup.isOver) return false;
  const kind = await reachWithin(WAIT_MS, seeWhetherOpen(ctx), ctx);
  ctx.setup.isOver = kind === "over";
  return kind === "open";
}

export async function showSetup(request: Request, ctx: Context): Promise<Response | Problem> {
  const denial = await selectDenial(request, ctx);
  if (denial) return denial;
  const may = await changes(ctx).mayBegin();
  if (may.kind === "unavailable") return unavailable(may.why, ctx);
  return may.kind === "open" ? Response.json({ checks: await checkSetup(ctx) }) : OVER;
}

export async function setUp(request: Request, ctx: Context): Promise<Response | Problem> {
  const denial = await selectDenial(request, ctx);
  if (denial) return denial;
  if (ctx.fault !== null) return refuse("not_configured");
  const word = readWord(request);
  if (!word.ok) return word.problem;
  const body = await readJson(request, ctx, MAX_BODY_BYTES);
  if (!body.ok) return body.problem;
  const isObject = typeof body.value === "object" && body.value !== null;
  const given = isObject || body.value === undefined ? { ...FIRST_CLIENT, ...(body.value as object) } : body.value;
  const client = readPolicy(given, "key", ctx);
  if (!client.ok) return client.problem;
  const policies = { operator: toOperator(ctx.url.origin, client.value.name), client: client.value };
  const made = await changes(ctx).begin({ word: word.value, policies });
  if (made.kind === "unavailable") return unavailable(made.why, ctx);
  if (made.kind === "over") return OVER;
  if (made.kind === "reused") return refuse("idempotency_key_reused");
  return describeMade(made, policies, ctx);
}

type Each<T> = Readonly<Record<"operator" | "client", T>>;

function describeMade(
  { clients: { operator, client }, replayed }: FirstClients & { kind: "made" },
  policies: Each<Policy>,
  { log, requestId }: Context,
): Response {
  log("info", { message: "set_up", request_id: requestId, operator: operator.id, client: client.id });
  const named = {
    operator: { ...operator, name: policies.operator.name },
    client: { ...client, name: policies.client.name },
  };
  return Response.json(named, { status: 201, headers: replayed ? { "idempotent-replayed": "true" } : {} });
}

async function seeWhetherOpen(ctx: Context) {
  return (await changes(ctx).mayBegin()).kind;
}

const OVER = refuse("route_not_found");

/** Nothing of GEN. Its key may be used on the Worker's own pages. */
function toOperator(origin: string, other: string): Policy {
  const name = other === "operator" ? "first-operator" : "operator";
  return { name, scopes: ["pipelines", "operator"], agents: "*", origins: [origin], expiresAt: null };
}

/** Who has the secret may come in although it is over: to repeat the request whose answer was lost. */
async function selectDenial(request: Request, ctx: Context): Promise<Problem | null> {
  if (ctx.setup === null) return OVER;
  const foreign = refuseForeignOrigin(request, ctx);
  if (foreign) return foreign;
  if (ctx.failures.isRefused(request.headers.get("cf-connecting-ip"))) return limited();
  const [, given] = /^Bearer +(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (given !== undefined && (await isSetupToken(given, ctx.setup.token))) return null;
  if (!(await isSetupOpen(ctx))) return OVER;
  if (given === undefined) return unauthorized("setup_token_missing");
  return refuseStranger(unauthorized("setup_token_wrong"), request, ctx);
}

function unauthorized(reason: "setup_token_missing" | "setup_token_wrong"): Problem {
  return refuse("unauthorized", { reason, headers: { "www-authenticate": 'Bearer realm="gen-edge set-up"' } });
}

function changes({ objects }: Context) {
  return objects.CLIENT_CHANGES.getByName(SINGLETON);
}
