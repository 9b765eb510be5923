import type { LogLine } from "../local/log-feed.ts";
import { describeLine, selectShortId } from "./describe-line.ts";
import { dim, red, yellow } from "./style.ts";
import { selectWidth } from "./width.ts";
import { wrap } from "./wrap.ts";

const ID_COLUMNS = 8;

/** A log line for people: time, short id, what. Wrapped on a terminal; one line elsewhere, so that it can be searched. */
export function renderLogLine(
  line: LogLine,
  at: Date,
  stream: { readonly isTTY?: boolean; readonly columns?: number },
): string {
  const time = at.toTimeString().slice(0, 8);
  const head = `${time}  ${selectShortId(line).padEnd(ID_COLUMNS)}  `;
  const width = stream.isTTY ? selectWidth(stream) - head.length : Number.POSITIVE_INFINITY;
  const style = STYLES[line.level] ?? ((text: string) => text);
  return wrap(describeLine(line), width)
    .map((text, index) => `${index === 0 ? dim(head) : " ".repeat(head.length)}${style(text)}`)
    .join("\n");
}

const STYLES: Readonly<Record<string, (text: string) => string>> = { warn: yellow, error: red };
