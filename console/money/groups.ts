/** By what charges are told apart, and what their groups come to over time. Pure. */
import type { Group, Report } from "../api/answers.ts";
import { COLOURS, type Series } from "../charts/series.ts";

/** In the order in which they are asked for. */
export const DIMENSIONS = ["tag", "client", "pipeline", "type", "operation", "agent", "account"] as const;
export const GROUPINGS = [...DIMENSIONS, "day"] as const;

export type Grouping = (typeof GROUPINGS)[number];

export function readGrouping(text: string | null): Grouping {
  return GROUPINGS.find((each) => each === text) ?? "tag";
}

export function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export type ToName = (key: string) => string;

/** What a group is called. */
export function nameGroup(by: Grouping, { key }: Pick<Group, "key">, toName: ToName): string {
  return key === null ? `no ${by}` : toName(key);
}

/** A report, with what each of its largest groups has spent a day. */
export interface Spent {
  readonly by: Grouping;
  readonly report: Report;
  readonly byDay: Report;
  readonly largest: readonly { readonly key: string; readonly byDay: Report }[];
}

/** The groups of which the days are asked for. Charges that have no such key can't be asked for: they are in the rest. */
export function selectLargest(by: Grouping, { groups }: Pick<Report, "groups">): string[] {
  if (by === "day") return [];
  const keys = groups.flatMap(({ key, spent }) => (key === null || spent <= 0 ? [] : [key]));
  return keys.slice(0, COLOURS.length);
}

/** Credits by day: of the largest groups, and of the rest. */
export function toSeries({ by, report, byDay, largest }: Spent, days: readonly string[], toName: ToName): Series[] {
  const total = toValues(byDay, days);
  const shown = largest.map(({ key, byDay: own }, index) => ({
    name: toName(key),
    colour: COLOURS[index] ?? "--dim",
    values: toValues(own, days),
  }));
  const rest = total.map((value, at) => round(value - shown.reduce((all, { values }) => all + (values[at] ?? 0), 0)));
  if (shown.length === 0) return [{ name: "credits", colour: "--c1", values: total }];
  if (rest.every((value) => value <= 0)) return shown;
  return [...shown, { name: nameRest({ by, report, largest }, toName), colour: "--dim", values: rest }];
}

function toValues({ groups }: Report, days: readonly string[]): number[] {
  const spent = new Map(groups.map((group) => [group.key, group.spent]));
  return days.map((day) => spent.get(day) ?? 0);
}

/** The only other group by its name. */
function nameRest({ by, report, largest }: Omit<Spent, "byDay">, toName: ToName): string {
  const shown = new Set<string | null>(largest.map(({ key }) => key));
  const others = report.groups.filter(({ key, spent }) => spent > 0 && !shown.has(key));
  const [only] = others;
  return only !== undefined && others.length === 1 ? nameGroup(by, only, toName) : "others";
}

/** What was added up by the ledger is exact to a millionth. The questions were asked one after the other. */
function round(credits: number): number {
  return Math.max(0, Math.round(credits * 1e6) / 1e6);
}
