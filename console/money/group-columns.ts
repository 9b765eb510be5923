import type { Group } from "../api/answers.ts";
import { html } from "../parts/html.ts";
import type { Column } from "../parts/table.ts";
import { formatNumber } from "../parts/time.ts";
import { change, type Place } from "../routes/place.ts";
import { capitalize, type Grouping, nameGroup, type ToName } from "./groups.ts";

export function toColumns(by: Grouping, place: Place, toName: ToName): readonly Column<Group>[] {
  return [
    { name: capitalize(by), isLead: true, cell: (group) => showName(by, group, place, toName) },
    count("Credits spent", ({ spent }) => spent),
    count("Reserved", ({ reserved }) => reserved),
    count("Given back", ({ given_back }) => given_back),
    count("Calls", ({ calls }) => calls),
    count("Under way", ({ reserved_calls }) => reserved_calls),
    count("Failed", ({ failed }) => failed),
    count("No price", ({ unpriced }) => unpriced),
  ];
}

/** Nothing is shown for zero, so that what there is can be seen. */
function count(name: string, read: (group: Group) => number): Column<Group> {
  return { name, isNumber: true, cell: (group) => (read(group) === 0 ? null : formatNumber(read(group))) };
}

/** Leads to the same page of this alone, by something else. */
function showName(by: Grouping, group: Group, place: Place, toName: ToName) {
  const { key } = group;
  if (key === null) return html`<span class="dim">${nameGroup(by, group, toName)}</span>`;
  const only = by === "day" ? { range: null, from: key, to: key } : { [by]: toName(key) };
  const href = change(place, { by: by === "type" ? "client" : "type", ...only });
  return html`<a class="main-link wrap" href=${href} title=${key}>${toName(key)}</a>`;
}
