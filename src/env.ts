/**
 * Parses the Worker's variables and secrets (`variables.ts`) into a `Config`, once. The only file that reads `env`. All
 * mistakes are reported in one error.
 */
import * as v from "valibot";
import { type BudgetRule, type Prices, readBudgets, readPrices } from "./budget-variables.ts";
import { DEFAULT_ACCOUNT } from "./gen/account.ts";
import type { GenConfig } from "./gen/config.ts";
import {
  KEY_MESSAGE,
  KEY_SHAPE,
  MORE_KEYS,
  NEEDS,
  PIPELINE_VARIABLES,
  SOURCE_SECRETS,
  type Variables,
  VariablesSchema,
} from "./variables.ts";

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
  /** How many `Activity` objects share each day. */
  readonly activityShards: number;
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
  /** Of tags, pipelines, GEN accounts and all together. Those of a client are in its policy. */
  readonly budgets: readonly BudgetRule[];
  /** For every limit in credits that names no price of its own. */
  readonly prices: Prices;
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

export interface ConfigProblem {
  readonly variable: string;
  /** The rest of a sentence that begins with the variable's name. Never its value. */
  readonly fault: string;
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** One sentence each. */
  readonly problems: readonly string[];
  /** The names of what is missing or wrong. */
  readonly variables: readonly string[];

  constructor(problems: readonly ConfigProblem[]) {
    const sentences = problems.map(({ variable, fault }) => `${variable} ${fault}`);
    super(`The Worker is not configured: ${sentences.join(" ")}`);
    this.problems = sentences;
    this.variables = [...new Set(problems.map(({ variable }) => variable))];
  }
}

/** What the composition alone can judge: the secrets of its webhook sources, the variables and budgets of its pipelines. */
export type MoreChecks = (read: Pick<Config, "sourceSecrets" | "budgets" | "prices">) => readonly ConfigProblem[];

/** Throws a `ConfigError` that names every missing or wrong variable, without their values. */
export function parseConfig(env: unknown, check: MoreChecks = () => []): Config {
  const parsed = v.safeParse(VariablesSchema, env);
  const keys = pick(env, MORE_KEYS);
  const secrets = pick(env, SOURCE_SECRETS);
  const wrongKeys = Object.entries(keys.texts).filter(([, key]) => !KEY_SHAPE.test(key.trim()));
  const accounts = toKeys(parsed.success ? parsed.output.GEN_API_KEY : "", keys.texts);
  const money = readMoney(env);
  const problems = [
    ...(parsed.issues ?? []).map(describeIssue),
    ...findNeeded(env),
    ...[...wrongKeys.map(([name]) => name), ...keys.others].map((variable) => ({ variable, fault: KEY_MESSAGE })),
    ...secrets.others.map((variable) => ({ variable, fault: "must be a text." })),
    ...check({ sourceSecrets: secrets.texts, ...money }),
    ...findKeyless(money.budgets, Object.keys(accounts)),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const vars = parsed.output;
  return {
    gen: {
      keys: accounts,
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
    activityShards: vars.ACTIVITY_SHARDS,
    webhooks: vars.GEN_WEBHOOK_SECRET ? { secret: vars.GEN_WEBHOOK_SECRET, version: vars.GEN_WEBHOOK_VERSION } : null,
    pipelineVariables: readPipelineVariables(env),
    sourceSecrets: secrets.texts,
    notify: toNotifyConfig(vars),
    jwt: toJwtConfig(vars),
    ticketSecret: vars.TICKET_SECRET ?? null,
    chargesPaused: vars.CHARGES_PAUSED,
    budgets: vars.BUDGETS,
    prices: vars.PRICES,
  };
}

/** A budget of a GEN account without a key would hold for nothing: its name is misspelt. */
function findKeyless(budgets: Config["budgets"], accounts: readonly string[]): ConfigProblem[] {
  const named = budgets.flatMap(({ of, name }) => (of === "account" && name !== "*" ? [name] : []));
  const keyless = named.filter((name) => !accounts.includes(name));
  return keyless.map((name) => ({ variable: "BUDGETS", fault: `limits the GEN account ${name}, which has no key.` }));
}

/** What is right of these two variables, whatever is wrong with the rest of them and with others. */
function readMoney(env: unknown): Pick<Config, "budgets" | "prices"> {
  const { BUDGETS, PRICES } = env as Readonly<Record<string, unknown>>;
  return { budgets: readBudgets(toText(BUDGETS)).value, prices: readPrices(toText(PRICES)).value };
}

function toText(variable: unknown): string {
  return typeof variable === "string" ? variable : "";
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

/** The variables with such a name: those that are texts, and the names of the others. */
function pick(env: unknown, names: RegExp) {
  const entries = Object.entries(env as Readonly<Record<string, unknown>>).filter(([name]) => names.test(name));
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";
  return {
    texts: Object.fromEntries(entries.filter(isText)),
    others: entries.filter((entry) => !isText(entry)).map(([name]) => name),
  };
}

/** What is written in TOML without quotes (a number, a list) is given to pipelines as JSON. */
export function readPipelineVariables(env: unknown): Config["pipelineVariables"] {
  const entries = Object.entries(env as Readonly<Record<string, unknown>>);
  const own = entries.filter(([name]) => PIPELINE_VARIABLES.test(name));
  return Object.fromEntries(
    own.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function toNotifyConfig({ NOTIFY_URL, NOTIFY_SECRET, NOTIFY_SECRET_NEXT }: Variables) {
  if (NOTIFY_URL === undefined || NOTIFY_SECRET === undefined) return null;
  return { url: NOTIFY_URL, secrets: NOTIFY_SECRET_NEXT ? [NOTIFY_SECRET, NOTIFY_SECRET_NEXT] : [NOTIFY_SECRET] };
}

function toJwtConfig(vars: Variables): JwtConfig | null {
  const { JWT_JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = vars;
  if (jwksUrl === undefined || issuer === undefined || audience === undefined) return null;
  const { JWT_POLICY_CLAIM: policyClaim, JWT_DEFAULT_POLICY: defaultPolicy = null } = vars;
  return { jwksUrl, issuer, audience, policyClaim, defaultPolicy };
}

function findNeeded(env: unknown): ConfigProblem[] {
  const values = env as Readonly<Record<string, unknown>>;
  const missing = NEEDS.filter(([given, needed]) => typeof values[given] === "string" && values[needed] === undefined);
  return missing.map(([given, needed]) => ({ variable: needed, fault: `is missing: ${given} needs it.` }));
}

function describeIssue(issue: v.BaseIssue<unknown>): ConfigProblem {
  const variable = v.getDotPath(issue) ?? "env";
  return { variable, fault: issue.received === "undefined" ? "is missing." : issue.message };
}
