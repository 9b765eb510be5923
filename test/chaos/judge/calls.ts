/** What the state of a call means. */
import type { Call } from "./evidence.ts";

const OPEN = new Set(["accepted", "reserved", "sending", "collecting"]);

/** It has not ended, or what it has started is still looked for. */
export function isOpen(call: Call): boolean {
  return OPEN.has(call.state) || isLookedFor(call);
}

/** GEN said that it was done without naming what it has started, and the Worker looks for that. */
export function isLookedFor({ operation, state, jobs, isUntraced }: Call): boolean {
  return COSTLY.has(operation) && state === "settled" && jobs.length === 0 && !isUntraced;
}

/** The operations of the walk that cost credits. Each starts a job. */
export const COSTLY = new Set(["cells.generate", "cells.render", "user_jobs.create", "runs.create"]);
