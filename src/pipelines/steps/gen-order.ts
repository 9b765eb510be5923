/** A step's call of GEN as plain data, and the request that GEN gets for it. */
import { namesOnly } from "../../bounds/agent-id.ts";
import { countCharges } from "../../bounds/charges.ts";
import { readType, type SpendingCall } from "../../bounds/generation-request.ts";
import type { Submission } from "../../calls/call.ts";
import { computeFingerprint } from "../../calls/fingerprint.ts";
import { toPipelineClient } from "../../calls/pipeline-client.ts";
import { toMode } from "../../calls/states/state.ts";
import type { Json } from "../../encoding/json.ts";
import { writeJsonOrNull } from "../../encoding/json.ts";
import { type Config, USER_AGENT } from "../../env.ts";
import type { GenCall } from "../../gen/client.ts";
import { isGivenName } from "../../gen/id.ts";
import { findOperation, type OperationName } from "../../gen/operations.ts";
import type { Listener } from "../../generations/state.ts";
import type { RunError } from "../step-failed.ts";
import { type RunSpender, toRunSpending } from "./spender.ts";

export interface GenOrder {
  readonly operation: OperationName;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: { readonly [member: string]: Json | undefined } | null;
}

/** Throws when a path parameter is missing or is not an id. */
export function toGenCall({ operation: name, params, query, body }: GenOrder): GenCall {
  const operation = findOperation(name);
  const path = operation.path.replace(/:([a-z]+)/g, (_, param: string) => encodeURIComponent(demand(params, param)));
  const search = new URLSearchParams(query).toString();
  const headers = { accept: "application/json", "user-agent": USER_AGENT };
  return {
    operation,
    path,
    search: search === "" ? "" : `?${search}`,
    headers: body === null ? headers : { ...headers, "content-type": "application/json" },
    body: body === null ? { kind: "none" } : { kind: "bytes", bytes: new TextEncoder().encode(writeJsonOrNull(body)) },
  };
}

/** The call as bounds and prices read it. */
export function toSpendingCall(order: GenOrder): SpendingCall {
  const { search, body } = toGenCall(order);
  const json = body.kind === "bytes" ? new TextDecoder().decode(body.bytes) : null;
  return { operation: order.operation, search, json };
}

/**
 * Why the call can't be made; null when it can. Its body is made from a run's input, which may contain anything. So if
 * the pipeline says which agent a run acts for, the run's calls may name no other.
 */
export function findFault(order: GenOrder, agent: string | null): Pick<RunError, "code" | "detail"> | null {
  try {
    const asked = toSpendingCall(order);
    const { agent: inPath = agent } = order.params;
    if (agent === null || (inPath === agent && namesOnly(agent, asked))) return null;
    return { code: "agent_not_allowed", detail: "The call names another agent than the run's." };
  } catch (error) {
    return { code: "input_invalid", detail: String(error) };
  }
}

export async function toSubmission(
  order: GenOrder,
  {
    spender,
    callId,
    requestId,
    listener,
    config,
  }: Pick<Submission, "callId" | "requestId"> & {
    spender: RunSpender;
    listener: Listener;
    config: Pick<Config, "budgets" | "prices">;
  },
): Promise<Submission> {
  const { operation, path, search, headers, body } = toGenCall(order);
  const bytes = body.kind === "bytes" ? body.bytes : null;
  const asked = toSpendingCall(order);
  const { account, pipeline, tag } = spender;
  return {
    callId,
    clientId: toPipelineClient(pipeline.name),
    requestId,
    tag,
    operation: order.operation,
    path,
    search,
    params: order.params,
    agentId: selectAgent(order),
    headers,
    body: bytes,
    fingerprint: await computeFingerprint({ method: operation.method, path, search, body: bytes }),
    mode: toMode(operation),
    async: true,
    join: true,
    listener,
    account,
    spending: toRunSpending(spender, readType(asked), config),
    charges: countCharges(asked) ?? 1,
  };
}

function selectAgent({ params, query, body }: GenOrder): string | null {
  return params.agent ?? query.agent_id ?? toText(body?.agent_id);
}

function toText(value: Json | undefined): string | null {
  return typeof value === "object" || typeof value === "boolean" || value === undefined ? null : String(value);
}

/** Throws when the parameter is missing or is not an id: the pipeline's code or its input is wrong. */
function demand(params: Readonly<Record<string, string>>, name: string): string {
  const value = params[name];
  if (value === undefined || !isGivenName(value)) throw new Error(`The parameter ${name} is no id.`);
  return value;
}
