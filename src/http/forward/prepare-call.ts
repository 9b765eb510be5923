/** Turns a request into the call that GEN gets. Makes all checks before anything is sent, the cheapest first. */
import { type Client, type Policy, selectDenial, toAccount } from "../../access/policy.ts";
import { checkAgent } from "../../bounds/agent-check.ts";
import { type Intent, selectLimitDenial } from "../../bounds/limits.ts";
import { isLimited } from "../../bounds/money-limits.ts";
import { checkQuery } from "../../bounds/query-check.ts";
import { selectTag } from "../../bounds/tag.ts";
import { USER_AGENT } from "../../env.ts";
import type { GenAccount } from "../../gen/account.ts";
import type { CallBody, GenCall } from "../../gen/client.ts";
import type { Match } from "../../gen/match.ts";
import { isSpending, type Operation } from "../../gen/operation.ts";
import { selectKeyPlace } from "../../gen/operations.ts";
import type { CallFacts } from "../../gen/public-error.ts";
import { type Spending, toSpending } from "../../money/spending.ts";
import {
  failed,
  NOT_FOUND,
  ok,
  type Problem,
  type Result,
  refuse,
  refused,
  refuseForScope,
} from "../../problems/problem.ts";
import { isAnnouncedOver } from "../body/announced-length.ts";
import type { KeptBody } from "../body/keep-body.ts";
import {
  type LargeBody,
  type RequestBody,
  readRequestBody,
  selectKeptBytes,
  selectMediaType,
} from "../body/request-body.ts";
import { createUpload, type Upload } from "../body/upload.ts";
import type { Context } from "../context.ts";
import { checkLarge, createUploadInspector, readMentions } from "./body-agents.ts";
import { type CallKey, placeKeyInBody, selectCallKey } from "./call-key.ts";
import { checkConversations, ownsNamed } from "./ownership.ts";

/** The caller's request headers that GEN gets. Never credentials, cookies, or headers that proxies add. */
const PASSED_HEADERS = ["accept", "payment-signature"] as const;

export interface PreparedCall {
  readonly call: GenCall;
  readonly key: CallKey | null;
  readonly upload: Upload | null;
  readonly params: Readonly<Record<string, string>>;
  readonly agentId: string | null;
  readonly account: GenAccount;
  /** Null when there is no body, or it is an upload. */
  readonly kept: KeptBody | null;
  /** The caller's word, or its policy's, for whom or what the call is. */
  readonly tag: string | null;
  /** Whose money it spends, and what limits that. The generation type is not read. */
  readonly spending: Spending;
}

/** The switch of charges can't be reached: when to try again. */
const UNCLEAR_RETRY_SECONDS = 3;

/** A missing account is reported like a key that GEN refuses. */
const NO_ACCOUNT: Problem = { code: "gen_key_rejected", status: 502, retry: "no", charged: "no" };

type FoundOperation = Extract<Match, { kind: "found" }>;

export async function prepareCall(
  request: Request,
  { operation, params, path }: FoundOperation,
  { ctx, client }: { ctx: Context; client: Client },
): Promise<Result<PreparedCall>> {
  const account = ctx.gen.accounts.get(toAccount(client.policy));
  if (account === undefined) {
    ctx.log("error", { message: "gen_account_missing", request_id: ctx.requestId, account: toAccount(client.policy) });
    return failed(NO_ACCOUNT);
  }
  const denial = selectDenial(client.policy, operation, request.headers.get("origin"));
  if (denial) return failed(toDenied(denial, operation));

  const { search } = ctx.url;
  const tagged = selectTag(request.headers.get("x-genedge-tag"), operation, client.policy);
  if (!tagged.ok) return tagged;
  const tag = tagged.value;
  const { policy, id: payer } = client;
  const spending = toSpending({ payer, policy, pipeline: null, tag, account: account.name, type: null }, ctx.config);
  const limited = { policy, spending };
  const unfit = checkQuery(search, policy) ?? judgeAnnounced(request.headers, operation, limited);
  if (unfit) return failed(unfit);
  const body = await readRequestBody(request, selectKeptBytes(operation, request.headers), ctx);
  if (!body.ok) return body;
  const owns = await ownsNamed({ operation, params }, { ctx, client });
  const inBody = readMentions(body.value, client.policy);
  if (!inBody.ok) return inBody;
  const question = { operation, params, search, inBody: inBody.value, policy: client.policy, owns: owns === true };
  const agent = checkAgent(question);
  if (!agent.ok) return agent;
  if (agent.value !== null) ctx.event.ids = { ...params, agent_id: agent.value };
  const limit = selectLimit({ operation, params, search, body: body.value }, limited);
  if (limit) return failed(limit);
  const paused = isSpending(operation) ? await judgeCharges(ctx) : null;
  if (paused) return failed(paused);
  if (owns === false) return failed(NOT_FOUND);
  const foreign = await checkConversations({ operation, search, body: body.value }, { ctx, client });
  if (foreign) return failed(foreign);
  const key = await selectCallKey({ headers: request.headers, operation, body: body.value }, client);
  if (!key.ok) return key;

  if (body.value.kind === "large" && isUnkept(request.headers, operation, spending)) return refused("body_too_large");
  const upload = body.value.kind === "large" ? toUpload(body.value, agent.value, { ctx, client }) : null;
  const faulty = upload?.problem();
  if (faulty) return failed(faulty);
  const placed = placeBody(body.value, { operation, key: key.value, upload });
  if (!placed.ok) return placed;
  const contentType = body.value.kind === "none" ? "application/json" : body.value.contentType;
  const headers = toGenHeaders(request.headers, { ctx, operation, key: key.value, body: placed.value, contentType });
  const call = { operation, path, search, headers, body: placed.value };
  const kept = body.value.kind === "kept" ? body.value : null;
  return ok({ call, key: key.value, upload, params, agentId: agent.value, account, kept, tag, spending });
}

