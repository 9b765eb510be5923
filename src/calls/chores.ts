import { toAccountName } from "../access/quota.ts";
import { ring } from "../generations/ring.ts";
import { toSubjectName } from "../generations/subject.ts";
import { getIsolate } from "../isolate.ts";
import type { Notification } from "../webhooks/notification.ts";
import { notify } from "../webhooks/notify.ts";
import type { CallRecord, Chore } from "./record.ts";
import type { CallState } from "./state.ts";

/**
 * What a state leaves behind to be done: following what was started and recording whose it is, stopping what was cancelled, listing what is
 * unknown for an operator, telling of it. Each can be done twice without harm; throws when it could not be done.
 */
export async function carryOut(
  chore: Chore,
  { submission, subjects, made = [], closings, state }: CallRecord,
  env: Env,
  now: number,
): Promise<void> {
  const { callId, clientId, agentId, operation, account, listener } = submission;
  const reopens = operation === "generations.continue";
  const unknown = env.UNKNOWN_CALLS.getByName("all");
  switch (chore) {
    case "follow":
      for (const subject of subjects) {
        const tracker = env.GENERATIONS.getByName(toSubjectName(subject));
        await tracker.begin({ subject, clientId, agentId, account, callId, reopens, listener });
      }
      for (const each of made) await env.GENERATIONS.getByName(toSubjectName(each)).own(clientId);
      return;
    case "tell":
      return listener ? ring(listener, env) : undefined;
    case "stop":
      for (const subject of subjects) await env.GENERATIONS.getByName(toSubjectName(subject)).stop(callId);
      return;
    case "list":
      return unknown.add({ callId, clientId, operation, at: now });
    case "account":
      for (const { day, epoch, spent } of closings) {
        await env.ACCOUNTS.getByName(toAccountName(clientId, day)).close({ callId, epoch }, spent);
      }
      return;
    case "unlist":
      return unknown.remove(callId);
    case "notify":
      // Otherwise a person has looked already.
      if (state.kind === "unknown") await notify(getIsolate(env), toUnknown(submission, state));
      return;
  }
}

type UnknownState = Extract<CallState, { kind: "unknown" }>;

function toUnknown(
  { callId, clientId, operation }: CallRecord["submission"],
  { epoch, at }: UnknownState,
): Notification {
  const data = { call_id: callId, client_id: clientId, operation, at: new Date(at).toISOString() };
  return { type: "call.unknown", about: `${callId} ${epoch}`, at, data };
}
