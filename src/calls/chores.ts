import { ring } from "../generations/ring.ts";
import { toSubjectName } from "../generations/subject.ts";
import type { CallRecord, Chore } from "./record.ts";

/**
 * What a state leaves behind to be done: following what was started, stopping what was cancelled, listing what is
 * unknown for an operator. Each can be done twice without harm; throws when it could not be done.
 */
export async function carryOut(
  chore: Chore,
  { submission, subjects }: CallRecord,
  env: Env,
  now: number,
): Promise<void> {
  const { callId, clientId, agentId, operation, listener } = submission;
  const reopens = operation === "generations.continue";
  const unknown = env.UNKNOWN_CALLS.getByName("all");
  switch (chore) {
    case "follow":
      for (const subject of subjects) {
        const tracker = env.GENERATIONS.getByName(toSubjectName(subject));
        await tracker.begin({ subject, clientId, agentId, callId, reopens, listener });
      }
      return;
    case "tell":
      return listener ? ring(listener, env) : undefined;
    case "stop":
      for (const subject of subjects) await env.GENERATIONS.getByName(toSubjectName(subject)).stop();
      return;
    case "list":
      return unknown.add({ callId, clientId, operation, at: now });
    case "unlist":
      return unknown.remove(callId);
  }
}
