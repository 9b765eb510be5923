/** Finds operations and types that a policy lists but its other bounds never allow: probably a mistake. Pure. */

import type { Policy } from "../../access/policy.ts";
import { KNOWN_TYPES } from "../../bounds/generation-types.ts";
import { selectLimitDenial } from "../../bounds/limits.ts";
import { OPERATIONS, type OperationName } from "../../gen/operations.ts";
import type { Mistake } from "./part.ts";
import type { Naming } from "./policy-input.ts";

const WHY = "can never be used within the other bounds: what it costs can't be checked against them.";
/** Example requests whose charges can be counted, besides generation requests. */
const COUNTED = [null, '{"actions":[],"auto_regenerate":false}', '{"user_job_type":"text"}'];

export function findClosed(policy: Policy, say: Naming): Mistake[] {
  const { operations = [], generationTypes: types = [] } = policy;
  const closed = OPERATIONS.filter(
    ({ name }) => operations.includes(name) && !isOpen(policy, name, [...KNOWN_TYPES, ...types]),
  );
  const generating = types.filter((type) => {
    const names: OperationName[] = type === "render" ? ["cells.render"] : ["cells.generate", "layers.generate"];
    return !names.some((name) => isOpen(policy, name, [type]));
  });
  const complain = (member: "operations" | "generationTypes", name: string): Mistake => {
    return { member, message: `${say(member)}: "${name}" ${WHY}` };
  };
  return [
    ...closed.map(({ name }) => complain("operations", name)),
    ...generating.map((type) => complain("generationTypes", type)),
  ];
}

/** Whether the policy allows any request for this operation. */
function isOpen(policy: Policy, name: OperationName, types: readonly string[]): boolean {
  const operation = OPERATIONS.find((each) => each.name === name);
  const { models, maxDurationSeconds: duration, sheets } = policy;
  const data = { model: models?.[0], duration };
  const intents = types.map((type) => JSON.stringify({ generation_type: type, data }));
  const intent = { params: { sheet: sheets?.[0] ?? "1" }, search: "" };
  return [...intents, ...COUNTED].some(
    (json) => operation && selectLimitDenial(policy, { ...intent, operation, json }) === null,
  );
}
