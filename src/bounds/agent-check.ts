/**
 * Which agent a request is for, and whether its client may use it. The check for ambiguity applies to every client: two
 * different `agent_id` are an error whoever sends them. A client confined to some agents is checked further.
 */
import type { Policy } from "../access/policy.ts";
import type { Operation } from "../gen/operation.ts";
import { NOT_FOUND, ok, type Problem, type Result, refuse } from "../problems/problem.ts";
import { type AgentField, type AgentMention, findInQuery } from "./agent-id.ts";

/** Any id that GEN may issue. It goes into the log line, so its length is bounded. */
const AGENT_ID = /^[\w.:-]{1,128}$/;

export type FindMentions = (field: AgentField) => AgentMention[];

interface AgentQuestion {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** The query with its `?`, or nothing. */
  readonly search: string;
  /** Finds every mention of an agent in this field of the body. */
  readonly inBody: FindMentions;
  readonly policy: Policy;
  /** Whether the resource in the path is known to belong to the client. */
  readonly owns: boolean;
}

/** The agent's id, or null when the request names none and needs none. */
export function checkAgent(question: AgentQuestion): Result<string | null> {
  const { inBody, params, policy, search } = question;
  const query = search.slice(1);
  const inPath: AgentMention[] = params.agent === undefined ? [] : [{ kind: "plain", value: params.agent }];
  const places = [inPath, findInQuery(query), inBody("agent_id")];

  const problem = checkPlaces(places);
  if (problem) return { ok: false, problem };
  const agent = toAgent(places.flat()[0]);
  if (policy.agents === "*") return ok(agent);
  const targets = [...findInQuery(query, "target_agent_id"), ...inBody("target_agent_id")];
  const denied = checkConfined(question, agent, policy.agents) ?? checkOwn(targets, policy);
  return denied ? { ok: false, problem: denied } : ok(agent);
}

/** Path, query and body may each name the agent once. Some parsers read two mentions in one place as a list. */
export function checkPlaces(places: readonly (readonly AgentMention[])[]): Problem | null {
  const mentions = places.flat();
  if (mentions.some(({ kind }) => kind === "bracketed")) {
    return refuse("bad_request", { reason: "agent_id_in_brackets" });
  }
  const agents = new Set(mentions.map(toAgent));
  if ([...agents].some((agent) => agent === null || !AGENT_ID.test(agent))) {
    return refuse("bad_request", { reason: "agent_id_not_scalar" });
  }
  const isRepeated = agents.size > 1 || places.some(({ length }) => length > 1);
  return isRepeated ? refuse("bad_request", { reason: "agent_id_repeated" }) : null;
}

function toAgent(mention: AgentMention | undefined): string | null {
  return mention?.kind === "plain" ? mention.value : null;
}

/** The target of a copy must be one of the client's own agents, too. */
export function checkOwn(mentions: readonly AgentMention[], { agents }: Policy): Problem | null {
  const isForeign = agents !== "*" && mentions.some((mention) => !agents.includes(toAgent(mention) ?? ""));
  return isForeign ? refuse("agent_not_allowed") : null;
}

function checkConfined(
  { operation, owns }: AgentQuestion,
  agent: string | null,
  agents: readonly string[],
): Problem | null {
  switch (operation.agent) {
    case "path":
    case "param":
      if (agent === null) return refuse("bad_request", { reason: "agent_id_missing" });
      return agents.includes(agent) ? null : refuse("agent_not_allowed");
    case "catalogue":
      return agent === null || agents.includes(agent) ? null : refuse("agent_not_allowed");
    case "id":
      if (!owns) return NOT_FOUND;
      return agent === null || agents.includes(agent) ? null : refuse("agent_not_allowed");
    case "account":
      // With an id in the path it is a resource that may exist for somebody else: 404. Without, it concerns all agents:
      // 403.
      return operation.path.includes("/:")
        ? NOT_FOUND
        : refuse("agent_not_allowed", { reason: "account_of_all_agents" });
  }
}
