import type { Policy } from "../../../access/policy.ts";
import { checkPolicy } from "../../../clients/policy/parse-policy.ts";
import { readPolicyInput } from "../../../clients/policy/read-policy-input.ts";
import { failed, ok, type Result } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { refuseMistakes } from "./describe-client.ts";

/** The policy in a body, by the rules of `npm run clients`. All mistakes are named together. */
export function readPolicy(value: unknown, holder: "key" | "users", { clock }: Context): Result<Policy> {
  const { input, mistakes } = readPolicyInput(value);
  const checked = checkPolicy(input, { now: clock.now(), holder, say: (member) => member });
  const all = [...mistakes, ...(checked.ok ? [] : checked.mistakes)];
  return checked.ok && all.length === 0 ? ok(checked.policy) : failed(refuseMistakes(all));
}
