/**
 * `npm run webhook:register -- --agent 42 --worker https://…`: registers the Worker at GEN, through the Worker, as the
 * receiver of an agent's webhooks, and has GEN send a test. Exit codes: 0 GEN reached it, 1 failure, 2 wrong usage.
 */
import { createGenToken } from "../src/webhooks/gen-token.ts";
import { readArguments, runCommand } from "./terminal/command-line.ts";

const USAGE = `Registers the Worker at GEN as the receiver of an agent's webhooks, and has GEN send a test.

  npm run webhook:register -- --agent <id> --worker <url> [--version <n>] [--off]

  --agent    the agent at GEN
  --worker   the address of the deployed Worker: https://gen-edge.example.workers.dev
  --version  the version of the token: the Worker's GEN_WEBHOOK_VERSION. Default: 1
  --off      removes the webhook

  GEN_EDGE_KEY        in the environment: a client key with the scope admin for the agent (npm run clients -- add …)
  GEN_WEBHOOK_SECRET  in the environment: the same secret as the Worker's; not needed with --off
`;

/** The same minimum as in the Worker. */
const MIN_SECRET = 16;

const OPTIONS = {
  agent: { type: "string" },
  worker: { type: "string" },
  version: { type: "string" },
  off: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

process.exitCode = await runCommand(() => main(process.argv.slice(2)));

async function main(args: string[]): Promise<number> {
  const { values } = readArguments(args, { command: "npm run webhook:register", options: OPTIONS });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { agent = "", worker = "", version = "1", off = false } = values;
  const { GEN_EDGE_KEY: key = "", GEN_WEBHOOK_SECRET: secret = "" } = process.env;
  const mistakes = findMistakes({ agent, worker, version, key, secret: off ? null : secret });
  if (mistakes.length > 0) {
    console.error(`${mistakes.join("\n")}\n\n${USAGE}`);
    return 2;
  }
  const base = worker.replace(/\/+$/, "");
  const url = off ? null : `${base}/webhooks/gen/${agent}/${await createGenToken(secret, agent, Number(version))}`;
  return register({ base, key, agent, url });
}

interface Given {
  readonly agent: string;
  readonly worker: string;
  readonly version: string;
  readonly key: string;
  /** Null: not needed. */
  readonly secret: string | null;
}

function findMistakes({ agent, worker, version, key, secret }: Given): string[] {
  const checks: [boolean, string][] = [
    [/^[A-Za-z0-9_-]{1,64}$/.test(agent), "--agent must be an agent's id, like 42."],
    [isAddress(worker), "--worker must be the Worker's address, like https://gen-edge.example.workers.dev."],
    [/^[1-9]\d{0,5}$/.test(version), "--version must be a whole number, at least 1."],
    [key !== "", "GEN_EDGE_KEY is not set."],
    [secret === null || secret.length >= MIN_SECRET, `GEN_WEBHOOK_SECRET must have at least ${MIN_SECRET} characters.`],
  ];
  return checks.filter(([isRight]) => !isRight).map(([, mistake]) => mistake);
}

/** An http(s) origin: no path, query or credentials. */
function isAddress(text: string): boolean {
  const url = URL.parse(text.replace(/\/+$/, ""));
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/+$/, "");
}

interface Registration {
  readonly base: string;
  readonly key: string;
  readonly agent: string;
  readonly url: string | null;
}

async function register({ base, key, agent, url }: Registration): Promise<number> {
  const config = `${base}/v1/agents/${encodeURIComponent(agent)}/automation_config`;
  const set = await ask("PATCH", config, key, { automation_config: { webhook_url: url } });
  if (!set.ok) return fail("GEN did not accept the address.", set.text);
  if (url === null) {
    console.log(`GEN no longer sends webhooks of agent ${agent}.`);
    return 0;
  }
  const tried = await ask("POST", `${config}/test_webhook`, key);
  if (!tried.ok || !isSuccess(tried.text)) return fail("GEN accepted the address but could not reach it.", tried.text);
  console.log(`GEN now sends agent ${agent}'s webhooks to the Worker, and its test webhook has arrived.`);
  return 0;
}

async function ask(method: string, url: string, key: string, body?: unknown): Promise<{ ok: boolean; text: string }> {
  try {
    const response = await fetch(url, {
      method,
      headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { ok: response.ok, text: await response.text() };
  } catch (error) {
    return { ok: false, text: String(error) };
  }
}

function isSuccess(text: string): boolean {
  try {
    return JSON.parse(text).success === true;
  } catch {
    return false;
  }
}

function fail(what: string, answer: string): number {
  console.error(`${what}\n${answer}`);
  return 1;
}
