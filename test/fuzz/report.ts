/** A failed case with all that is needed to repeat it: its number, what was wrong, and what was sent. */
import { type Plan, sizeOf } from "./plan.ts";
import type { Failure } from "./run.ts";

const SHOWN_CHARS = 1_500;

export function describeFailure({ number, phase, plan, faults }: Failure, seed: number): string {
  const where = plan === null ? `in the block from case ${number}` : `case ${number}`;
  const repeat = plan === null ? "" : `\n  repeat: npm run fuzz -- --seed ${seed} --only ${number}`;
  const lines = [...new Set(faults)].slice(0, 8).map((fault) => `  - ${fault}`);
  const sent = plan === null ? "" : `\n  sent${plan.times > 1 ? ` ${plan.times} times at once` : ""}: ${show(plan)}`;
  return `✗ ${where} (${phase})${plan === null ? "" : `: ${plan.what}`}\n${lines.join("\n")}${repeat}${sent}`;
}

function show({ parts, ending }: Plan): string {
  const shown = parts.map((part) => {
    if (part.kind === "pause") return `<${part.ms} ms>`;
    const text = JSON.stringify(part.bytes.toString("latin1").slice(0, SHOWN_CHARS)).slice(1, -1);
    return part.kind === "repeat" ? `<${part.times} × ${text}>` : text;
  });
  const end =
    ending === "read" ? "" : ` <${typeof ending === "string" ? ending : `gone after ${ending.leaveAfterMs} ms`}>`;
  return `${shown.join("").slice(0, SHOWN_CHARS)}${end} (${sizeOf(parts)} bytes)`;
}
