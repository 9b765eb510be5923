/** Asks GEN once for the status of a job. */
import * as v from "valibot";
import { type Isolate, toAskEnvironment } from "../context.ts";
import { parseJson } from "../encoding/json.ts";
import { ask } from "../gen/ask.ts";
import { toShown } from "../gen/failure.ts";
import type { Host, Scope } from "../gen/operation.ts";
import type { Tracked, TrackerEvent } from "./state.ts";

/** A poll is a read. */
const PAUSE_GROUP: Scope = "read";
const Status = v.object({ status: v.string() });

export async function poll(tracked: Tracked, isolate: Isolate): Promise<TrackerEvent> {
  const { clock, gen } = isolate;
  const { host, path } = toAddress(tracked);
  const health = gen.health[host];
  const [by = ""] = tracked.owners;
  const attempting = { by, pauseGroup: PAUSE_GROUP };
  const permit = health.admit(clock.now(), attempting);
  if (permit === null) return failed(clock.now(), health.heldForMs(clock.now(), attempting));
  const outcome = await ask({ host, method: "GET", path }, toAskEnvironment(isolate, tracked.account));
  const at = clock.now();
  health.learn(permit, PAUSE_GROUP, toShown(outcome.kind === "failure" ? outcome.failure : null), at);
  if (outcome.kind === "failure" && outcome.failure.kind === "status") return failed(at, outcome.failure.retryAfterMs);
  const body = outcome.kind === "whole-answer" ? new TextDecoder().decode(outcome.body) : null;
  const parsed = v.safeParse(Status, body === null ? null : parseJson(body));
  return body === null || !parsed.success ? failed(at, null) : { kind: "seen", at, status: parsed.output.status, body };
}

function toAddress({ job, agentId }: Tracked): { host: Host; path: string } {
  const id = encodeURIComponent(job.id);
  switch (job.kind) {
    case "generation":
      return { host: "api", path: `/generations/${id}` };
    case "user_job":
      return {
        host: "api",
        path: `/user_jobs/${id}${agentId === null ? "" : `?agent_id=${encodeURIComponent(agentId)}`}`,
      };
    case "run":
      return { host: "agent", path: `/agent/runs/${id}` };
  }
}

function failed(at: number, retryAfterMs: number | null): TrackerEvent {
  return { kind: "failed", at, retryAfterMs };
}
