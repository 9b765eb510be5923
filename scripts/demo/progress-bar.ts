import type { Page } from "./page.ts";

type Terminal = { write(text: string): unknown };

const CELLS = 24;
/** GEN reports no percentage, so the bar shows the status that was reached. */
const REACHED: Readonly<Record<string, number>> = { pending: 0.25, processing: 0.6, completed: 1 };

/** A progress bar: updated in place on a terminal, one line per status in a log. */
export class ProgressBar {
  readonly #page: Page;
  readonly #terminal: Terminal | null;
  #shown = "";

  constructor(page: Page, terminal: Terminal | null) {
    this.#page = page;
    this.#terminal = terminal;
  }

  show(status: string, elapsedMs: number): void {
    const filled = Math.round((REACHED[status] ?? 0) * CELLS);
    const bar = `${"█".repeat(filled)}${"░".repeat(CELLS - filled)}`;
    const text = `  ${bar} ${status.padEnd(10)} ${(elapsedMs / 1_000).toFixed(1)} s`;
    if (this.#terminal) this.#terminal.write(`\r${text}`);
    else if (this.#shown !== status) this.#page.line(text);
    this.#shown = status;
  }

  end(): void {
    this.#terminal?.write("\n");
  }
}
