/** Opens a failed or stopped run for its next play, once, however often that is asked for at once. */
import type { Client } from "../../access/policy.ts";
import type { Isolate } from "../../context.ts";
import type { Reran } from "../protocol.ts";
import type { RunReport } from "../run-record.ts";
import { planRerun } from "./rerun-plan.ts";
import { isRerunnable, type RerunStore } from "./rerun-store.ts";
import type { RunsStore } from "./runs-store.ts";

interface Rooms {
  readonly store: RunsStore;
  readonly reruns: RerunStore;
  readonly isolate: Isolate;
}

interface Wish {
  readonly id: string;
  readonly by: Client;
  /** How soon its Workflow must have begun. */
  readonly graceMs: number;
}

/** Null when there is no such run. */
export async function rerun({ id, by, graceMs }: Wish, { store, reruns, isolate }: Rooms): Promise<Reran | null> {
  const run = store.run(id);
  if (run === null) return null;
  if (run.state === "stopping") return { kind: "stopping" };
  if (!isRerunnable(run.state)) return { kind: "known", run };
  const kept = reruns.keptSteps(id);
  const plans = await planRerun(run, (step) => kept.has(step), isolate);
  const now = store.run(id);
  // Another request was faster.
  if (now !== null && (now.reruns !== run.reruns || now.state !== run.state)) return { kind: "known", run: now };
  const unsettled = plans.filter(({ fate }) => fate.kind === "unsettled");
  if (unsettled.length > 0) return { kind: "unsettled", steps: unsettled };
  reruns.restart(id, plans, isolate.clock.now() + graceMs);
  // Whoever runs it again, its starter pays: within what that client may do now, if it is the one who asks.
  if (paysFor(by, run)) store.setTerms(id, { client: by, tag: by.policy.tag ?? run.terms?.tag ?? null });
  return { kind: "started", run: store.run(id) ?? run };
}

function paysFor({ id }: Client, { trigger }: RunReport): boolean {
  return trigger.kind === "manual" && trigger.clientId === id;
}
