import { readBody } from "../../gen/read-body.ts";
import { ok, type Result, refused } from "../../problems/problem.ts";
import type { Context } from "../context.ts";

/** Reads the body for one of the Worker's own routes, within the budget. */
export async function readBytes(
  request: Request,
  { clock, deadline }: Pick<Context, "clock" | "deadline">,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const read = await readBody(request.body, { maxBytes, maxMs: deadline.remaining(clock.now()), clock });
  switch (read.kind) {
    case "whole":
      return ok(read.bytes);
    case "too-long":
      read.rest.cancel().catch(() => {});
      return refused("body_too_large");
    case "cut":
      return read.timedOut ? refused("request_timeout") : refused("bad_request", { reason: "body_cut" });
  }
}
