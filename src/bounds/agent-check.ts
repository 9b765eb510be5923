/**
 * Which agent a request is for, and whether its client may use it. Applies to every client, because two different
 * `agent_id` are ambiguous whoever sends them; what a client confined to some agents may reach is checked on top.
 */

import type { Policy } from "../access/policy.ts";
import type { Operation } from "../gen/operation.ts";
import { createCanonicalWatch } from "../http/body/canonical-watch.ts";
import type { MediaType } from "../http/body/content-type.ts";
import type { FormField } from "../http/body/form-part.ts";
import type { RequestBody } from "../http/body/request-body.ts";
import { NOT_FOUND, ok, type Problem, type Result, refuse } from "../problems/problem.ts";
import { type AgentField, type AgentMention, findInFields, findInJson, findInQuery } from "./agent-id.ts";
import { isOverride } from "./field-name.ts";

/** Any id that GEN might give. It stands in the log line, so it is bounded. */
const AGENT_ID = /^[\w.:-]{1,128}$/;

export interface AgentQuestion {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** The query with its `?`, or nothing. */
  readonly search: string;
  readonly body: RequestBody;
  readonly policy: Policy;
  /** Whether the thing that the path names is known to be the client's. */
  readonly owns: boolean;
}

/** The agent's id, or null when the request names none and need not. */
export function checkAgent(question: AgentQuestion): Result<string | null> {
  const { params, policy, search } = question;
  const query = search.slice(1);
  const content = readContent(question.body, policy);
  if (!content.ok) return content;
  const inPath: AgentMention[] = params.agent === undefined ? [] : [{ kind: "plain", value: params.agent }];
  const places = [inPath, findInQuery(query), content.value("agent_id")];

  const problem = checkPlaces(places);
  if (problem) return { ok: false, problem };
  const agent = toAgent(places.flat()[0]);
  if (policy.agents === "*") return ok(agent);
  const targets = [...findInQuery(query, "target_agent_id"), ...content.value("target_agent_id")];
  const denied = checkConfined(question, agent, policy.agents) ?? checkOwn(targets, policy);
  return denied ? { ok: false, problem: denied } : ok(agent);
}

/** Each of path, query and body may name the agent, once: two in one place are a list to some parser. */
function checkPlaces(places: readonly (readonly AgentMention[])[]): Problem | null {
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

/** A copy, too, may go to the client's own agents alone. */
function checkOwn(mentions: readonly AgentMention[], { agents }: Policy): Problem | null {
  const isForeign = agents !== "*" && mentions.some((mention) => !agents.includes(toAgent(mention) ?? ""));
  return isForeign ? refuse("agent_not_allowed") : null;
}

export interface UploadQuestion {
  readonly boundary: string;
  /** The one that path or query name. */
  readonly agent: string | null;
  readonly policy: Policy;
}

/** Watches an upload on its way, by the rules of a body that is kept. Sees each chunk, and null at the end. */
export function createUploadInspector({
  boundary,
  agent,
  policy,
}: UploadQuestion): (chunk: Uint8Array | null) => Problem | null {
  let problem: Problem | null = null;
  const before: readonly AgentMention[] = agent === null ? [] : [{ kind: "plain", value: agent }];
  const inBody: AgentMention[] = [];
  const watch = createCanonicalWatch(boundary, (field) => {
    const mentions = findInFields([field]);
    inBody.push(...mentions);
    problem ??= checkOverride(field) ?? checkPlaces([before, inBody]);
    problem ??= checkOwn([...mentions, ...findInFields([field], "target_agent_id")], policy);
  });
  return (chunk) => {
    const isCanonical = chunk === null ? watch.end() : watch.push(chunk);
    if (!isCanonical) problem ??= refuse("bad_request", { reason: "upload_not_canonical" });
    return problem;
  };
}

function checkOverride([name]: FormField): Problem | null {
  return isOverride(name) ? refuse("bad_request", { reason: "field_overrides" }) : null;
}

/** Looks up a field's mentions in a body that was read once. */
type Lookup = (field: AgentField) => AgentMention[];

function readContent(body: RequestBody, policy: Policy): Result<Lookup> {
  switch (body.kind) {
    case "none":
      return ok(() => []);
    case "large": {
      const problem = checkLarge(body.mediaType, policy);
      return problem ? { ok: false, problem } : ok(() => []);
    }
    case "kept":
      return ok((field) =>
        body.mediaType === "json"
          ? findInJson(body.text, field, policy.agents !== "*")
          : findInFields(body.fields, field),
      );
  }
}

/** What is too large to be kept can't be read whole: files are watched on their way, and nobody writes such a form. */
export function checkLarge(mediaType: MediaType | null, { agents }: Policy): Problem | null {
  if (mediaType === "form") return refuse("body_too_large");
  if (mediaType === "multipart" || agents === "*") return null;
  return refuse("body_too_large", { reason: "body_over_limit_for_confined" });
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
      // With an id it is a thing of somebody's; without, it is of all agents.
      return operation.path.includes("/:") ? NOT_FOUND : refuse("agent_not_allowed");
  }
}
