/**
 * Which agent a request is for, and whether its client may use it. Applies to every client, because a doubled
 * `agent_id` is ambiguous whoever sends it; what a client confined to some agents may reach is checked on top.
 */
import { type AgentField, type AgentMention, findInFields, findInForm, findInJson } from "../access/agent-id.ts";
import { createFieldWatch } from "../access/field-names.ts";
import { hasPlainHeaders } from "../access/part-headers.ts";
import type { Policy } from "../access/policy.ts";
import type { Operation } from "../gen/operation.ts";
import { NOT_FOUND, ok, type Problem, type Result, refuse, refused } from "./problem.ts";
import type { RequestBody } from "./request-body.ts";

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
export async function checkAgent(question: AgentQuestion): Promise<Result<string | null>> {
  const { params, policy } = question;
  const content = await readContent(question.body, policy);
  if (!content.ok) return content;
  const inPath: AgentMention[] = params.agent === undefined ? [] : [{ kind: "plain", value: params.agent }];
  const mentions = [...inPath, ...findInForm(question.search.slice(1)), ...content.value("agent_id")];

  const problem = checkShape(mentions);
  if (problem) return { ok: false, problem };
  const agent = toAgent(mentions[0]);
  if (policy.agents === "*") return ok(agent);
  const targets = [...findInForm(question.search.slice(1), "target_agent_id"), ...content.value("target_agent_id")];
  const denied = checkConfined(question, agent, policy.agents) ?? checkTargets(targets, policy.agents);
  return denied ? { ok: false, problem: denied } : ok(agent);
}

function checkShape(mentions: readonly AgentMention[]): Problem | null {
  const odd = mentions.find((each) => each.kind !== "plain");
  if (odd?.kind === "bracketed") return refuse("bad_request", { reason: "agent_id_in_brackets" });
  if (odd) return refuse("bad_request", { reason: "agent_id_not_scalar" });
  if (mentions.some((each) => each.kind === "plain" && !AGENT_ID.test(each.value))) {
    return refuse("bad_request", { reason: "agent_id_not_scalar" });
  }
  return mentions.length > 1 ? refuse("bad_request", { reason: "agent_id_repeated" }) : null;
}

function toAgent(mention: AgentMention | undefined): string | null {
  return mention?.kind === "plain" ? mention.value : null;
}

/** A copy may go to the client's own agents alone. */
function checkTargets(targets: readonly AgentMention[], agents: readonly string[]): Problem | null {
  const foreign = targets.some((target) => target.kind !== "plain" || !agents.includes(target.value));
  return foreign ? refuse("agent_not_allowed") : null;
}

/** Watches an upload of a confined client: its agent was checked in path or query, and the body may not name one. */
export function createUploadInspector(policy: Policy): (chunk: Uint8Array | null) => Problem | null {
  if (policy.agents === "*") return () => null;
  let problem: Problem | null = null;
  const watch = createFieldWatch((name) => {
    problem ??= checkField(name);
  });
  return (chunk) => {
    if (chunk === null) watch.end();
    else watch.push(chunk);
    return problem;
  };
}

function checkField(name: string | null): Problem | null {
  if (name === null) return refuse("bad_request", { reason: "file_field_malformed" });
  const mentions = [...findInFields([[name, ""]]), ...findInFields([[name, ""]], "target_agent_id")];
  return mentions.length > 0 ? refuse("bad_request", { reason: "agent_id_repeated" }) : null;
}

/** Looks up a field's mentions in a body that was read once. */
type Lookup = (field: AgentField) => AgentMention[];

async function readContent(body: RequestBody, policy: Policy): Promise<Result<Lookup>> {
  switch (body.kind) {
    case "none":
      return ok(() => []);
    case "large":
      return policy.agents === "*" || body.mediaType === "multipart"
        ? ok(() => [])
        : refused("body_too_large", { reason: "body_over_limit_for_confined" });
    case "kept":
      return readKept(body, policy);
  }
}

async function readKept(body: Extract<RequestBody, { kind: "kept" }>, policy: Policy): Promise<Result<Lookup>> {
  if (body.mediaType === "json") {
    const everywhere = policy.agents !== "*";
    return ok((field) => findInJson(body.text, field, everywhere));
  }
  if (body.mediaType === "form") return ok((field) => findInForm(body.text, field));
  const form = await readForm(body);
  if (form === null) return refused("bad_request", { reason: "body_not_form" });
  if (policy.agents !== "*" && !isReadAlike(form, body.bytes)) {
    return refused("bad_request", { reason: "file_field_malformed" });
  }
  return ok((field) => findInFields(form.entries(), field));
}

async function readForm(body: Extract<RequestBody, { kind: "kept" }>): Promise<FormData | null> {
  if (!hasPlainHeaders(body.bytes, body.contentType)) return null;
  try {
    return await new Response(body.bytes, { headers: { "content-type": body.contentType } }).formData();
  } catch {
    return null;
  }
}

/** Whether every parser reads the fields that this one has read: all headers plain, and no field it has not seen. */
function isReadAlike(form: FormData, bytes: Uint8Array): boolean {
  const names: (string | null)[] = [];
  const watch = createFieldWatch((name) => names.push(name));
  watch.push(bytes);
  watch.end();
  return names.length === [...form.keys()].length && !names.includes(null);
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
      return NOT_FOUND;
  }
}
