const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** The width of plain text in terminal columns: East Asian characters take two. */
export function measure(text: string): number {
  return [...text].reduce((columns, char) => columns + (WIDE.test(char) ? 2 : 1), 0);
}

/** Wraps plain text at spaces to `width` columns; longer words are cut anywhere. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((part) => cut(part, width))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (measure(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function cut(word: string, width: number): string[] {
  if (measure(word) <= width) return [word];
  const parts: string[] = [""];
  for (const char of word) {
    const last = parts.at(-1) ?? "";
    if (measure(last + char) <= width) parts[parts.length - 1] = last + char;
    else parts.push(char);
  }
  return parts;
}
