/** How the Worker's own routes are described. */
import type { ProblemCode } from "../../src/problems/problem-codes.ts";
import { type HeaderName, headers } from "../headers.ts";
import { EVERY_REQUEST } from "../parameters.ts";
import { problems, toStatuses } from "../problems.ts";
import type { Members, Operation, Reference } from "../shape.ts";

export interface OwnOperation {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may use it: anybody, a client, or a client with this scope. */
  readonly who: "anybody" | "client" | { readonly scope: "read" | "pipelines" | "operator" };
  readonly parameters?: readonly (Members | Reference)[];
  readonly body?: Members;
  readonly answers: Readonly<Record<number, Members>>;
  /** In addition to the problems that every route can have. */
  readonly problems?: readonly ProblemCode[];
}

/** Every route: the Worker may have a fault, or an object of its own be unreachable. */
const ALWAYS: readonly ProblemCode[] = ["internal", "temporarily_unavailable"];
/** Routes that say the same however the Worker is configured. */
const WITHOUT_CONFIGURATION: readonly string[] = [
  "health",
  "problems.explain",
  "openapi",
  "docs",
  "docs.files",
  "setup.check",
  "setup.files",
];
/** Every route that needs a key. */
const WITH_KEY: readonly ProblemCode[] = ["unauthorized", "origin_not_allowed", "rate_limited", "sign_in_unavailable"];

export function describeOwn(route: OwnOperation): Operation {
  const { id, tag, summary, description, who } = route;
  const scope = typeof who === "object" ? who.scope : null;
  const forKey = who === "anybody" ? [] : WITH_KEY;
  const codes = [
    ...ALWAYS,
    ...(WITHOUT_CONFIGURATION.includes(id) ? [] : ["not_configured" as const]),
    ...forKey,
    ...(scope === null ? [] : ["scope_required" as const]),
    ...(route.problems ?? []),
  ];
  const text = [description, ...(scope === null ? [] : [`Needs the scope \`${scope}\`.`])].filter(Boolean).join(" ");
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(text === "" ? {} : { description: text }),
    ...(who === "anybody" ? { security: [] } : {}),
    ...(scope === null ? {} : { "x-scope": scope }),
    "x-problems": codes,
    parameters: [...(route.parameters ?? []), ...EVERY_REQUEST],
    ...(route.body === undefined ? {} : { requestBody: route.body }),
    responses: { ...problems(...toStatuses(codes)), ...route.answers },
  };
}

/** A response other than a problem. */
export function answer(description: string, body: Members | null, ...more: readonly HeaderName[]): Members {
  return { description, headers: headers(...more), ...(body === null ? {} : { content: body }) };
}
