/** Finds operations and types that a policy lists but its other bounds never allow: probably a mistake. Pure. */
import { type Policy, toAccount } from "../../access/policy.ts";
import { KNOWN_TYPES } from "../../bounds/generation-types.ts";
import { selectLimitDenial } from "../../bounds/limits.ts";
import { OPERATIONS, type OperationName } from "../../gen/operations.ts";
import { toSpending } from "../../money/spending.ts";
import type { Mistake } from "./part.ts";
import type { Naming } from "./policy-input.ts";

const WHY = "can never be used within the other bounds: what it costs can't be checked against them.";
/** Example requests whose charges can be counted, besides generation requests. */
const COUNTED = [null, '{"actions":[],"auto_regenerate":false}', '{"user_job_type":"text"}'];
/** The deployment's variables are left out: they change without the policy. */
const NO_VARIABLES = { budgets: [], prices: {} };

export function findClosed(policy: Policy, say: Naming): Mistake[] {
  const { operations = [], generationTypes: types = [] } = policy;
  const complain = (member: "operations" | "generationTypes", isFree: (policy: Policy, name: string) => boolean) => {
    return (name: string): Mistake[] => {
      if (isFree(policy, name)) return [];
      const isHelped = isFree({ ...policy, prices: { ...policy.prices, [name]: 0 } }, name);
      const hint = isHelped ? ` Name a price for it with ${say("prices")}.` : "";
      return [{ member, message: `${say(member)}: "${name}" ${WHY}${hint}` }];
    };
  };
  return [
    ...operations.flatMap(complain("operations", isOperationOpen)),
    ...types.flatMap(complain("generationTypes", isTypeOpen)),
  ];
}

function isOperationOpen(policy: Policy, name: string): boolean {
  return isOpen(policy, name, [...KNOWN_TYPES, ...(policy.generationTypes ?? [])]);
}

function isTypeOpen(policy: Policy, type: string): boolean {
  const names: OperationName[] = type === "render" ? ["cells.render"] : ["cells.generate", "layers.generate"];
  return names.some((name) => isOpen(policy, name, [type]));
}

/** Whether the policy allows any request for this operation. */
function isOpen(policy: Policy, name: string, types: readonly string[]): boolean {
  const operation = OPERATIONS.find((each) => each.name === name);
  if (operation === undefined) return false;
  const { models, maxDurationSeconds: duration, sheets } = policy;
  const data = { model: models?.[0], duration };
  const bodies = [...types.map((type) => JSON.stringify({ generation_type: type, data })), ...COUNTED];
  const intent = { params: { sheet: sheets?.[0] ?? "1" }, search: "", operation };
  const spender = { payer: "", policy, pipeline: null, tag: null, account: toAccount(policy), type: null };
  const spending = toSpending(spender, NO_VARIABLES);
  return bodies.some((json) => selectLimitDenial(policy, { ...intent, json }, spending) === null);
}
