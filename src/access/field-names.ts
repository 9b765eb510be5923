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
/** Some parsers take a part's name from its id or its type, where it has no disposition. */
const OTHER_NAME = /[\r\n]content-id[ \t]*:|[\r\n]content-type[ \t]*:[^\r\n]*agent_id/i;
const OTHER_CHARS = 256;

export interface FieldWatch {
  /** Chunks may be cut anywhere. */
  push(chunk: Uint8Array): void;
  /** The body is over: what was still waiting for its end has none. */
  end(): void;
}

/** Gives each field's name to `onName`, null for a header in another form. */
export function createFieldWatch(onName: (name: string | null) => void): FieldWatch {
  const decoder = new TextDecoder("latin1");
  let tail = "\n";
  let otherTail = "\n";
  let unfinished = false;
  return {
    push(chunk) {
      const decoded = decoder.decode(chunk, { stream: true });
      const text = tail + decoded;
      if (OTHER_NAME.test(otherTail + decoded)) onName(null);
      otherTail = (otherTail + decoded).slice(-OTHER_CHARS);
      unfinished = false;
      tail = text.slice(-HEADER_CHARS);
      for (const { index } of text.matchAll(HEADER)) {
        const line = readLine(text, index);
        if (line.kind === "unfinished") {
          tail = text.slice(index - 1);
          unfinished = true;
          return;
        }
        onName(line.kind === "plain" ? line.name : null);
      }
    },
    end() {
      if (unfinished) onName(null);
    },
  };
}

type Line = { readonly kind: "plain"; readonly name: string } | { readonly kind: "odd" | "unfinished" };

/** The header that begins at `index`. It is finished once it is known that its next line does not continue it. */
function readLine(text: string, index: number): Line {
  const rest = text.slice(index, index + MAX_LINE_CHARS);
  const end = rest.search(/[\r\n]/);
  const next = rest[end + 2];
  if (end < 0 || next === undefined) return { kind: rest.length < MAX_LINE_CHARS ? "unfinished" : "odd" };
  const folded = next === " " || next === "\t";
  const name = PLAIN.exec(rest.slice(0, end))?.[1];
  const ownLine = text[index - 1] === "\n" && rest.startsWith("\r\n", end);
  return ownLine && !folded && name !== undefined ? { kind: "plain", name } : { kind: "odd" };
}
