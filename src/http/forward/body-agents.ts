/** Finds the agents that a body names: at once in a body that is kept, while it is streamed in an upload. */
import type { Policy } from "../../access/policy.ts";
import { checkOwn, checkPlaces, type FindMentions } from "../../bounds/agent-check.ts";
import { type AgentMention, findInFields, findInJson } from "../../bounds/agent-id.ts";
import { isOverride } from "../../bounds/field-name.ts";
import { ok, type Problem, type Result, refuse } from "../../problems/problem.ts";
import type { MediaType } from "../body/content-type.ts";
import type { RequestBody } from "../body/request-body.ts";
import { createCanonicalWatch } from "../forms/canonical-watch.ts";
import type { FormField } from "../forms/form-part.ts";

interface UploadQuestion {
  readonly boundary: string;
  /** The agent that the path or query names. */
  readonly agent: string | null;
  readonly policy: Policy;
}

/** Checks an upload while it is streamed, by the rules for kept bodies. Called with each chunk, and null at the end. */
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

/** The agents that a body names. The body is parsed only once. */
export function readMentions(body: RequestBody, policy: Policy): Result<FindMentions> {
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

/** Checks a body too large to keep. Multipart is checked while it is streamed; no real urlencoded form is so large. */
export function checkLarge(mediaType: MediaType | null, { agents }: Policy): Problem | null {
  if (mediaType === "form") return refuse("body_too_large");
  if (mediaType === "multipart" || agents === "*") return null;
  return refuse("body_too_large", { reason: "body_over_limit_for_confined" });
}
