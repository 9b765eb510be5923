/** A safely repeatable call, made directly to GEN and retried within a budget of its own. Returns the answer's JSON. */
import { defaultAccount, type Isolate } from "../../context.ts";
import { parseJsonBytes } from "../../encoding/json.ts";
import { callGen } from "../../gen/client.ts";
import { readBody } from "../../gen/read-body.ts";
import { Deadline } from "../../resilience/deadline.ts";
import { GenCallFailed, toStepError } from "./call-failed.ts";
import { type GenOrder, toGenCall } from "./gen-order.ts";

const BUDGET_MS = 25_000;
const MAX_ANSWER_BYTES = 16 * 1_024 * 1_024;

/** `by`: the client that the call is made for. Throws `GenCallFailed`. */
export async function readGen(order: GenOrder, by: string, { config, clock, gen }: Isolate): Promise<unknown> {
  const endsAt = clock.now() + BUDGET_MS;
  const deadline = new Deadline({ endsAt, subrequests: config.maxSubrequests, signal: null });
  const account = defaultAccount(gen);
  const env = { config: config.gen, state: gen, account, by, requestId: null, deadline, clock, onAttempt() {} };
  const result = await callGen(toGenCall(order), env);
  switch (result.kind) {
    case "failure":
      throw new GenCallFailed(toStepError(result, order.operation));
    case "caller-gone":
    case "already-deleted":
      return null;
    case "answer":
      break;
  }
  if (result.response.status === 428) throw new GenCallFailed(CONFIRMATION_REQUIRED);
  if (result.body !== null) return parseJsonBytes(result.body);
  const read = await readBody(result.response.body, { maxBytes: MAX_ANSWER_BYTES, maxMs: BUDGET_MS, clock });
  if (read.kind === "too-long") read.rest.cancel().catch(() => {});
  if (read.kind !== "whole") throw new GenCallFailed({ code: "gen_unreachable", status: 502, retry: "yes" });
  return parseJsonBytes(read.bytes);
}

/** Only a person may confirm, never a machine. */
const CONFIRMATION_REQUIRED = {
  code: "gen_rejected_request",
  status: 428,
  retry: "no",
  genText: "GEN wants a person to confirm this.",
} as const;
