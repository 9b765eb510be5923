/**
 * Whether a run may make a call, by the rules for requests of the client that has started it: agents, operations, sheets,
 * types, models, lengths, and that an id leads only to what is its own. Scopes are not asked: which operations a
 * pipeline uses is decided by whoever wrote it. And whether its budgets can count and price the call.
 */
import { type Policy, reachesOwnOnly } from "../../access/policy.ts";
import { checkAgent, type FindMentions } from "../../bounds/agent-check.ts";
import { findInJson, namesOnly } from "../../bounds/agent-id.ts";
import { findConversation } from "../../bounds/conversation-id.ts";
import { type Intent, selectLimitDenial } from "../../bounds/limits.ts";
import { toPipelineClient } from "../../calls/pipeline-client.ts";
import type { Isolate } from "../../context.ts";
import { findOperation } from "../../gen/operations.ts";
import { selectNames } from "../../generations/belongings.ts";
import { toTrackerName } from "../../generations/tracked-job.ts";
import { toDeveloperDetail } from "../../problems/developer-details.ts";
import { NOT_FOUND, type Problem, refuse } from "../../problems/problem.ts";
import type { RunError } from "../step-failed.ts";
import { type GenOrder, toSpendingCall } from "./gen-order.ts";
import { type RunSpender, toRunSpending } from "./spender.ts";

const NOT_OWN = "Neither the client that started the run nor the pipeline has made what the call names by its id.";

/** Of a run that no client has started: only the budgets hold it. */
const UNBOUNDED: Policy = { name: "pipeline", scopes: [], agents: "*", origins: [], expiresAt: null };

/** Null when it may. */
export async function selectCallDenial(
  order: GenOrder,
  spender: RunSpender,
  isolate: Isolate,
): Promise<Pick<RunError, "code" | "detail"> | null> {
  const problem = await judge(order, spender, isolate);
  return problem && { code: problem.code, detail: toDeveloperDetail(problem) ?? NOT_OWN };
}

async function judge(order: GenOrder, spender: RunSpender, isolate: Isolate): Promise<Problem | null> {
  const { client } = spender;
  const policy = client?.policy ?? UNBOUNDED;
  const { search, json } = toSpendingCall(order);
  const intent = { operation: findOperation(order.operation), params: order.params, search, json };
  const owns = client === null || !reachesOwnOnly(client) || (await ownsNamed(intent, spender, isolate));
  const foreign = selectAgentDenial(intent, policy, owns);
  if (foreign) return foreign;
  const limits = toRunSpending(spender, null, isolate.config);
  return selectLimitDenial(policy, intent, limits) ?? (owns ? null : NOT_FOUND);
}

/** Unlike a request, a call may name its agent inside of `data`, too: an input is passed on as it came. */
function selectAgentDenial({ search, json, ...intent }: Intent, policy: Policy, owns: boolean): Problem | null {
  const { agents } = policy;
  if (agents === "*") return null;
  if (!agents.some((agent) => namesOnly(agent, { search, json }))) return refuse("agent_not_allowed");
  const inBody: FindMentions = (field) => {
    return json === null ? [] : findInJson(json, field).filter(({ kind }) => kind === "plain");
  };
  const agent = checkAgent({ ...intent, search, inBody, policy, owns });
  return agent.ok ? null : agent.problem;
}

/** Whether the client, or the pipeline, has made all that the call names by its id alone. */
async function ownsNamed(
  { operation, params, search, json }: Intent,
  { payer, pipeline }: RunSpender,
  { objects }: Isolate,
): Promise<boolean> {
  const inPath = selectNames(operation, params);
  const conversation = operation.host === "agent" ? findConversation({ search, form: "", json }) : null;
  const named = inPath === null ? [] : [inPath];
  if (conversation?.kind === "named") named.push([{ ...conversation, kind: "conversation" }]);
  const isOwn = async (name: string) => {
    const thing = objects.GENERATIONS.getByName(name);
    return (await thing.isOwnedBy(payer)) || thing.isOwnedBy(toPipelineClient(pipeline.name));
  };
  // One thing may be recorded under any of its names.
  const owned = await Promise.all(
    named.map(async (names) => (await Promise.all(names.map(toTrackerName).map(isOwn))).includes(true)),
  );
  return conversation?.kind !== "unclear" && !owned.includes(false);
}