/** Refuses, by its announced length, a body that is too large to keep where it must be kept. */
function judgeAnnounced(headers: Headers, operation: Operation, { policy, spending }: Limited): Problem | null {
  if (!isAnnouncedOver(headers, selectKeptBytes(operation, headers))) return null;
  if (operation.key === "body" || isUnkept(headers, operation, spending)) return refuse("body_too_large");
  return checkLarge(selectMediaType(headers), policy);
}

/** A body that is not kept can't be charged exactly once, nor counted. Only files may be so large, without a limit. */
function isUnkept(headers: Headers, { charged }: Operation, spending: Spending): boolean {
  return charged && (selectMediaType(headers) !== "multipart" || isLimited(spending));
}

interface Limited {
  readonly policy: Policy;
  readonly spending: Spending;
}

function selectLimit(
  { body, ...intent }: { body: RequestBody } & Omit<Intent, "json" | "isUnread">,
  { policy, spending }: Limited,
): Problem | null {
  const json = body.kind === "kept" && body.mediaType === "json" ? body.text : null;
  const isUnread = json === null && body.kind !== "none";
  return selectLimitDenial(policy, { ...intent, json, isUnread }, spending);
}

async function judgeCharges({ charges }: Context): Promise<Problem | null> {
  const judgement = await charges.judge();
  if (judgement === "open") return null;
  if (judgement === "paused") return refuse("charges_paused");
  return { ...refuse("temporarily_unavailable"), retry: "yes", retryAfter: UNCLEAR_RETRY_SECONDS };
}

function toDenied(denial: "scope_required" | "origin_not_allowed", { scope }: Operation): Problem {
  if (denial === "origin_not_allowed") return refuse(denial, { reason: "origin_on_admin" });
  return refuseForScope(scope);
}

function toUpload(
  { mediaType, boundary, first, rest, length }: LargeBody,
  agent: string | null,
  { ctx, client }: { ctx: Context; client: Client },
): Upload {
  const isWatched = mediaType === "multipart";
  const inspect = isWatched ? createUploadInspector({ boundary, agent, policy: client.policy }) : () => null;
  return createUpload({ first, rest, length, inspect }, ctx.clock);
}

function placeBody(
  body: RequestBody,
  { operation, key, upload }: { operation: Operation; key: CallKey | null; upload: Upload | null },
): Result<CallBody> {
  if (upload && operation.key === "body") return refused("body_too_large");
  if (upload) {
    const { stream, sent, problem } = upload;
    return ok({ kind: "stream", stream, sent, isAbortedBySender: () => problem() !== null });
  }
  if (body.kind === "large") return refused("body_too_large");
  if (key !== null && selectKeyPlace(operation) === "body") return placeKeyInBody(body, key);
  return ok(body.kind === "none" ? { kind: "none" } : { kind: "bytes", bytes: body.bytes });
}

/** What decides how a failure of the call is told. The agents in an upload are not read here. */
export function toFacts({ call, key, agentId, upload }: PreparedCall): CallFacts {
  return { operation: call.operation, ownKey: key?.own ?? false, lacksAgent: agentId === null && upload === null };
}

interface Sending {
  readonly ctx: Context;
  readonly operation: Operation;
  readonly key: CallKey | null;
  readonly body: CallBody;
  readonly contentType: string;
}

function toGenHeaders(from: Headers, { ctx, operation, key, body, contentType }: Sending): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json", "user-agent": USER_AGENT };
  for (const name of PASSED_HEADERS) {
    const value = from.get(name);
    if (value !== null) headers[name] = value;
  }
  if (body.kind !== "none") headers["content-type"] = contentType;
  if (key !== null && selectKeyPlace(operation) === "header") headers["idempotency-key"] = key.genKey;
  if (ctx.trace !== null) headers.traceparent = ctx.trace.traceparent;
  if (ctx.trace?.tracestate) headers.tracestate = ctx.trace.tracestate;
  return headers;
}
