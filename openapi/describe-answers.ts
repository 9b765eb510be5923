/** The responses of a forwarded operation other than problems, by status. */
import type { Operation } from "../src/gen/operation.ts";
import type { OperationName } from "../src/gen/operations.ts";
import { selectFreshSeconds } from "../src/http/forward/cache/cacheable-operations.ts";
import { CONFIRMED, EXAMPLES, FILES, GENERATING, selectStatus, toBody } from "./gen-answers.ts";
import { type HeaderName, headers } from "./headers.ts";
import { PROBLEM_TYPE } from "./problems.ts";
import { content, type Members, type Schema, schema } from "./shape.ts";

type Answers = Readonly<Record<string, Members>>;

/** The facts that determine an operation's responses. */
interface Facts {
  readonly name: OperationName;
  readonly method: Operation["method"];
  /** Stored before it is sent: always, or when it has a key. */
  readonly isDurable: boolean;
  readonly isKeyed: boolean;
  readonly isCharged: boolean;
  /** Whether the Worker may answer it from its cache. */
  readonly isRemembered: boolean;
}

export function describeAnswers(operation: Operation): Answers {
  const { method, key, charged, replay } = operation;
  const isDurable = charged || (method === "POST" && replay === "unsafe");
  const isKeyed = isDurable || key === "header" || key === "body";
  const name = operation.name as OperationName;
  const facts: Facts = {
    name,
    method,
    isDurable,
    isKeyed,
    isCharged: charged,
    isRemembered: selectFreshSeconds(name, method) !== null,
  };
  return {
    ...describeDone(facts),
    ...describeOthers(facts),
    ...describeDeleted(facts),
    ...describeUnchanged(facts),
    ...describeUnfinished(facts),
    ...describePassedOn(facts),
  };
}

/** The headers of GEN that are passed on. The stored answer of a durable call has none of them. */
const PASSED = ["Content-Language", "ETag", "Last-Modified", "Content-Disposition"] as const;

const DESCRIPTIONS = {
  200: "GEN's answer.",
  201: "GEN's answer: created.",
  202: "GEN's answer: started.",
  204: "Done.",
} as const;

function describeDone(facts: Facts): Answers {
  const { name } = facts;
  const status = selectStatus(name);
  const body = GENERATING.includes(name) ? toGenerating(toBody(name), schema("Generation")) : toBody(name);
  const json = content(body, EXAMPLES[name]);
  const contents = FILES.includes(name) ? { "*/*": {} } : json;
  return { [status]: answer(facts, DESCRIPTIONS[status], status === "204" ? null : contents) };
}

function describeOthers(facts: Facts): Answers {
  if (facts.method === "GET" || selectStatus(facts.name) !== "200") return {};
  return { "2XX": answer(facts, "GEN documents only 200, but may use another status.", content(schema("Any"))) };
}

function describeDeleted(facts: Facts): Answers {
  return facts.method === "DELETE"
    ? { 204: answer(facts, "Deleted, or a repeat did not find it any more.", null) }
    : {};
}

function describeUnchanged(facts: Facts): Answers {
  return facts.isRemembered ? { 304: answer(facts, "Unchanged since the `ETag` in `If-None-Match`.", null) } : {};
}

/** Not finished yet: at GEN, or because the caller does not wait. */
function describeUnfinished(facts: Facts): Answers {
  const { name, isDurable } = facts;
  if (!isDurable) return {};
  const bodies: Schema[] = [
    schema("CallAccepted"),
    ...(selectStatus(name) === "202" ? [toBody(name)] : []),
    ...(name === "sheets.act" ? [schema("ActionPending")] : []),
    ...(GENERATING.includes(name) ? [schema("Generation")] : []),
  ];
  const description = "Not finished yet. Check `Location`, or send the same request again with the same key.";
  const body = GENERATING.includes(name) ? toGenerating(...bodies) : { anyOf: bodies };
  return { 202: answer(facts, description, content(body), "Location", "Retry-After") };
}

/** One of these, with the members of all: a typed client can read them without finding out which one it is. */
function toGenerating(...bodies: readonly Schema[]): Schema {
  return { allOf: [schema("Generating"), { anyOf: bodies }] };
}

/** Statuses that look like failures but are answers, and are passed on unchanged. */
function describePassedOn(facts: Facts): Answers {
  const { name } = facts;
  const priceOrProblem = { ...content(schema("Quote")), ...content(schema("Problem"), undefined, PROBLEM_TYPE) };
  return {
    ...(name === "agents.core.update"
      ? { 207: answer(facts, "One status per section.", content(schema("CoreSections"))) }
      : {}),
    ...(name === "credits.x402.quote"
      ? {
          402: answer(facts, "The price, or a problem: the workspace must pay.", priceOrProblem, "X-Should-Retry"),
        }
      : {}),
    ...(CONFIRMED.includes(name)
      ? { 428: answer(facts, "A person must confirm first.", content(schema("Confirmation")), "X-Should-Retry") }
      : {}),
  };
}

function answer(facts: Facts, description: string, body: Members | null, ...more: readonly HeaderName[]): Members {
  const { name, isDurable, isKeyed, isCharged, isRemembered } = facts;
  const own: HeaderName[] = [
    ...(isKeyed ? (["Idempotency-Key"] as const) : []),
    ...(isDurable ? (["Idempotent-Replayed"] as const) : []),
    ...(isCharged ? (["X-GenEdge-Credits"] as const) : []),
    ...(GENERATING.includes(name) ? (["Link"] as const) : []),
    ...(name === "generations.get" || isRemembered ? (["Age"] as const) : []),
    ...(isRemembered ? (["Cache-Status"] as const) : []),
  ];
  return {
    description,
    headers: headers(...(isDurable ? [] : PASSED), ...own, ...more),
    ...(body === null ? {} : { content: body }),
  };
}
