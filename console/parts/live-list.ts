import type { ComponentChildren } from "preact";
import { readCursor } from "../api/api.ts";
import type { Live } from "../live/use-live.ts";
import { change, type Place } from "../routes/place.ts";
import { h, html } from "./html.ts";
import { Loading } from "./loading.ts";
import { ProblemNote } from "./problem-note.ts";
import { type Column, Table } from "./table.ts";

interface Props<Row, Page extends { readonly next?: string }> {
  readonly live: Live<Page>;
  readonly place: Place;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly toRows: (page: Page) => readonly Row[];
  readonly toKey: (row: Row) => string;
  /** What to say when there is nothing. */
  readonly empty: ComponentChildren;
}

/** A page of a list in each of its states: loading, empty, failing, not allowed, full. */
export function LiveList<Row, Page extends { readonly next?: string }>(props: Props<Row, Page>) {
  const { live, place, caption, columns, toRows, toKey, empty } = props;
  const { value, problem, isLoading, reload } = live;
  const note = problem && h(ProblemNote, { problem, onRetry: reload });
  if (value === null) return problem ? note : h(Loading, {});
  const rows = toRows(value);
  const cursor = readCursor(value.next);
  const isLater = place.query.has("cursor");
  return html`${note}
    ${rows.length === 0 && !isLoading ? html`<div class="empty">${empty}</div>` : h(Table<Row>, { caption, columns, rows, toKey, isStale: isLoading || problem !== null })}
    ${
      (cursor !== null || isLater) &&
      html`<nav class="pager" aria-label="Pages">
        ${isLater && html`<a class="button" href=${change(place, {})}>Back to the newest</a>`}
        ${cursor !== null && html`<a class="button" href=${change(place, { cursor })}>Older</a>`}
      </nav>`
    }`;
}
