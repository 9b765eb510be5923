import { ClientDirectory } from "./access/client-directory.ts";
import { FailedAttempts } from "./access/failed-attempts.ts";
import { JwtVerifier } from "./access/jwt.ts";
import { ActivityDays } from "./activity/activity-days.ts";
import { Traffic } from "./activity/traffic.ts";
import { PIPELINES } from "./app/pipelines.ts";
import { SOURCES } from "./app/webhooks.ts";
import { checkScheduleVariables } from "./cron/schedule-variables.ts";
import { type Config, ConfigError, type MoreChecks, parseConfig, readPipelineVariables } from "./env.ts";
import { GenAccount } from "./gen/account.ts";
import { listKeys } from "./gen/config.ts";
import type { HttpIsolate } from "./http/context.ts";
import { ChargesGate } from "./money/charges-gate.ts";
import { checkMoneyVariables } from "./money/check-variables.ts";
import { toBudgetThreshold } from "./notifications/budget-threshold.ts";
import { toLedgerMismatch } from "./notifications/ledger-mismatch.ts";
import { notify } from "./notifications/notify.ts";
import { openGate } from "./objects/gate.ts";
import { atMostEvery } from "./observability/at-most-every.ts";
import { createConsoleLog } from "./observability/log.ts";
import { Translations } from "./problems/translations.ts";
import { systemClock } from "./resilience/clock.ts";
import { HostHealth } from "./resilience/host-health.ts";
import { findMisspelt, readSetupToken } from "./variables.ts";
import { DeliveryLog } from "./webhooks/incoming/delivery-log.ts";
import { checkSecrets, toSecretNames } from "./webhooks/source.ts";

/** Used when the configuration is invalid: such an isolate answers requests, but calls nobody. */
const NO_CONFIG = { GEN_API_KEY: "not-configured" };

/** A Worker that is not configured says so in the log this often, however many requests it gets. */
const FAULT_LOG_MS = 60_000;

let isolate: HttpIsolate | undefined;

/** Created at the first event. The Worker and the Durable Objects in one isolate share it. */
export function getIsolate(env: Env): HttpIsolate {
  isolate ??= createIsolate(env);
  return isolate;
}

function createIsolate(env: Env): HttpIsolate {
  const schedules = checkScheduleVariables(PIPELINES, readPipelineVariables(env));
  const made = makeIsolate(env, (read) => [
    ...checkSecrets(SOURCES, read.sourceSecrets),
    ...schedules.problems,
    ...checkMoneyVariables(
      read,
      PIPELINES.map(({ name }) => name),
    ),
  ]);
  const known = [...Object.keys(SOURCES).flatMap(toSecretNames), ...schedules.read];
  for (const misspelt of findMisspelt(env, known)) made.log("warn", { message: "unknown_variable", ...misspelt });
  return made;
}

function makeIsolate(env: Env, check: MoreChecks): HttpIsolate {
  try {
    return build(parseConfig(env, check), env, null);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return build(parseConfig(NO_CONFIG), env, error);
  }
}

/**
 * Values to redact from log lines. Of a signing secret, the part after `whsec_`, so that it is found with and without
 * the prefix.
 */
function toSecrets(
  { gen, notify, sourceSecrets, webhooks, ticketSecret }: Config,
  setupToken: string | null,
): string[] {
  const own = [webhooks?.secret, ticketSecret, setupToken].filter((secret) => typeof secret === "string");
  const signing = [...Object.values(sourceSecrets), ...(notify?.secrets ?? [])];
  return [...listKeys(gen), ...own, ...signing.map((secret) => secret.replace(/^whsec_/, ""))];
}

function build(config: Config, env: Env, fault: ConfigError | null): HttpIsolate {
  const health = () => new HostHealth(config.gen.attemptTimeoutMs);
  const setupToken = readSetupToken(env);
  const log = createConsoleLog(toSecrets(config, setupToken));
  const accounts = Object.entries(config.gen.keys).map(
    ([name, keys]) => [name, new GenAccount(name, keys, log)] as const,
  );
  const objects = openGate(env, systemClock);
  const activity = { objects, clock: systemClock, shards: config.activityShards };
  const logFault = () => log("error", { message: "not_configured", problems: fault?.problems });
  return {
    fault: fault && { error: fault, report: atMostEvery(FAULT_LOG_MS, systemClock, logFault) },
    env,
    objects,
    config,
    clock: systemClock,
    log,
    gen: { health: { api: health(), agent: health(), "agent-core": health() }, accounts: new Map(accounts) },
    charges: new ChargesGate({ config, objects, clock: systemClock, log }),
    clients: new ClientDirectory(env.CLIENTS, systemClock),
    failures: new FailedAttempts(env.RATE_FAILED, systemClock),
    texts: new Translations(env.ASSETS, systemClock, log),
    setup: setupToken === null ? null : { token: setupToken, isOver: false },
    activity: new ActivityDays(activity),
    traffic: new Traffic(activity),
    pipelines: PIPELINES,
    sources: SOURCES,
    incoming: new DeliveryLog(systemClock),
    tellReached: (reached) => notify({ objects, config }, toBudgetThreshold(reached, systemClock.now())),
    tellMismatch: (mismatch) => notify({ objects, config }, toLedgerMismatch(mismatch, systemClock.now())),
    jwts: config.jwt && new JwtVerifier(config.jwt, systemClock),
  };
}
