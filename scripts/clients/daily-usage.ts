/**
 * `usage`: asks the running Worker, with an operator key that is created for this request, expires after a minute, and
 * is deleted afterwards. Whoever may manage clients may also see their usage.
 */
import * as v from "valibot";
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import type { Policy } from "../../src/access/policy.ts";
import { CommandError, type Printout } from "./command-error.ts";
import { findEntry, nameOf } from "./find.ts";
import { deleteEntry, type Place, putClient } from "./store.ts";

const LASTS_MS = 60_000;
const TIMEOUT_MS = 30_000;

const Spending = v.object({ reserved: v.number(), spent: v.number() });
const Answer = v.object({ day: v.string(), charged_calls: Spending, credits: Spending });
type Answer = v.InferOutput<typeof Answer>;

export async function showUsage(place: Place, nameOrId: string, worker: string): Promise<Printout> {
  const entry = await findEntry(place, nameOrId);
  const { id, kind, policy } = entry;
  if (kind === "policy") {
    throw new CommandError(
      `${nameOf(entry)} is for users' tokens, and each user is counted separately: GET /v1/usage shows a user's own usage.`,
    );
  }
  if (policy === null) throw new CommandError(`${nameOf(entry)} can't be read.`);
  const { chargesPerDay, creditsPerDay, maxCredits } = policy;
  if (chargesPerDay === undefined && creditsPerDay === undefined) {
    return { note: `${nameOf(entry)} has no quota: its calls are not counted.` };
  }
  const { day, charged_calls: calls, credits } = await askAsOperator(place, `${worker}/v1/usage?client=${id}`);
  const lines = [
    `${nameOf(entry)}, ${day} (UTC)`,
    `charged calls: ${describe(calls, chargesPerDay)}`,
    ...(creditsPerDay === undefined && maxCredits === undefined
      ? []
      : [`credits: ${describe(credits, creditsPerDay)}`]),
  ];
  return { out: lines.join("\n") };
}

function describe({ reserved, spent }: v.InferOutput<typeof Spending>, limit: number | undefined): string {
  const left = limit === undefined ? "no limit" : `${Math.max(0, limit - reserved - spent)} left of ${limit}`;
  return `${spent} spent, ${reserved} reserved, ${left}`;
}

async function askAsOperator(place: Place, url: string): Promise<Answer> {
  const key = createClientKey();
  const now = Date.now();
  const policy: Policy = {
    name: `usage-${key.id.toLowerCase()}`,
    scopes: ["operator"],
    agents: [],
    origins: [],
    expiresAt: now + LASTS_MS,
  };
  try {
    await putClient(place, { key, policy, createdAt: now });
    return await ask(url, formatClientKey(key));
  } finally {
    await deleteEntry(place, key.id);
  }
}

async function ask(url: string, key: string): Promise<Answer> {
  const { origin } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, { headers: { "x-api-key": key }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new CommandError(
      `The Worker at ${origin} can't be reached. Start it with npm start, or name it with --worker.`,
    );
  }
  const answer = v.safeParse(Answer, await response.json().catch(() => null));
  if (answer.success) return answer.output;
  throw new CommandError(
    `${origin} answered with ${response.status}. Is it this Worker, and does it use these clients (--remote, --persist-to)?`,
  );
}
