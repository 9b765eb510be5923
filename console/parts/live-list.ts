import type { ComponentChildren } from "preact";
import { readCursor } from "../api/api.ts";
import type { Live } from "../live/use-live.ts";
import { change, type Place } from "../routes/place.ts";
import { h, html } from "./html.ts";
import { showLive } from "./show-live.ts";
import { type Column, Table } from "./table.ts";

/** A part of a list. Where the next one begins is said by a path, or by the mark itself. */
interface Part {
  readonly next?: string;
  readonly cursor?: string | null;
}

interface Props<Row, Page extends Part> {
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
export function LiveList<Row, Page extends Part>(props: Props<Row, Page>) {
  const { live, place, caption, columns, toRows, toKey, empty } = props;
  const { problem, isLoading } = live;
  return showLive(live, (value) => {
    const rows = toRows(value);
    const cursor = value.cursor ?? readCursor(value.next);
    const isLater = place.query.has("cursor");
    return html`${rows.length === 0 && !isLoading ? html`<div class="empty">${empty}</div>` : h(Table<Row>, { caption, columns, rows, toKey, isStale: isLoading || problem !== null })}
    ${
      (cursor !== null || isLater) &&
      html`<nav class="pager" aria-label="Pages">
        ${isLater && html`<a class="button" href=${change(place, {})}>Back to the newest</a>`}
        ${cursor !== null && html`<a class="button" href=${change(place, { cursor })}>Older</a>`}
      </nav>`
    }`;
  });
}
