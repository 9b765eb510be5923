import type { Policy } from "../../src/access/policy.ts";
import { bold, cyan, dim, green, yellow } from "./style.ts";

interface WelcomeFacts {
  readonly url: string;
  /** The simulator's addresses, or the hosts that are GEN. */
  readonly gen: { readonly api: string; readonly control: string } | { readonly hosts: readonly string[] };
  readonly client: Policy;
  readonly key: string;
  readonly operatorKey: string;
}

/** What `npm start` prints when everything runs: addresses, the key, and commands to paste. */
export function renderWelcome({ url, gen, client, key, operatorKey }: WelcomeFacts): string {
  const { name, scopes, origins } = client;
  const [simulator, hosts] = "hosts" in gen ? [null, gen.hosts] : [gen, []];
  return [
    "",
    simulator
      ? green(bold("SIMULATOR: no real GEN, no real money."))
      : yellow(bold(`REAL GEN: calls go to ${hosts.join(", ")} with the key in .dev.vars and can spend real credits.`)),
    simulator
      ? "For the real GEN put GEN_API_KEY into .dev.vars (see .dev.vars.example)."
      : "For the simulator remove GEN_API_KEY from .dev.vars.",
    "",
    `  Worker      ${bold(url)}`,
    `  API page    ${url}/docs`,
    `  Console     ${url}/console`,
    `              operator’s key  ${operatorKey}`,
    ...(simulator ? [`  Simulator   ${simulator.api}`, `  Faults      ${simulator.control}`] : []),
    `  Client key  ${key}`,
    dim(`              client "${name}": scopes ${scopes.join(", ")}; all agents; origins ${origins.join(", ")}`),
    "",
    "Paste into another terminal:",
    "",
    ...[
      `export GEN_EDGE=${url} KEY=${key} OPERATOR_KEY=${operatorKey}`,
      ...(simulator ? simulatorLines(simulator.control) : REAL_LINES),
    ].map((line) => `  ${cyan(line)}`),
    "",
    dim("What the Worker logs follows. Ctrl-C stops everything."),
  ].join("\n");
}

const GENERATE = `curl -X POST "$GEN_EDGE/v1/vidsheet/sheet_123/cells/cell_31/generate?agent_id=agent_456" -H "X-API-Key: $KEY" -H "Content-Type: application/json" -H "Idempotency-Key: first-$RANDOM" -d '{"generation_type":"text","data":{"prompt":"A first line for a cooking video"}}'`;
const SHEET = `curl -i "$GEN_EDGE/v1/vidsheet/sheet_123?agent_id=agent_456" -H "X-API-Key: $KEY"`;
const WATCH = `curl -N "$GEN_EDGE/v1/generations/<generation_id>/events" -H "X-API-Key: $KEY"   # the id is in the answer`;
const PIPELINE = `curl -i -X POST "$GEN_EDGE/pipelines/idea-to-video/runs" -H "X-API-Key: $KEY" -d '{"agent_id":42,"sheet":101,"cells":{"Script":"Bread"},"generate":{"Video":{"generation_type":"video_from_text","data":{"prompt":"A film of {{Script}}"}}}}'   # then fetch its Location`;

function simulatorLines(control: string): string[] {
  return [
    SHEET,
    `curl -X POST ${control}/faults -d '{"rules":[{"outcomes":[{"status":503},"reset"]}]}'   # GEN fails twice; then fetch the sheet again`,
    GENERATE,
    WATCH,
    PIPELINE,
    `curl -i "$GEN_EDGE/v1/vidsheet/nothing?agent_id=agent_456" -H "X-API-Key: $KEY" -H "Accept-Language: ja"   # an error, in Japanese`,
  ];
}

/** Reads only: nothing here spends credits. */
const REAL_LINES = [
  `curl -i "$GEN_EDGE/v1/me" -H "X-API-Key: $KEY"`,
  `curl -i "$GEN_EDGE/v1/agents" -H "X-API-Key: $KEY"`,
  `curl -i "$GEN_EDGE/v1/vidsheet/1?agent_id=1" -H "X-API-Key: $KEY" -H "Accept-Language: ja"   # an error, in Japanese`,
];
