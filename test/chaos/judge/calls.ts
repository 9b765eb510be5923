/** What the state of a call means. */
import type { Call, Charge } from "./evidence.ts";

const OPEN = new Set(["accepted", "reserved", "sending", "collecting"]);

/** It has not ended, or what it has started is still looked for. */
export function isOpen(call: Call): boolean {
  return OPEN.has(call.state) || isLookedFor(call);
}

/** GEN said that it was done without naming what it has started, and the Worker looks for that. */
export function isLookedFor({ operation, state, jobs, isUntraced }: Call): boolean {
  return COSTLY.has(operation) && state === "settled" && jobs.length === 0 && !isUntraced;
}

/** Starts no job of its own: it is charged once more for one that was stopped. */
export const CONTINUE = "generations.continue";

/** The operations of the walk that cost credits. Each starts a job, or continues one. */
export const COSTLY = new Set(["cells.generate", "cells.render", "user_jobs.create", "runs.create", CONTINUE]);

/** What was bought: a job, or that it goes on. Both have the job's id, and a charge each. */
export function toPurchase({ operation, job }: Pick<Charge, "operation" | "job">): string {
  return operation === CONTINUE ? `${job}, continued` : job;
}

export function toPurchases({ operation, jobs }: Pick<Call, "operation" | "jobs">): string[] {
  return jobs.map(({ id }) => toPurchase({ operation, job: id }));
}
