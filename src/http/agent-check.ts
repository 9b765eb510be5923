/**
 * Which agent a request is for, and whether its client may use it. Applies to every client, because a doubled
 * `agent_id` is ambiguous whoever sends it; what a client confined to some agents may reach is checked on top.
 */
import { type AgentMention, findInFields, findInForm, findInJson } from "../access/agent-id.ts";
import { createFieldWatch } from "../access/field-names.ts";
import type { Policy } from "../access/policy.ts";
import type { Operation } from "../gen/operation.ts";
import { ok, type Problem, type Result, refuse, refused } from "./problem.ts";
import type { RequestBody } from "./request-body.ts";

export interface AgentQuestion {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** The query with its `?`, or nothing. */
  readonly search: string;
  readonly body: RequestBody;
  readonly policy: Policy;
}

/** The agent's id, or null when the request names none and need not. */
export async function checkAgent(question: AgentQuestion): Promise<Result<string | null>> {
  const { operation, params, body, policy } = question;
  const inBody = await findInBody(body, policy);
  if (!inBody.ok) return inBody;
  const inPath: AgentMention[] = params.agent === undefined ? [] : [{ kind: "plain", value: params.agent }];
  const mentions = [...inPath, ...findInForm(question.search.slice(1)), ...inBody.value];

  const [mention, ...more] = mentions;
  const odd = mentions.find((each) => each.kind !== "plain");
  if (odd)
    return refused("bad_request", {
      reason: odd.kind === "bracketed" ? "agent_id_in_brackets" : "agent_id_not_scalar",
    });
  if (more.length > 0) return refused("bad_request", { reason: "agent_id_repeated" });
  const agent = mention?.kind === "plain" ? mention.value : null;
  const problem = policy.agents === "*" ? null : checkConfined(operation, agent, policy.agents);
  return problem ? { ok: false, problem } : ok(agent);
}

/** Watches an upload of a confined client: its agent was checked in path or query, and the body may not name one. */
export function createUploadInspector(policy: Policy): (chunk: Uint8Array) => Problem | null {
  if (policy.agents === "*") return () => null;
  let problem: Problem | null = null;
  const watch = createFieldWatch((name) => {
    problem ??= checkField(name);
  });
  return (chunk) => {
    watch(chunk);
    return problem;
  };
}

function checkField(name: string | null): Problem | null {
  if (name === null) return refuse("bad_request", { reason: "file_field_malformed" });
  const mentions = findInFields([[name, ""]]);
  return mentions.length > 0 ? refuse("bad_request", { reason: "agent_id_repeated" }) : null;
}

async function findInBody(body: RequestBody, policy: Policy): Promise<Result<AgentMention[]>> {
  switch (body.kind) {
    case "none":
      return ok([]);
    case "large":
      return policy.agents === "*" || body.mediaType === "multipart"
        ? ok([])
        : refused("body_too_large", { reason: "body_over_limit_for_confined" });
    case "kept":
      return findInKept(body, policy);
  }
}

async function findInKept(
  body: Extract<RequestBody, { kind: "kept" }>,
  policy: Policy,
): Promise<Result<AgentMention[]>> {
  if (body.mediaType === "json") return ok(findInJson(body.text));
  if (body.mediaType === "form") return ok(findInForm(body.text));
  if (policy.agents !== "*" && !hasPlainFields(body.bytes)) {
    return refused("bad_request", { reason: "file_field_malformed" });
  }
  try {
    const form = await new Response(body.bytes, { headers: { "content-type": body.contentType } }).formData();
    return ok(findInFields(form.entries()));
  } catch {
    return refused("bad_request", { reason: "body_not_form" });
  }
}

function hasPlainFields(bytes: Uint8Array): boolean {
  let plain = true;
  createFieldWatch((name) => {
    plain &&= name !== null;
  })(bytes);
  return plain;
}

function checkConfined(operation: Operation, agent: string | null, agents: readonly string[]): Problem | null {
  switch (operation.agent) {
    case "path":
    case "param":
      if (agent === null) return refuse("bad_request", { reason: "agent_id_missing" });
      return agents.includes(agent) ? null : refuse("agent_not_allowed");
    case "catalogue":
      return agent === null || agents.includes(agent) ? null : refuse("agent_not_allowed");
    case "id":
    case "account":
      return NOT_FOUND;
  }
}

/** The same answer as for a thing that does not exist: whose it is would say that it is. */
const NOT_FOUND: Problem = { code: "not_found", status: 404, retry: "no", charged: "no" };
