/** The tag of a call: whom or what its money is for, in the words of the caller or of its policy. GEN never gets it. */
import type { Policy } from "../access/policy.ts";
import { TAG } from "../budget-variables.ts";
import { isSpending, type Operation } from "../gen/operation.ts";
import { ok, type Result, refused } from "../problems/problem.ts";

/** `given`: the header `X-GenEdge-Tag`. Only what costs credits needs a tag. */
export function selectTag(
  given: string | null,
  operation: Pick<Operation, "charged" | "spendsLater">,
  { tag: fixed, tagRequired = false }: Pick<Policy, "tag" | "tagRequired">,
): Result<string | null> {
  if (given !== null && !TAG.test(given)) return refused("bad_request", { reason: "tag_malformed" });
  if (fixed !== undefined && given !== null && given !== fixed) return refused("bad_request", { reason: "tag_fixed" });
  const tag = fixed ?? given;
  if (tag === null && tagRequired && isSpending(operation)) return refused("bad_request", { reason: "tag_missing" });
  return ok(tag);
}
