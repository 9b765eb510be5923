import type { ComponentChildren } from "preact";
import { html } from "./html.ts";

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** On a narrow screen it stands first, over the whole width. */
  readonly isLead?: boolean;
}

interface Props<Row> {
  /** What the table holds, for a screen reader. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly toKey: (row: Row) => string;
  /** Rows of an older question are shown, under a line, until the answer is there. */
  readonly isStale?: boolean;
}

/**
 * A table that becomes a list of cards on a narrow screen. The roles are named because cards are laid out in another way
 * than tables, by which browsers drop the roles.
 */
export function Table<Row>({ caption, columns, rows, toKey, isStale = false }: Props<Row>) {
  const name = ({ isNumber, isLead }: Column<Row>) =>
    [isNumber && "number", isLead && "lead"].filter(Boolean).join(" ");
  return html`<table role="table" class=${isStale ? "stale" : ""} aria-busy=${isStale}>
    <caption class="unseen">${caption}</caption>
    <thead role="rowgroup"><tr role="row">
      ${columns.map((column) => html`<th role="columnheader" scope="col" class=${name(column)}>${column.name}</th>`)}
    </tr></thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) => html`<tr role="row" key=${toKey(row)}>
          ${columns.map((column) => html`<td role="cell" class=${name(column)} data-name=${column.name}>${showCell(column.cell(row))}</td>`)}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function showCell(content: ComponentChildren): ComponentChildren {
  const isNothing =
    content === null || content === undefined || content === false || (Array.isArray(content) && content.length === 0);
  return isNothing ? html`<span class="none dim">–</span>` : content;
}
