/** The answers of `/v1/clients`. */
import type { Changed } from "../../../clients/client-changes.ts";
import type { StoredEntry } from "../../../clients/stored-entry.ts";
import { describeTaken } from "../../../clients/taken.ts";
import { toIso } from "../../../encoding/time.ts";
import { NOT_FOUND, type Problem, refuse, refuseInvalid } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";

const RETRY_SECONDS = 5;

export function describeEntry({ kind, id, policy, createdAt }: StoredEntry): object {
  return { id, kind, ...policy, expiresAt: toTime(policy?.expiresAt), createdAt: toTime(createdAt) };
}

export function answerChange(changed: Changed, ctx: Context, status = 200): Response | Problem {
  switch (changed.kind) {
    case "done":
      return describeDone(changed, status);
    case "revoked":
      return new Response(null, { status: 204 });
    case "not-found":
      return NOT_FOUND;
    case "reused":
      return refuse("idempotency_key_reused");
    case "no-key":
      return refuseInput("id", "A policy has no key: users' tokens name it.");
    case "taken":
      return refuseInput("name", describeTaken(changed.name, changed.by));
    case "unavailable":
      return unavailable(changed.why, ctx);
  }
}

function describeDone(changed: Changed & { kind: "done" }, status: number): Response {
  const { entry, key, formerUntil, replayed } = changed;
  const body = {
    ...describeEntry(entry),
    ...(key === undefined ? {} : { key }),
    ...(formerUntil === undefined ? {} : { formerUntil: toTime(formerUntil) }),
  };
  const headers: Record<string, string> = {
    ...(status === 201 ? { location: `/v1/clients/${entry.id}` } : {}),
    ...(replayed && key !== undefined ? { "idempotent-replayed": "true" } : {}),
  };
  return Response.json(body, { status, headers });
}

/** What is wrong with the body, member by member. */
export function refuseMistakes(mistakes: readonly { readonly member: string; readonly message: string }[]): Problem {
  return refuseInvalid(mistakes.map(({ member: path, message }) => ({ path, message })));
}

export function refuseInput(member: string, message: string): Problem {
  return refuseMistakes([{ member, message }]);
}

/** KV could not be read or written. A repeat does no harm. */
export function unavailable(why: string, { log, requestId }: Context): Problem {
  log("warn", { message: "clients_unavailable", request_id: requestId, why });
  return { ...refuse("temporarily_unavailable"), retry: "yes", retryAfter: RETRY_SECONDS };
}

function toTime(at: number | null | undefined): string | null {
  return typeof at === "number" ? toIso(at) : null;
}
