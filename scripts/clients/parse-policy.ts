/** Parses the flags into a policy. All mistakes are reported together, each with what is allowed. Pure. */
import * as v from "valibot";
import { guessOrigin, isOrigin } from "../../src/access/origin.ts";
import { type Policy, PolicySchema, SCOPES } from "../../src/access/policy.ts";
import { mayStartRuns } from "../../src/bounds/limits.ts";
import { askWhetherMeant } from "../../src/encoding/nearest.ts";
import { LOCAL_CLIENT } from "../local/local-client.ts";
import { findClosed } from "./closed.ts";
import { parseBounds, type RawBounds } from "./parse-bounds.ts";
import { type Part, right, split, wrong } from "./part.ts";

export interface RawPolicy extends RawBounds {
  readonly name: string | undefined;
  readonly scopes: string | undefined;
  readonly agents: string | undefined;
  readonly origins: string | undefined;
  readonly expires: string | undefined;
}

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const SCOPES_ALLOWED = `Allowed: ${SCOPES.join(", ")}.`;
const AGENTS_ALLOWED =
  "Allowed: ids like 42 or agent_456 (letters, digits, _ and -), or '*' alone, in quotes, for all.";
const ORIGINS_ALLOWED =
  "Allowed: scheme://host or scheme://host:port, as browsers and apps send it, without a path and without wildcards, like https://app.example.com or capacitor://localhost.";
const DATES_ALLOWED = "Allowed: a day like 2027-01-01 (from 00:00 UTC) or a time like 2027-01-01T12:00:00Z.";

/** `holder`: whether the policy is for a client key or for users' tokens. */
export function parsePolicy(raw: RawPolicy, now: number, holder: "key" | "users" = "key"): ParsedPolicy {
  const name = parseName(raw.name);
  const scopes = parseScopes(raw.scopes);
  const agents = parseAgents(raw.agents);
  const origins = parseOrigins(raw.origins);
  const expiresAt = parseExpiry(raw.expires, now);
  const bounds = parseBounds(raw, scopes.value);
  const mistakes = [name, scopes, agents, origins, expiresAt, bounds].flatMap((part) => part.mistakes);
  if (scopes.value.includes("admin") && origins.value.length > 0) {
    mistakes.push(
      "--scopes admin can't go together with --origins: administration (deleting agents, creating tokens, spending money) is never allowed from a browser. Create a second client without origins for it.",
    );
  }
  if (scopes.value.includes("pipelines") && !mayStartRuns(bounds.value)) {
    mistakes.push(
      "--scopes pipelines can't go together with bounds, --charges-per-day or --account: what a run does can't be checked against them. Create a second client for it.",
    );
  }
  if (scopes.value.includes("admin") && holder === "users") {
    mistakes.push(
      "--scopes admin can't be in a policy for users' tokens: every user could administrate. Create a client without origins for it.",
    );
  }
  if (mistakes.length > 0) return { ok: false, mistakes };
  const policy = {
    name: name.value,
    scopes: scopes.value,
    agents: agents.value,
    origins: origins.value,
    expiresAt: expiresAt.value,
    ...bounds.value,
  };
  const closed = findClosed(policy);
  return closed.length > 0 ? { ok: false, mistakes: closed } : { ok: true, policy: v.parse(PolicySchema, policy) };
}

function parseName(name: string | undefined): Part<string> {
  if (name === undefined) return wrong("", "A name is missing. Allowed: a-z, 0-9 and -, at most 63, like web.");
  if (name === LOCAL_CLIENT.name) return wrong("", `The name "${name}" is taken by \`npm start\`. Choose another one.`);
  if (v.is(PolicySchema.entries.name, name)) return right(name);
  return wrong("", `The name "${name}" is not valid. Allowed: a-z, 0-9 and -, at most 63, like web.`);
}

function parseScopes(text: string | undefined): Part<Policy["scopes"]> {
  const given = split(text);
  if (given.length === 0) return wrong([], `--scopes is missing. ${SCOPES_ALLOWED}`);
  const isScope = (scope: string) => SCOPES.some((known) => known === scope);
  const unknown = given.filter((scope) => !isScope(scope));
  const known = SCOPES.filter((scope) => given.includes(scope));
  return {
    value: known,
    mistakes: unknown.map(
      (scope) => `--scopes: there is no scope "${scope}".${askWhetherMeant(scope, SCOPES)} ${SCOPES_ALLOWED}`,
    ),
  };
}

function parseAgents(text: string | undefined): Part<Policy["agents"]> {
  const given = split(text);
  if (given.length === 0) return wrong([], `--agents is missing. ${AGENTS_ALLOWED}`);
  if (given.length === 1 && given[0] === "*") return right("*");
  const bad = given.filter((agent) => !v.is(PolicySchema.entries.agents, [agent]));
  return { value: given, mistakes: bad.map((agent) => `--agents: "${agent}" is not valid. ${AGENTS_ALLOWED}`) };
}

function parseOrigins(text: string | undefined): Part<string[]> {
  const given = split(text);
  const mistakes = given
    .filter((origin) => !isOrigin(origin))
    .map((origin) => {
      const meant = guessOrigin(origin);
      const hint = meant === null ? "" : ` Did you mean ${meant}?`;
      return `--origins: "${origin}" is not an origin.${hint} ${ORIGINS_ALLOWED}`;
    });
  return { value: given, mistakes };
}

function parseExpiry(text: string | undefined, now: number): Part<number | null> {
  if (text === undefined) return right(null);
  const at = parseDate(text);
  if (at === null) return wrong(null, `--expires: "${text}" is not a date. ${DATES_ALLOWED}`);
  if (at <= now) return wrong(null, `--expires: ${text} is in the past. ${DATES_ALLOWED}`);
  return right(at);
}

/** Milliseconds since the epoch; null for invalid dates such as 30 February. */
function parseDate(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return null;
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
