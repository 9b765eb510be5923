import * as v from "valibot";
import { isJson, parseJson } from "../../encoding/json.ts";
import { decodeUtf8 } from "../../encoding/utf8.ts";
import { ok, type Result, refused } from "../../problems/problem.ts";
import type { ReasonCode } from "../../problems/reasons.ts";
import type { Context } from "../context.ts";
import { readBytes } from "./read-bytes.ts";

const MAX_ORDER_BYTES = 4_096;

/** Reads a JSON body for one of the Worker's own routes, within the budget. An empty body is `undefined`. */
export async function readJson(request: Request, ctx: Context, maxBytes: number): Promise<Result<unknown>> {
  const body = await readBytes(request, ctx, maxBytes);
  if (!body.ok) return body;
  if (body.value.byteLength === 0) return ok(undefined);
  const text = decodeUtf8(body.value);
  return text === null || !isJson(text) ? refused("bad_request", { reason: "body_not_json" }) : ok(parseJson(text));
}

/** Reads a small JSON body of a fixed form. `reason`: why another is refused. */
export async function readOrder<Schema extends v.GenericSchema>(
  request: Request,
  ctx: Context,
  { schema, reason }: { readonly schema: Schema; readonly reason: ReasonCode },
): Promise<Result<v.InferOutput<Schema>>> {
  const body = await readJson(request, ctx, MAX_ORDER_BYTES);
  if (!body.ok) return body;
  const parsed = v.safeParse(schema, body.value);
  return parsed.success ? ok(parsed.output) : refused("bad_request", { reason });
}
