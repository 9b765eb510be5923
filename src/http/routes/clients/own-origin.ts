import { type Problem, refuse } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";

/** Refuses a browser on any page but the Worker's own. Programs send no `Origin`. */
export function refuseForeignOrigin({ headers }: Request, { url }: Context): Problem | null {
  const origin = headers.get("origin");
  return origin === null || origin === url.origin ? null : refuse("origin_not_allowed", { reason: "own_origin_only" });
}
