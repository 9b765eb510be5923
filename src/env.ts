/**
 * Parses the Worker's variables and secrets into a `Config`, once. The only file that reads `env`. Every number has a
 * default; only `GEN_API_KEY` is required. All mistakes are reported in one error.
 */
import * as v from "valibot";
import { DEFAULT_ACCOUNT } from "./gen/account.ts";
import type { GenConfig } from "./gen/config.ts";

/** Must equal the version in package.json; a test checks it. */
export const VERSION = "0.1.0";

/** The `User-Agent` of requests to GEN (RFC 9110, section 10.1.5). */
export const USER_AGENT = `gen-edge/${VERSION}`;

export interface Config {
  readonly gen: GenConfig;
  readonly httpBudgetMs: number;
  readonly maxWaitMs: number;
  readonly maxSubrequests: number;
  /** Time limit for acknowledging a webhook: reading its body and starting its runs. */
  readonly webhookBudgetMs: number;
  /** Time limit of one cron task. */
  readonly cronBudgetMs: number;
  /** GEN counts as unhealthy at this many credits or fewer. Null: credits are not checked. */
  readonly lowCredits: number | null;
  readonly calls: CallsConfig;
  readonly webhooks: WebhooksConfig | null;
  /** The pipelines' own variables, named `PIPELINE_…`. */
  readonly pipelineVariables: Readonly<Record<string, string>>;
  /** Secrets of other services' webhooks, by variable name: `TYPEFORM_WEBHOOK_SECRET`, `…_NEXT`. */
  readonly sourceSecrets: Readonly<Record<string, string>>;
  readonly notify: NotifyConfig | null;
  /** Null when `JWT_JWKS_URL` is not set: only client keys are accepted. */
  readonly jwt: JwtConfig | null;
  /** Null when `TICKET_SECRET` is not set: no watch tickets are issued. */
  readonly ticketSecret: string | null;
  readonly chargesPaused: boolean;
}

interface CallsConfig {
  /** Time limit of one send of a durable call. Its caller may stop waiting earlier. */
  readonly timeoutMs: number;
  /** Pause after a send that GEN may still be working on. */
  readonly quietMs: number;
  /** Pause after a send whose connection was lost. */
  readonly lostQuietMs: number;
}

/** Null when `GEN_WEBHOOK_SECRET` is not set: GEN's webhooks are refused. */
interface WebhooksConfig {
  readonly secret: string;
  readonly version: number;
}

export interface JwtConfig {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** A claim's name, or a JSON Pointer (RFC 6901) to a nested one: `/app_metadata/gen_policy`. */
  readonly policyClaim: string;
  /** The policy of tokens that name none. Null: such tokens are refused. */
  readonly defaultPolicy: string | null;
}

