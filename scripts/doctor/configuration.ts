/** Variables and secrets: on this machine by their values, at Cloudflare by their names. Values are never printed. Pure. */
import { PIPELINES } from "../../src/app/pipelines.ts";
import { SOURCES } from "../../src/app/webhooks.ts";
import { checkScheduleVariables } from "../../src/cron/schedule-variables.ts";
import { ConfigError, parseConfig, readPipelineVariables } from "../../src/env.ts";
import { checkMoneyVariables } from "../../src/money/check-variables.ts";
import { findMisspelt, isKnownVariable } from "../../src/variables.ts";
import { checkSecrets, toSecretNames } from "../../src/webhooks/source.ts";
import { selectVariables, type Variables } from "../local/dev-vars.ts";
import { type Finding, open, right, wrong } from "./finding.ts";

type Vars = Readonly<Record<string, unknown>>;

/** In place of the simulator's key. */
const ANY_KEY = "a key of the simulator".replaceAll(" ", "-");
const SECRETS_WITHOUT_VARIABLES = ["GEN_WEBHOOK_SECRET", "TICKET_SECRET"];

export function checkDevVars(devVars: Variables, exists: boolean): Finding {
  const name = ".dev.vars";
  if (!exists) return open(name, "There is none: `npm start` uses the simulator.", "cp .dev.vars.example .dev.vars");
  if (selectVariables(devVars, {}).isReal) return right(name, "It has GEN_API_KEY: `npm start` uses the real GEN.");
  return open(name, "GEN_API_KEY is empty: `npm start` uses the simulator.");
}

/** `vars`: those of wrangler.toml. As the Worker will read them. */
export function checkLocal(vars: Vars, devVars: Variables): Finding[] {
  const { isReal, variables } = selectVariables(devVars, {});
  const env = { ...vars, ...variables, ...(isReal ? {} : { GEN_API_KEY: ANY_KEY }) };
  const schedules = checkScheduleVariables(PIPELINES, readPipelineVariables(env));
  const misspelt = checkNames(Object.keys(env), schedules.read);
  try {
    parseConfig(env, (read) => [
      ...checkSecrets(SOURCES, read.sourceSecrets),
      ...schedules.problems,
      ...checkMoneyVariables(
        read,
        PIPELINES.map(({ name }) => name),
      ),
    ]);
    return [right("Configuration", "All variables and secrets can be read."), ...misspelt];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const toDo = "Mend it in .dev.vars, or under [vars] in wrangler.toml.";
    return [...error.problems.map((problem) => wrong("Configuration", problem, toDo)), ...misspelt];
  }
}

/** `secrets`: the names of those that the deployed Worker has. */
export function checkRemote(vars: Vars, secrets: readonly string[]): Finding[] {
  const has = (name: string) => secrets.includes(name) || Object.hasOwn(vars, name);
  const lacks = (name: string, why: string) =>
    wrong("Secrets", `${name} is missing${why}.`, `npx wrangler secret put ${name}`);
  const { read } = checkScheduleVariables(PIPELINES, readPipelineVariables(vars));
  return [
    has("GEN_API_KEY") ? right("Secrets", `There are ${secrets.join(", ")}.`) : lacks("GEN_API_KEY", ""),
    ...(has("NOTIFY_URL") && !has("NOTIFY_SECRET") ? [lacks("NOTIFY_SECRET", ": NOTIFY_URL needs it")] : []),
    ...(has("SETUP_TOKEN")
      ? [open("Secrets", "SETUP_TOKEN is set.", "Once the keys are made: npx wrangler secret delete SETUP_TOKEN")]
      : []),
    ...SECRETS_WITHOUT_VARIABLES.filter((name) => !has(name)).map((name) =>
      open("Secrets", `${name} is not set. docs/configuration.md says what it is for.`),
    ),
    ...checkNames([...secrets, ...Object.keys(vars)], read),
  ];
}

/** Names that resemble a known one, and that nothing reads. */
function checkNames(names: readonly string[], readByPipelines: readonly string[]): Finding[] {
  const read = [...Object.keys(SOURCES).flatMap(toSecretNames), ...readByPipelines];
  const unknown = names.filter((name) => !isKnownVariable(name, read));
  return findMisspelt(Object.fromEntries(unknown.map((name) => [name, ""])), read).map(({ variable, nearest }) =>
    wrong("Names", `Nothing reads ${variable}.`, `If ${nearest} is meant, rename it. Else remove it.`),
  );
}
