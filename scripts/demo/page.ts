import { bold, cyan, dim, green } from "../terminal/style.ts";
import { wrap } from "../terminal/wrap.ts";

const NAME_COLUMNS = 16;

/** The demo's output: plain lines from top to bottom, so that a log reads like the terminal. */
export class Page {
  readonly width: number;
  promises = 0;
  readonly #write: (text: string) => void;

  constructor(width: number, write: (text: string) => void) {
    this.width = width;
    this.#write = write;
  }

  line(text = ""): void {
    this.#write(`${text}\n`);
  }

  heading(text: string): void {
    this.line();
    this.line(bold(text));
    this.line(dim("─".repeat(this.width)));
  }

  /** An explanation, wrapped. */
  text(text: string): void {
    for (const line of wrap(text, this.width)) this.line(line);
  }

  /** A request that the demo sends. */
  request(method: string, path: string, headers: Readonly<Record<string, string>> = {}): void {
    this.line(cyan(`> ${method} ${path}`));
    for (const [name, value] of Object.entries(headers)) this.line(cyan(`> ${name}: ${value}`));
  }

  /** A value from an answer, the log or the ledger, wrapped. */
  fact(name: string, value: string): void {
    for (const [index, part] of wrap(value, this.width - NAME_COLUMNS - 3).entries()) {
      this.line(`  ${dim((index === 0 ? name : "").padEnd(NAME_COLUMNS))} ${part}`);
    }
  }

  kept(text: string): void {
    this.promises += 1;
    this.line(`  ${green("✓")} ${text}`);
  }
}
