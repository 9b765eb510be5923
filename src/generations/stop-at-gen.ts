/** Asks GEN once to stop a job. */
import { type Isolate, toAskEnvironment } from "../context.ts";
import { ask } from "../gen/ask.ts";
import type { Outcome } from "../gen/attempt.ts";
import type { Tracked } from "./state.ts";

export type Stopped =
  | { readonly kind: "stopped" }
  /** Final. */
  | { readonly kind: "not-stopped"; readonly why: "ended" | "another-call" | "unstoppable" }
  /** GEN did not stop it now. `askedMs`: the wait that GEN asked for, if any. */
  | { readonly kind: "turned-away"; readonly askedMs: number | null };

export function stopAtGen({ job: { kind, id }, agentId, account }: Tracked, isolate: Isolate): Promise<Outcome> {
  const [host, path] = kind === "run" ? (["agent", "/agent/runs"] as const) : (["api", "/generations"] as const);
  const body = JSON.stringify(agentId === null ? {} : { agent_id: agentId });
  const question = { host, path: `${path}/${encodeURIComponent(id)}/stop`, body, method: "POST" } as const;
  return ask({ ...question, alsoAnswers: [422] }, toAskEnvironment(isolate, account));
}

export function toStopped(tracked: Tracked | null): Stopped {
  return tracked?.status === "stopped" ? { kind: "stopped" } : { kind: "not-stopped", why: "ended" };
}
