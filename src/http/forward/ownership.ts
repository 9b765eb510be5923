/** What a client owns. An id does not tell its owner, so the ids in answers to a client's own calls are recorded. */
import { type Client, reachesOwnOnly } from "../../access/policy.ts";
import { findConversation } from "../../bounds/conversation-id.ts";
import { parseJson } from "../../encoding/json.ts";
import type { GenCall } from "../../gen/client.ts";
import type { Operation } from "../../gen/operation.ts";
import type { OperationName } from "../../gen/operations.ts";
import { findMade, selectNames } from "../../generations/belongings.ts";
import { toTrackerName } from "../../generations/tracked-job.ts";
import { reach } from "../../objects/gate.ts";
import { NOT_FOUND, type Problem, refuse } from "../../problems/problem.ts";
import type { RequestBody } from "../body/request-body.ts";
import type { Context } from "../context.ts";

interface Asking {
  readonly ctx: Context;
  readonly client: Client;
}

/** Whether the client's own calls made what the path names; null when this need not be checked. */
export async function ownsNamed(
  { operation, params }: { operation: Operation; params: Readonly<Record<string, string>> },
  asking: Asking,
): Promise<boolean | null> {
  const names = reachesOwnOnly(asking.client) ? selectNames(operation, params) : null;
  return names && isOwn(names.map(toTrackerName), asking);
}

/** A conversation that a request continues must be the client's own, like one in a path. */
export async function checkConversations(
  { operation, search, body }: { operation: Operation; search: string; body: RequestBody },
  asking: Asking,
): Promise<Problem | null> {
  if (operation.host !== "agent" || !reachesOwnOnly(asking.client)) return null;
  if (body.kind === "large") return refuse("body_too_large");
  if (body.kind === "kept" && body.mediaType === "multipart") return refuse("unsupported_media_type");
  const found = findConversation({ search, ...toTexts(body) });
  if (found.kind === "none") return null;
  const own = found.kind === "named" && (await isOwn([toTrackerName({ ...found, kind: "conversation" })], asking));
  return own ? null : NOT_FOUND;
}

function toTexts(body: RequestBody): { form: string; json: string | null } {
  if (body.kind !== "kept") return { form: "", json: null };
  return body.mediaType === "json"
    ? { form: "", json: body.text }
    : { form: new TextDecoder().decode(body.bytes), json: null };
}

async function isOwn(names: readonly string[], { ctx, client }: Asking): Promise<boolean> {
  const found = await Promise.all(names.map((name) => ctx.objects.GENERATIONS.getByName(name).isOwnedBy(client.id)));
  return found.includes(true);
}

/** The only operation that makes something with an owner and is not a durable call. */
const POSTING: OperationName = "posts.create";

/** Records the owner of what the call made, before the caller learns the id. */
export async function recordMade(response: Response, call: GenCall, { ctx, client }: Asking): Promise<void> {
  const { operation, search, body } = call;
  if (!response.ok || operation.name !== POSTING) return;
  const making = { operation: POSTING, search, body: body.kind === "bytes" ? body.bytes : null };
  for (const made of findMade(making, parseJson(await response.clone().text()))) {
    await reach(ctx.objects.GENERATIONS.getByName(toTrackerName(made)).own(client.id), ctx);
  }
}
