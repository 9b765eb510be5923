/** GETs of clients and of operators. */
import { ASKING } from "../world.ts";
import { type Act, type Actor, AGENT, CELLS, SHEET } from "./actor.ts";

const PATHS = [
  "/v1/agents/42",
  "/v1/me",
  `${SHEET}?${AGENT}`,
  `${SHEET}/rows?${AGENT}`,
  `${SHEET}/generations?${AGENT}`,
  "/v1/usage",
  "/pipelines",
  "/",
];
const OPERATORS_PATHS = [
  "/health",
  "/v1/calls",
  "/v1/calls?state=open",
  "/v1/calls?state=unknown",
  "/activity",
  "/notifications?state=waiting",
  "/deliveries",
  "/pipelines/idea-to-video/runs",
  "/audit",
];

export const read: Act = ({ random, world, ask }) => {
  const client = world.clients[random.pick(ASKING)];
  const method = random.weighted([
    [9, "GET"],
    [1, "HEAD"],
  ] as const);
  return ask({ kind: "GETs", client, method, target: random.pick(PATHS) });
};

export const readJob: Act = (actor) => {
  const client = actor.world.clients[actor.random.pick(ASKING)];
  return actor.ask({ kind: "GETs", client, method: "GET", target: `/v1/generations/${pickJob(actor)}` });
};

export const operate: Act = ({ random, world, ask }) =>
  ask({ kind: "operators' GETs", client: world.clients.operator, method: "GET", target: random.pick(OPERATORS_PATHS) });

/** Edits cost nothing. A row is made under a key, which is sent twice. */
export const edit: Act = async ({ number, random, world, ask }) => {
  const client = world.clients[random.pick(ASKING)];
  if (random.chance(0.7)) {
    const target = `${SHEET}/cells/${random.pick(CELLS)}?${AGENT}`;
    const body = JSON.stringify({ spreadsheet_cell: { value: `Edit ${number}` } });
    return ask({ kind: "edits", client, method: "PATCH", target, body });
  }
  const headers = { "idempotency-key": `row-${number}` };
  const row = { kind: "edits", client, method: "POST", target: `${SHEET}/rows?${AGENT}`, headers, body: "{}" };
  await ask(row);
  return ask(row);
};

/** GEN tells of a job that has changed, twice at once: about any job, perhaps one that is long known. */
export const tellOfJob: Act = (actor) => {
  const { ask, world } = actor;
  const body = JSON.stringify({ generation: { id: pickJob(actor), status: "processing" } });
  const told = { kind: "webhooks of GEN", client: null, method: "POST", target: world.genWebhook, body } as const;
  return Promise.all([ask(told), ask(told)]);
};

function pickJob({ random, world }: Actor): number {
  const share = random.next();
  const jobs = world.gen.control.ledger().charges.flatMap(({ generation_id }) => generation_id ?? []);
  return jobs[Math.floor(share * jobs.length)] ?? 9_000;
}
