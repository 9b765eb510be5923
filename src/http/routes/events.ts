/** `GET /v1/generations/:id/events`: progress as Server-Sent Events. */
import type { Client } from "../../access/policy.ts";
import type { Context } from "../../context.ts";
import { toSubjectName } from "../../generations/subject.ts";
import { NOT_FOUND, refuse } from "../problem.ts";
import { toProblemResponse } from "../problem-response.ts";

/** The same life under three names: whichever of them the id is tracked as. */
const KINDS = ["generation", "user_job", "run"] as const;

export async function watchGeneration(
  request: Request,
  ctx: Context,
  { client, id }: { client: Client; id: string },
): Promise<Response> {
  const language = request.headers.get("accept-language");
  ctx.event.ids = { generation: id };
  if (request.method !== "GET" && request.method !== "HEAD") {
    return toProblemResponse(refuse("method_not_allowed", { headers: { allow: "GET, HEAD, OPTIONS" } }), ctx, language);
  }
  if (!client.policy.scopes.includes("read")) return toProblemResponse(refuse("scope_required"), ctx, language);
  for (const kind of KINDS) {
    const tracker = ctx.env.GENERATIONS.getByName(toSubjectName({ kind, id }));
    const view = await tracker.view();
    if (view === null) continue;
    if (client.policy.agents !== "*" && !view.owners.includes(client.id)) break;
    if (request.method === "HEAD") return new Response(null, { headers: { "content-type": "text/event-stream" } });
    const stream = await tracker.fetch(request);
    return stream.status === 429
      ? toProblemResponse(refuse("too_many_watchers"), ctx, language)
      : new Response(stream.body, stream);
  }
  return toProblemResponse(NOT_FOUND, ctx, language);
}
