import { measure } from "../terminal/wrap.ts";

/** Columns of plain text under their names: the first to the left, the others, numbers, to the right. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => measure(row[column] ?? ""))));
  const lines = rows.map((row) =>
    row.map((cell, column) => {
      const padding = " ".repeat((widths[column] ?? 0) - measure(cell));
      return column === 0 ? cell + padding : padding + cell;
    }),
  );
  return lines.map((cells) => cells.join("  ").trimEnd()).join("\n");
}