/** Null when `NOTIFY_URL` is not set: no notifications are sent. */
export interface NotifyConfig {
  readonly url: string;
  /** `whsec_` and base64. Every message is signed with each secret; there are two while one is being rotated. */
  readonly secrets: readonly string[];
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The Worker is not configured: ${problems.join(" ")}`);
    this.problems = problems;
  }
}

function wholeNumber(fallback: number, min: number, max: number) {
  return v.optional(numberFrom(min, max), String(fallback));
}

function numberFrom(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}.`;
  const digits = v.pipe(v.string(message), v.trim(), v.regex(/^\d{1,9}$/, message), v.transform(Number));
  return v.pipe(digits, v.minValue(min, message), v.maxValue(max, message));
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

function signingSecret() {
  const message =
    "must be whsec_ and the base64 of 24 to 64 random bytes; `echo whsec_$(openssl rand -base64 32)` makes a good one.";
  return v.optional(v.pipe(v.string(message), v.trim(), v.check(isSigningSecret, message)));
}

/** Keys of further accounts, and next keys during a rotation. */
const MORE_KEYS = /^GEN_API_KEY_\w+$/;

const KEY_SHAPE = /^[\x21-\x7e]{8,512}$/;

const KEY_MESSAGE = "must be GEN's personal access token (gen_pat_…).";

const NOTIFY_URL_MESSAGE = "must be a URL like https://example.com/hooks; https outside this machine.";

const SECRET_MESSAGE = "must be at least 16 characters; `openssl rand -base64 32` makes a good one.";

const JWKS_MESSAGE = "must be a URL like https://example.com/.well-known/jwks.json; https outside this machine.";

const POLICY_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

const POLICY_MESSAGE = "must be the name of a policy, like web-users.";

const Fields = v.object({
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
  CALL_TIMEOUT_MS: wholeNumber(60_000, 1_000, 600_000),
  CALL_QUIET_MS: wholeNumber(60_000, 0, 3_600_000),
  CALL_LOST_QUIET_MS: wholeNumber(3_000, 0, 3_600_000),
  GEN_WEBHOOK_SECRET: v.optional(v.pipe(v.string(SECRET_MESSAGE), v.minLength(16, SECRET_MESSAGE))),
  GEN_WEBHOOK_VERSION: wholeNumber(1, 1, 1_000_000),
  NOTIFY_URL: v.optional(v.pipe(v.string(NOTIFY_URL_MESSAGE), v.trim(), v.check(isSafeUrl, NOTIFY_URL_MESSAGE))),
  NOTIFY_SECRET: signingSecret(),
  NOTIFY_SECRET_NEXT: signingSecret(),
  JWT_JWKS_URL: v.optional(v.pipe(v.string(JWKS_MESSAGE), v.trim(), v.check(isSafeUrl, JWKS_MESSAGE))),
  JWT_ISSUER: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, "must not be empty."))),
  JWT_AUDIENCE: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, "must not be empty."))),
  JWT_POLICY_CLAIM: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, "must not be empty.")), "gen_policy"),
  JWT_DEFAULT_POLICY: v.optional(v.pipe(v.string(), v.trim(), v.regex(POLICY_NAME, POLICY_MESSAGE))),
  TICKET_SECRET: v.optional(v.pipe(v.string(SECRET_MESSAGE), v.minLength(16, SECRET_MESSAGE))),
  CHARGES_PAUSED: v.optional(v.picklist(["true", "false"], "must be true or false."), "false"),
});

const Variables = v.pipe(
  Fields,
  v.forward(
    v.partialCheck(
      [["NOTIFY_URL"], ["NOTIFY_SECRET"]],
      ({ NOTIFY_URL, NOTIFY_SECRET }) => NOTIFY_URL === undefined || NOTIFY_SECRET !== undefined,
      "is missing: NOTIFY_URL needs it.",
    ),
    ["NOTIFY_SECRET"],
  ),
  v.forward(
    v.partialCheck(
      [["JWT_JWKS_URL"], ["JWT_ISSUER"]],
      ({ JWT_JWKS_URL, JWT_ISSUER }) => JWT_JWKS_URL === undefined || JWT_ISSUER !== undefined,
      "is missing: JWT_JWKS_URL needs it.",
    ),
    ["JWT_ISSUER"],
  ),
  v.forward(
    v.partialCheck(
      [["JWT_JWKS_URL"], ["JWT_AUDIENCE"]],
      ({ JWT_JWKS_URL, JWT_AUDIENCE }) => JWT_JWKS_URL === undefined || JWT_AUDIENCE !== undefined,
      "is missing: JWT_JWKS_URL needs it.",
    ),
    ["JWT_AUDIENCE"],
  ),
);

