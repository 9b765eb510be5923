import type { Context } from "../context.ts";
import { readBody } from "../gen/read-body.ts";
import { ok, type Result, refused } from "./problem.ts";

/** A JSON body of a route of the Worker's own, within the budget; an empty one is `undefined`. */
export async function readJson(request: Request, ctx: Context, maxBytes: number): Promise<Result<unknown>> {
  const maxMs = ctx.deadline.remaining(ctx.clock.now());
  const read = await readBody(request.body, { maxBytes, maxMs, clock: ctx.clock });
  if (read.kind === "too-long") {
    read.rest.cancel().catch(() => {});
    return refused("body_too_large");
  }
  if (read.kind === "cut")
    return read.timedOut ? refused("request_timeout") : refused("bad_request", { reason: "body_cut" });
  if (read.bytes.byteLength === 0) return ok(undefined);
  try {
    return ok(JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(read.bytes)));
  } catch {
    return refused("bad_request", { reason: "body_not_json" });
  }
}
