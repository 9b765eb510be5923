import * as v from "valibot";
import type { Json } from "../../encoding/json.ts";
import { parseJson } from "../../encoding/json.ts";
import type { Generation } from "../run.ts";

const Body = v.object({
  status: v.string(),
  result: v.optional(v.unknown()),
  failed_reason: v.nullish(v.string()),
  output_resources: v.nullish(v.array(v.object({ url: v.nullish(v.string()) }))),
});

/** Parses a generation from GEN's JSON, as its tracker stores it. */
export function parseGeneration(
  id: string,
  text: string | null,
): Generation & { readonly failedReason: string | null } {
  const parsed = v.safeParse(Body, text === null ? null : parseJson(text));
  if (!parsed.success) return { id, status: "unknown", result: null, urls: [], failedReason: null };
  const { status, result, failed_reason, output_resources } = parsed.output;
  return {
    id,
    status,
    result: (result ?? null) as Json,
    urls: (output_resources ?? []).flatMap(({ url }) => url ?? []),
    failedReason: failed_reason ?? null,
  };
}
