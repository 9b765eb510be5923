/**
 * The Worker's variables and secrets: the form and the default of each, and which names are known. Every number has a
 * default; only `GEN_API_KEY` is required.
 */
import * as v from "valibot";
import { type Read, readBudgets, readPrices, SLUG } from "./budget-variables.ts";
import { findNearest } from "./encoding/nearest.ts";

/** In TOML a number may stand without quotes: `MAX_ATTEMPTS = 3`. */
function wholeNumber(fallback: number, min: number, max: number) {
  return v.optional(numberFrom(min, max), String(fallback));
}

function numberFrom(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}.`;
  const digits = v.pipe(v.string(message), v.trim(), v.regex(/^\d{1,9}$/, message), v.transform(Number));
  const number = v.union([digits, v.pipe(v.number(message), v.integer(message))], message);
  return v.pipe(number, v.minValue(min, message), v.maxValue(max, message));
}

function baseUrl(fallback: string) {
  const message = "must be a URL like https://api.gen.pro/v1, without a query; https outside this machine.";
  const clean = v.transform((value: string) => value.replace(/\/+$/, ""));
  return v.optional(v.pipe(v.string(message), v.trim(), v.check(isBaseUrl, message), clean), fallback);
}

function isBaseUrl(value: string): boolean {
  return isSafeUrl(value) && !/[?@]/.test(value);
}

function isSafeUrl(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== "" || url.password !== "" || /[\s#]/.test(value)) return false;
  const local = url.hostname === "localhost" || url.hostname === "127.0.0.1";
  return url.protocol === "https:" || (url.protocol === "http:" && local);
}

/** `whsec_` and the base64 of 24 to 64 bytes (Standard Webhooks specification). */
function isSigningSecret(value: string): boolean {
  const [, text] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value) ?? [];
  if (text === undefined || text.length % 4 !== 0) return false;
  const { length } = atob(text);
  return length >= 24 && length <= 64;
}

function shortText() {
  const message = "must be a text, and not empty.";
  return v.pipe(v.string(message), v.trim(), v.minLength(1, message));
}

function signingSecret() {
  const message =
    "must be whsec_ and the base64 of 24 to 64 random bytes; `echo whsec_$(openssl rand -base64 32)` makes a good one.";
  return v.optional(v.pipe(v.string(message), v.trim(), v.check(isSigningSecret, message)));
}

/** A list in one text, each mistake of it an issue of its own. */
function entries<Value>(read: (text: string) => Read<Value>) {
  const parse = v.rawTransform<string, Value>(({ dataset, addIssue, NEVER }) => {
    const { value, faults } = read(dataset.value);
    for (const message of faults) addIssue({ message });
    return faults.length > 0 ? NEVER : value;
  });
  return v.optional(v.pipe(v.string("must be a text."), parse), "");
}

/** Keys of further accounts, and next keys during a rotation. */
export const MORE_KEYS = /^GEN_API_KEY_\w+$/;

/** Secrets of other services' webhooks. */
export const SOURCE_SECRETS = /^(?!GEN_WEBHOOK_SECRET)\w+_WEBHOOK_SECRET(?:_NEXT)?$/;

export const PIPELINE_VARIABLES = /^PIPELINE_/;

export const KEY_SHAPE = /^[\x21-\x7e]{8,512}$/;

export const KEY_MESSAGE = "must be GEN's personal access token (gen_pat_…).";

const NOTIFY_URL_MESSAGE = "must be a URL like https://example.com/hooks; https outside this machine.";

const SECRET_MESSAGE = "must be at least 16 characters; `openssl rand -base64 32` makes a good one.";

const SETUP_MESSAGE =
  "must be at least 16 letters, digits and signs, without spaces; `openssl rand -base64 32` makes a good one.";

const JWKS_MESSAGE = "must be a URL like https://example.com/.well-known/jwks.json; https outside this machine.";

const POLICY_MESSAGE = "must be the name of a policy, like web-users.";

/** Variables with a fixed name. */
export const VariablesSchema = v.object({
  GEN_API_KEY: v.pipe(v.string(KEY_MESSAGE), v.trim(), v.regex(KEY_SHAPE, KEY_MESSAGE)),
  GEN_BASE_URL: baseUrl("https://api.gen.pro/v1"),
  GEN_AGENT_BASE_URL: baseUrl("https://agent.gen.pro/v1"),
  GEN_AGENT_CORE_BASE_URL: baseUrl("https://agent-core.gen.pro/v1"),
  HTTP_BUDGET_MS: wholeNumber(25_000, 1_000, 600_000),
  MAX_WAIT_MS: wholeNumber(60_000, 1_000, 600_000),
  WEBHOOK_BUDGET_MS: wholeNumber(5_000, 1_000, 60_000),
  ATTEMPT_TIMEOUT_MS: wholeNumber(10_000, 1_000, 60_000),
  MAX_ATTEMPTS: wholeNumber(8, 1, 50),
  MAX_SUBREQUESTS: wholeNumber(50, 1, 10_000),
  BACKOFF_BASE_MS: wholeNumber(250, 1, 10_000),
  CRON_BUDGET_MS: wholeNumber(60_000, 1_000, 600_000),
  LOW_CREDITS: v.optional(numberFrom(0, 999_999_999)),
  ACTIVITY_SHARDS: wholeNumber(1, 1, 64),
  CALL_TIMEOUT_MS: wholeNumber(60_000, 1_000, 600_000),
  CALL_QUIET_MS: wholeNumber(60_000, 0, 3_600_000),
  CALL_LOST_QUIET_MS: wholeNumber(3_000, 0, 3_600_000),
  GEN_WEBHOOK_SECRET: v.optional(v.pipe(v.string(SECRET_MESSAGE), v.minLength(16, SECRET_MESSAGE))),
  GEN_WEBHOOK_VERSION: wholeNumber(1, 1, 1_000_000),
  NOTIFY_URL: v.optional(v.pipe(v.string(NOTIFY_URL_MESSAGE), v.trim(), v.check(isSafeUrl, NOTIFY_URL_MESSAGE))),
  NOTIFY_SECRET: signingSecret(),
  NOTIFY_SECRET_NEXT: signingSecret(),
  JWT_JWKS_URL: v.optional(v.pipe(v.string(JWKS_MESSAGE), v.trim(), v.check(isSafeUrl, JWKS_MESSAGE))),
  JWT_ISSUER: v.optional(shortText()),
  JWT_AUDIENCE: v.optional(shortText()),
  JWT_POLICY_CLAIM: v.optional(shortText(), "gen_policy"),
  JWT_DEFAULT_POLICY: v.optional(v.pipe(v.string(POLICY_MESSAGE), v.trim(), v.regex(SLUG, POLICY_MESSAGE))),
  TICKET_SECRET: v.optional(v.pipe(v.string(SECRET_MESSAGE), v.minLength(16, SECRET_MESSAGE))),
  // `.dev.vars.example` names it, so it may be there and empty.
  SETUP_TOKEN: v.optional(
    v.pipe(v.string(SETUP_MESSAGE), v.trim(), v.regex(/^(?:[\x21-\x7e]{16,512})?$/, SETUP_MESSAGE)),
  ),
  CHARGES_PAUSED: v.optional(
    v.pipe(
      v.union([v.boolean(), v.picklist(["true", "false"])], "must be true or false."),
      v.transform((value) => String(value) === "true"),
    ),
    "false",
  ),
  BUDGETS: entries(readBudgets),
  PRICES: entries(readPrices),
});

/** The secret of the set-up page; null when there is none, or none that is possible. Needs no other variable. */
export function readSetupToken(env: unknown): string | null {
  const { SETUP_TOKEN } = env as { readonly SETUP_TOKEN?: unknown };
  const parsed = v.safeParse(VariablesSchema.entries.SETUP_TOKEN, SETUP_TOKEN);
  return (parsed.success && parsed.output) || null;
}

export type Variables = v.InferOutput<typeof VariablesSchema>;

/** The second is needed where the first is set. */
export const NEEDS: readonly (readonly [given: keyof Variables, needed: keyof Variables])[] = [
  ["NOTIFY_URL", "NOTIFY_SECRET"],
  ["JWT_JWKS_URL", "JWT_ISSUER"],
  ["JWT_JWKS_URL", "JWT_AUDIENCE"],
];

/** A variable or secret that nothing reads, though its name resembles a known one. */
interface Misspelt {
  readonly variable: string;
  readonly nearest: string;
}

/** Whether the Worker reads a variable of this name. `read`: what webhook sources and pipelines read. */
export function isKnownVariable(name: string, read: readonly string[]): boolean {
  return Object.hasOwn(VariablesSchema.entries, name) || MORE_KEYS.test(name) || read.includes(name);
}

/** Bindings of other kinds (namespaces, queues, …) are no variables. */
export function findMisspelt(env: unknown, read: readonly string[]): Misspelt[] {
  const known = [...Object.keys(VariablesSchema.entries), ...read];
  return Object.entries(env as Readonly<Record<string, unknown>>).flatMap(([variable, value]) => {
    const isVariable = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (!isVariable || isKnownVariable(variable, read)) return [];
    const nearest = findNearest(variable, known);
    return nearest === null ? [] : [{ variable, nearest }];
  });
}
