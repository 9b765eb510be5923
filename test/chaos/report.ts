/** The table of a walk, and the stories of what went wrong. */
import type { Walk } from "./chaos.ts";
import { CONTINUE } from "./judge/calls.ts";
import { listGapCharges } from "./judge/charges.ts";
import { CHECKS, type CheckName } from "./judge/judge.ts";
import { tellStory } from "./story.ts";
import { toFaultKind } from "./weather.ts";

const MAX_STORIES = 10;

export function describeWalk(walk: Walk): string {
  const { evidence, judgement, settled } = walk;
  const faults = evidence.requests.flatMap(({ outcome }) => toFaultKind(outcome) ?? []);
  const checks = Object.entries(judgement).map(([name, { examined, violations }]) => {
    return [CHECKS[name as CheckName].promise, String(examined), String(violations.length)] as const;
  });
  const answered = evidence.asked.map(({ answer, end }) => (answer === null ? `none (${end})` : String(answer.status)));
  return [
    toTable(["GEN's faults", "times"], countEach(faults)),
    toTable(["weather", "times"], countEach(walk.weathers)),
    toTable(["requests", "times"], countEach(evidence.asked.map(({ kind }) => kind))),
    toTable(["answers", "times"], countEach(answered)),
    toTable(
      ["calls at the end", "times"],
      countEach(evidence.calls.map(({ state, isUntraced }) => (isUntraced ? "untraced" : state))),
    ),
    toTable(
      ["runs at the end", "times"],
      countEach(evidence.runs.map(({ state, errorCode }) => (errorCode ? `${state}: ${errorCode}` : state))),
    ),
    toTable(["promise", "examined", "violations"], checks),
    toTable(["in all", ""], toTotals(walk)),
    [describeEnd(settled), ...settled.shown].join("\n"),
  ].join("\n\n");
}

function describeEnd({ ms, left }: Walk["settled"]): string {
  const seconds = `${Math.round(ms / 1_000)} s`;
  return left.length === 0
    ? `All has settled within ${seconds}.`
    : `After ${seconds} there are still ${left.join(", ")}.`;
}

/** Each with the seed that leads to it. */
export function describeViolations({ evidence, judgement, seed, startedAt }: Walk): string[] {
  const all = Object.entries(judgement).flatMap(([name, { violations }]) =>
    violations.map((violation) => ({ promise: CHECKS[name as CheckName].promise, violation })),
  );
  return all.slice(0, MAX_STORIES).map(({ promise, violation }) => {
    const story = tellStory(violation, evidence, startedAt).map((line) => `  ${line}`);
    return [`✗ ${promise}: ${violation.what} (seed ${seed})`, ...story].join("\n");
  });
}

export function countViolations({ judgement }: Pick<Walk, "judgement">): number {
  return Object.values(judgement).reduce((sum, { violations }) => sum + violations.length, 0);
}

function toTotals({ evidence, refunds }: Walk): [string, string][] {
  const { charges, calls, outages, received, runs, ticks } = evidence;
  const credits = charges.reduce((sum, { amount }) => sum + amount, 0);
  return [
    ["kills survived", String(outages.length)],
    ["charges of GEN's", `${charges.length} (${credits} credits), ${refunds} given back`],
    ["calls that say so", String(calls.filter(({ charged, isUntraced }) => charged === "yes" && !isUntraced).length)],
    ["keys that GEN has charged twice in its own gap", String(listGapCharges(evidence).length)],
    ["ticks of schedules", `${ticks.length}, ${ticks.filter(({ fired }) => fired).length} to their end`],
    ["runs that were run again", String(runs.filter(({ reruns }) => reruns > 0).length)],
    ["jobs that were continued", String(charges.filter(({ operation }) => operation === CONTINUE).length)],
    [
      "notifications",
      `${received.length} attempts, ${received.filter(({ answered }) => answered === 204).length} taken`,
    ],
  ];
}

function countEach(names: readonly string[]): [string, string][] {
  const counts = Map.groupBy(names, (name) => name);
  return [...counts]
    .map(([name, all]): [string, string] => [name, String(all.length)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** The first column to the left, the others to the right. */
function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const toRow = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [toRow(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(toRow)].join("\n");
}
