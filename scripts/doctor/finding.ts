import { bold, dim, green, red, yellow } from "../terminal/style.ts";

/** One thing that must be there, looked at. */
export interface Finding {
  readonly name: string;
  /** Null: could not be looked at, or is a matter of choice. */
  readonly ok: boolean | null;
  readonly what: string;
  /** What to do about it, as it must be typed where that can be said. */
  readonly toDo?: string;
}

export function right(name: string, what: string): Finding {
  return { name, ok: true, what };
}

export function wrong(name: string, what: string, toDo: string): Finding {
  return { name, ok: false, what, toDo };
}

export function open(name: string, what: string, toDo?: string): Finding {
  return { name, ok: null, what, ...(toDo === undefined ? {} : { toDo }) };
}

export function renderFinding({ name, ok, what, toDo }: Finding): string {
  const mark = ok === null ? yellow("–    ") : ok ? green("ok   ") : red("wrong");
  return `${mark}  ${bold(name)}: ${what}${toDo === undefined ? "" : `\n       ${dim("→")} ${toDo}`}`;
}
