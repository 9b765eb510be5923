import { measure, wrap } from "./wrap.ts";

export interface Line {
  readonly text: string;
  readonly style?: (text: string) => string;
}

const GAP = 3;

/** Two texts side by side. Widths in columns: the left has `left`, the right gets the rest of `total`. */
export function sideBySide(
  left: readonly Line[],
  right: readonly Line[],
  widths: { left: number; total: number },
): string[] {
  const lefts = flow(left, widths.left);
  const rights = flow(right, widths.total - widths.left - GAP);
  return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, index) => {
    const first = lefts[index] ?? { text: "", styled: "" };
    const padding = " ".repeat(widths.left + GAP - measure(first.text));
    return `${first.styled}${padding}${rights[index]?.styled ?? ""}`.trimEnd();
  });
}

/** Wraps first, then colours: escape codes have no width. */
function flow(lines: readonly Line[], width: number): { text: string; styled: string }[] {
  return lines.flatMap(({ text, style = (plain) => plain }) =>
    wrap(text, width).map((part) => ({ text: part, styled: part === "" ? "" : style(part) })),
  );
}
