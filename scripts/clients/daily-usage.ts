/** `usage`: asks the running Worker what a client has used today and this month. */
import * as v from "valibot";
import { askAsOperator } from "./ask-as-operator.ts";
import { CommandError, type Printout } from "./command-error.ts";
import { findEntry, nameOf } from "./find.ts";
import type { Place } from "./store.ts";

const Spending = v.object({ reserved: v.number(), spent: v.number() });
const Period = v.object({ charged_calls: Spending, credits: Spending });
const Answer = v.object({ day: v.string(), ...Period.entries, month: Period });

export async function showUsage(place: Place, nameOrId: string, worker: string): Promise<Printout> {
  const entry = await findEntry(place, nameOrId);
  const { id, kind, policy } = entry;
  if (kind === "policy") {
    throw new CommandError(
      `${nameOf(entry)} is for users' tokens, and each user is counted separately: GET /v1/usage shows a user's own usage.`,
    );
  }
  if (policy === null) throw new CommandError(`${nameOf(entry)} can't be read.`);
  const { day, month, ...today } = await askAsOperator({
    place,
    url: `${worker}/v1/usage?client=${id}`,
    name: "usage",
    answer: Answer,
  });
  const { chargesPerDay, creditsPerDay, chargesPerMonth, creditsPerMonth } = policy;
  const lines = [
    `${nameOf(entry)}, ${day} (UTC)`,
    `charged calls: ${describe(today.charged_calls, chargesPerDay)}`,
    `credits: ${describe(today.credits, creditsPerDay)}`,
    `this month, charged calls: ${describe(month.charged_calls, chargesPerMonth)}`,
    `this month, credits: ${describe(month.credits, creditsPerMonth)}`,
  ];
  return { out: lines.join("\n") };
}

function describe({ reserved, spent }: v.InferOutput<typeof Spending>, limit: number | undefined): string {
  const left = limit === undefined ? "no limit" : `${Math.max(0, limit - reserved - spent)} left of ${limit}`;
  return `${spent} spent, ${reserved} reserved, ${left}`;
}
