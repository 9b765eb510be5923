/**
 * Watches a multipart body on its way for the names of its fields. Parsers differ over escapes, folded headers and
 * line ends; so wherever `Content-Disposition` stands, it must be a line of the plain form that browsers write
 * (RFC 7578, section 4.2). Then every parser at the other end reads the names that are read here.
 */
const HEADER = /content-disposition/gi;
const HEADER_CHARS = 19;
const PLAIN =
  /^content-disposition: ?form-data; ?name="([^"\\\r\n]*)"(?:; ?filename="[^"\r\n]*")?(?:; ?filename\*=[^;\r\n]*)?$/i;
const MAX_LINE_CHARS = 4_096;

/** Gives each field's name to `onName`, null for a header in another form. Chunks may be cut anywhere. */
export function createFieldWatch(onName: (name: string | null) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder("latin1");
  let tail = "\n";
  return (chunk) => {
    const text = tail + decoder.decode(chunk, { stream: true });
    tail = text.slice(-HEADER_CHARS);
    for (const { index } of text.matchAll(HEADER)) {
      const line = readLine(text, index);
      if (line === null && text.length - index <= MAX_LINE_CHARS) {
        tail = text.slice(index - 1);
        return;
      }
      onName(line);
    }
  };
}

/** The name in the header that begins at `index`; null when it is not plain, or does not end in this text. */
function readLine(text: string, index: number): string | null {
  const end = text.indexOf("\r\n", index);
  const next = text[end + 2];
  if (end < 0 || next === undefined) return null;
  const folded = next === " " || next === "\t";
  const name = PLAIN.exec(text.slice(index, end))?.[1];
  return text[index - 1] === "\n" && !folded && name !== undefined ? name : null;
}
