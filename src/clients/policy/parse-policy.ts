/**
 * Which policies are possible, for `npm run clients` and `/v1/clients` alike. All mistakes are reported together, each
 * with what is allowed. Pure.
 */
import * as v from "valibot";
import { guessOrigin, isOrigin } from "../../access/origin.ts";
import { type Policy, PolicySchema, SCOPES } from "../../access/policy.ts";
import { mayStartRuns } from "../../bounds/limits.ts";
import { askWhetherMeant } from "../../encoding/nearest.ts";
import { findClosed } from "./closed.ts";
import { parseBounds } from "./parse-bounds.ts";
import { type Mistake, type Part, right, wrong } from "./part.ts";
import type { Naming, PolicyInput } from "./policy-input.ts";

type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** The clients that `npm start` makes at each start. */
export const LOCAL_CLIENT_NAME = "local";
export const LOCAL_OPERATOR_NAME = "local-operator";

const SCOPES_ALLOWED = `Allowed: ${SCOPES.join(", ")}.`;
const AGENTS_ALLOWED =
  "Allowed: ids like 42 or agent_456 (letters, digits, _ and -), or '*' alone, in quotes, for all.";
const ORIGINS_ALLOWED =
  "Allowed: scheme://host or scheme://host:port, as browsers and apps send it, without a path and without wildcards, like https://app.example.com or capacitor://localhost.";
const DATES_ALLOWED = "Allowed: a day like 2027-01-01 (from 00:00 UTC) or a time like 2027-01-01T12:00:00Z.";

/** `holder`: whether the policy is for a client key or for users' tokens. */
export function checkPolicy(
  input: PolicyInput,
  { now, holder, say }: { now: number; holder: "key" | "users"; say: Naming },
): ParsedPolicy {
  const name = parseName(input.name);
  const scopes = parseScopes(input.scopes, say);
  const agents = parseAgents(input.agents, say);
  const origins = parseOrigins(input.origins, say);
  const expiresAt = parseExpiry(input.expiresAt, now, say);
  const bounds = parseBounds(input, scopes.value, say);
  const policy = {
    name: name.value,
    scopes: scopes.value,
    agents: agents.value,
    origins: origins.value,
    expiresAt: expiresAt.value,
    ...bounds.value,
  };
  const mistakes = [name, scopes, agents, origins, expiresAt, bounds].flatMap((part) => part.mistakes);
  mistakes.push(...findContradictions(policy, holder, say));
  if (mistakes.length > 0) return { ok: false, mistakes };
  const closed = findClosed(policy, say);
  return closed.length > 0 ? { ok: false, mistakes: closed } : { ok: true, policy: v.parse(PolicySchema, policy) };
}

function findContradictions(policy: Policy, holder: "key" | "users", say: Naming): Mistake[] {
  const { scopes, origins } = policy;
  const messages: string[] = [];
  if (scopes.includes("admin") && origins.length > 0) {
    messages.push(
      `${say("scopes")} admin can't go together with ${say("origins")}: administration (deleting agents, creating tokens, spending money) is never allowed from a browser. Create a second client without origins for it.`,
    );
  }
  if (scopes.includes("pipelines") && !mayStartRuns(policy)) {
    messages.push(
      `${say("scopes")} pipelines can't go together with ${say("account")}: runs use the default account. Create a second client for it.`,
    );
  }
  if (scopes.includes("admin") && holder === "users") {
    messages.push(
      `${say("scopes")} admin can't be in a policy for users' tokens: every user could administrate. Create a client without origins for it.`,
    );
  }
  return messages.map((message) => ({ member: "scopes", message }));
}

function parseName(name: string | undefined): Part<string> {
  const fault = (message: string) => wrong("", "name", message);
  if (name === undefined) return fault("A name is missing. Allowed: a-z, 0-9 and -, at most 63, like web.");
  if (name === LOCAL_CLIENT_NAME || name === LOCAL_OPERATOR_NAME)
    return fault(`The name "${name}" is taken by \`npm start\`. Choose another one.`);
  if (v.is(PolicySchema.entries.name, name)) return right(name);
  return fault(`The name "${name}" is not valid. Allowed: a-z, 0-9 and -, at most 63, like web.`);
}

function parseScopes(given: readonly string[] = [], say: Naming): Part<Policy["scopes"]> {
  const is = say("scopes");
  if (given.length === 0) return wrong([], "scopes", `${is} is missing. ${SCOPES_ALLOWED}`);
  const unknown = given.filter((scope) => !SCOPES.some((known) => known === scope));
  return {
    value: SCOPES.filter((scope) => given.includes(scope)),
    mistakes: unknown.map((scope) => ({
      member: "scopes",
      message: `${is}: there is no scope "${scope}".${askWhetherMeant(scope, SCOPES)} ${SCOPES_ALLOWED}`,
    })),
  };
}

function parseAgents(given: readonly string[] = [], say: Naming): Part<Policy["agents"]> {
  const is = say("agents");
  if (given.length === 0) return wrong([], "agents", `${is} is missing. ${AGENTS_ALLOWED}`);
  if (given.length === 1 && given[0] === "*") return right("*");
  const bad = given.filter((agent) => !v.is(PolicySchema.entries.agents, [agent]));
  const mistakes = bad.map((agent) => ({
    member: "agents" as const,
    message: `${is}: "${agent}" is not valid. ${AGENTS_ALLOWED}`,
  }));
  return { value: [...given], mistakes };
}

function parseOrigins(given: readonly string[] = [], say: Naming): Part<string[]> {
  const mistakes = given
    .filter((origin) => !isOrigin(origin))
    .map((origin) => {
      const meant = guessOrigin(origin);
      const hint = meant === null ? "" : ` Did you mean ${meant}?`;
      const message = `${say("origins")}: "${origin}" is not an origin.${hint} ${ORIGINS_ALLOWED}`;
      return { member: "origins" as const, message };
    });
  return { value: [...given], mistakes };
}

function parseExpiry(text: string | undefined, now: number, say: Naming): Part<number | null> {
  if (text === undefined) return right(null);
  const member = "expiresAt";
  const at = parseDate(text);
  if (at === null) return wrong(null, member, `${say(member)}: "${text}" is not a date. ${DATES_ALLOWED}`);
  if (at <= now) return wrong(null, member, `${say(member)}: ${text} is in the past. ${DATES_ALLOWED}`);
  return right(at);
}

/** Milliseconds since the epoch; null for invalid dates such as 30 February. */
function parseDate(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return null;
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