/** Throws a `ConfigError` that names every missing or wrong variable, without their values. */
export function parseConfig(env: unknown): Config {
  const parsed = v.safeParse(Variables, env);
  const wrongKeys = Object.entries(pick(env, MORE_KEYS)).filter(([, key]) => !KEY_SHAPE.test(key.trim()));
  const problems = [
    ...(parsed.issues ?? []).map(describeIssue),
    ...wrongKeys.map(([name]) => `${name} ${KEY_MESSAGE}`),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const vars = parsed.output;
  return {
    gen: {
      keys: toKeys(vars.GEN_API_KEY, pick(env, MORE_KEYS)),
      baseUrls: {
        api: vars.GEN_BASE_URL,
        agent: vars.GEN_AGENT_BASE_URL,
        "agent-core": vars.GEN_AGENT_CORE_BASE_URL,
      },
      attemptTimeoutMs: vars.ATTEMPT_TIMEOUT_MS,
      maxAttempts: vars.MAX_ATTEMPTS,
      backoffBaseMs: vars.BACKOFF_BASE_MS,
    },
    httpBudgetMs: vars.HTTP_BUDGET_MS,
    maxWaitMs: vars.MAX_WAIT_MS,
    maxSubrequests: vars.MAX_SUBREQUESTS,
    webhookBudgetMs: vars.WEBHOOK_BUDGET_MS,
    cronBudgetMs: vars.CRON_BUDGET_MS,
    lowCredits: vars.LOW_CREDITS ?? null,
    calls: {
      timeoutMs: vars.CALL_TIMEOUT_MS,
      quietMs: vars.CALL_QUIET_MS,
      lostQuietMs: vars.CALL_LOST_QUIET_MS,
    },
    webhooks: vars.GEN_WEBHOOK_SECRET ? { secret: vars.GEN_WEBHOOK_SECRET, version: vars.GEN_WEBHOOK_VERSION } : null,
    pipelineVariables: pick(env, /^PIPELINE_/),
    sourceSecrets: pick(env, /^(?!GEN_WEBHOOK_SECRET)\w+_WEBHOOK_SECRET(?:_NEXT)?$/),
    notify: toNotifyConfig(vars),
    jwt: toJwtConfig(vars),
    ticketSecret: vars.TICKET_SECRET ?? null,
    chargesPaused: vars.CHARGES_PAUSED === "true",
  };
}

/** `GEN_API_KEY`; `GEN_API_KEY_<NAME>` for further accounts; either with `_NEXT` while it is rotated. */
function toKeys(apiKey: string, others: Readonly<Record<string, string>>): GenConfig["keys"] {
  const keys: Record<string, string[]> = { [DEFAULT_ACCOUNT]: [apiKey] };
  const add = (account: string, key: string) => {
    keys[account] = [...(keys[account] ?? []), key];
  };
  for (const [name, key] of Object.entries(others).sort(([a], [b]) => a.length - b.length)) {
    const account = name
      .slice("GEN_API_KEY".length)
      .replace(/_NEXT$/, "")
      .slice(1);
    add(account === "" ? DEFAULT_ACCOUNT : toAccountSlug(account), key.trim());
  }
  return keys;
}

/** The account's name in policies: `acme-corp` for `GEN_API_KEY_ACME_CORP`. */
function toAccountSlug(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

function pick(env: unknown, names: RegExp): Readonly<Record<string, string>> {
  const entries = Object.entries(env as Readonly<Record<string, unknown>>);
  const picked = entries.filter(
    (entry): entry is [string, string] => names.test(entry[0]) && typeof entry[1] === "string",
  );
  return Object.fromEntries(picked);
}

function toNotifyConfig({ NOTIFY_URL, NOTIFY_SECRET, NOTIFY_SECRET_NEXT }: v.InferOutput<typeof Fields>) {
  if (NOTIFY_URL === undefined || NOTIFY_SECRET === undefined) return null;
  return { url: NOTIFY_URL, secrets: NOTIFY_SECRET_NEXT ? [NOTIFY_SECRET, NOTIFY_SECRET_NEXT] : [NOTIFY_SECRET] };
}

function toJwtConfig(vars: v.InferOutput<typeof Fields>): JwtConfig | null {
  const { JWT_JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = vars;
  if (jwksUrl === undefined || issuer === undefined || audience === undefined) return null;
  const { JWT_POLICY_CLAIM: policyClaim, JWT_DEFAULT_POLICY: defaultPolicy = null } = vars;
  return { jwksUrl, issuer, audience, policyClaim, defaultPolicy };
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue) ?? "env";
  return issue.received === "undefined" ? `${name} is missing.` : `${name} ${issue.message}`;
}
