/** Every log line of the Worker for people: what it says, without its time and id. docs/operating.md lists the lines. */
import { findPlace } from "../local/find-place.ts";
import { isMisspelt, isRequestLine, type LogLine } from "../local/log-feed.ts";
import { describeMisspelt } from "./describe-misspelt.ts";
import { describeRequest } from "./describe-request.ts";

/** The ids of a line, the most telling first. */
const IDS = ["run_id", "call_id", "request_id", "id"] as const;
const ID_CHARS = 8;

/** The beginning of the id that the line is about; empty when it is about none. */
export function selectShortId(line: LogLine): string {
  const names = line.message === "request" ? (["request_id"] as const) : IDS;
  const id = names.map((name) => line[name]).find((each) => typeof each === "string");
  return typeof id === "string" ? id.replace(/^msg_/, "").slice(0, ID_CHARS) : "";
}

/** One line of text. A message that is not known here is told with all that it has. */
export function describeLine(line: LogLine): string {
  if (isRequestLine(line)) return describeRequest(line);
  if (isMisspelt(line)) return describeMisspelt(line);
  const describe = Object.hasOwn(KNOWN, line.message) ? KNOWN[line.message] : undefined;
  return (describe?.(line) ?? describeAny(line)).replace(/\s+/g, " ");
}

const KNOWN: Readonly<Record<string, (line: LogLine) => string>> = {
  call: ({ operation, state, untraced, attempts }) =>
    `call ${operation} ${state}${untraced ? ", what it started is not known" : ""}, ${describeTries(attempts)}`,
  generation: ({ job, phase, status, ms }) =>
    `${String(job).replace(":", " ")} ${phase === "gave-up" ? "was given up" : "ended"}: ${status}, ${ms} ms`,
  run: ({ pipeline, state, error_code: code, ms }) => `run of ${pipeline} ${state}${suffix(code)}, ${ms} ms`,
  notification: ({ type, state, why, attempts, next_attempt_at: next }) =>
    `notification ${type} ${state}${suffix(why)}, ${describeTries(attempts)}${next ? `, again at ${next}` : ""}`,
  webhook_accepted: ({ source, runs, duplicate }) =>
    `webhook of ${source} accepted, ${duplicate ? "a duplicate" : count(list(runs).length, "run")}${suffix(list(runs).join(" ") || null)}`,
  cron: ({ cron, task, outcome, error, ms }) => `cron ${cron}: ${task} ${outcome}${suffix(error)}, ${ms} ms`,
  gen_health: ({ type, checks }) =>
    `${type}: ${list(checks)
      .map((check) => describeCheck(check as Check))
      .join("; ")}`,
  uncaught: ({ error, stack }) => `uncaught ${error}${at(stack)}`,
  pipeline_error: ({ pipeline, error, stack }) => `the code of ${pipeline} has thrown ${error}${at(stack)}`,
};

interface Check {
  readonly name: string;
  readonly healthy: boolean | null;
  readonly detail: string | null;
}

function describeCheck({ name, healthy, detail }: Check): string {
  return `${name} is ${healthy === null ? "not judged" : healthy ? "good" : "bad"}${suffix(detail)}`;
}

function describeAny({ level: _, message, stack, ...rest }: LogLine): string {
  const short = selectShortId({ level: "", message, ...rest });
  const members = Object.entries(rest).filter(([name, value]) => value !== null && !isShown(name, value, short));
  const told = members.map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return `${message}${told.length === 0 ? "" : `: ${told.join(", ")}`}${at(stack)}`;
}

/** The id that stands before the text. */
function isShown(name: string, value: unknown, short: string): boolean {
  return short !== "" && (IDS as readonly string[]).includes(name) && String(value).includes(short);
}

function at(stack: unknown): string {
  const place = typeof stack === "string" ? findPlace(stack) : null;
  return place === null ? "" : ` at ${place}`;
}

function suffix(text: unknown): string {
  return typeof text === "string" ? `: ${text}` : "";
}

function count(amount: unknown, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function describeTries(tries: unknown): string {
  const outcomes = list(tries).map((each) => String((each as { outcome?: unknown }).outcome));
  return `${count(outcomes.length, "attempt")}${outcomes.length === 0 ? "" : ` (${outcomes.join(", ")})`}`;
}
