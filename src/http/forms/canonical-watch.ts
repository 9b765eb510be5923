/**
 * Checks a multipart body that is streamed because it is too large to be parsed and rewritten. It may continue only
 * while every byte outside of contents is one that all parsers read alike. A strict state machine: each state accepts
 * what it knows, waits for more, or refuses for good. Chunks may be split anywhere.
 */
import { type CanonicalHead, parseCanonicalHead } from "./canonical-head.ts";
import { type FormField, MAX_HEAD_CHARS, MAX_ID_CHARS, MAX_PARTS } from "./form-part.ts";

interface CanonicalWatch {
  /** False once the body is not canonical. */
  push(chunk: Uint8Array): boolean;
  /** Whether the body may end here. */
  end(): boolean;
}

/** A state reads the received text and returns how much it consumes and the next state. */
type State = () => Step;
type Step = { readonly chars: number; readonly next: State } | "more" | "odd";

/** Some parsers end a boundary at a comma, or begin it at the header's last `boundary=` (Rack). */
const PLAIN_BOUNDARY = /^(?!.*boundary=)[\w.=+-]+$/i;
/** How many bytes are decoded at once: the texts of whole chunks let the heap grow by 15 to 20 MiB. */
const PIECE_BYTES = 16_384;
const LINE_END = "\r\n";
const BLANK_LINE = "\r\n\r\n";

export function createCanonicalWatch(boundary: string, onField: (field: FormField) => void): CanonicalWatch {
  const delimiter = `--${boundary}`;
  const decoder = new TextDecoder("latin1");
  let state: State = readStart;
  let text = "";
  let parts = 0;
  let odd = !PLAIN_BOUNDARY.test(boundary);

  function readStart(): Step {
    if (text.length < delimiter.length) return delimiter.startsWith(text) ? "more" : "odd";
    return text.startsWith(delimiter) ? { chars: delimiter.length, next: readDelimited } : "odd";
  }

  function readDelimited(): Step {
    if (text.length < 2) return "more";
    if (text.startsWith("--")) return { chars: 2, next: readEnd };
    parts += 1;
    return text.startsWith(LINE_END) && parts <= MAX_PARTS ? { chars: 2, next: readHead } : "odd";
  }

  function readHead(): Step {
    const end = text.indexOf(BLANK_LINE);
    if (end < 0) return text.length > MAX_HEAD_CHARS ? "odd" : "more";
    const head = text.slice(0, end).includes(delimiter) ? null : parseCanonicalHead(text.slice(0, end));
    if (head === null) return "odd";
    return { chars: end + BLANK_LINE.length, next: createContent(head) };
  }

  /** The boundary must end the content wherever it occurs: parsers differ in how much of its line it must be. */
  function createContent({ name, isFile, length }: CanonicalHead): State {
    let value = "";
    let seen = 0;
    const take = (chars: number) => {
      if (!isFile && value.length <= MAX_ID_CHARS) value += text.slice(0, Math.min(chars, MAX_ID_CHARS + 1));
      seen += chars;
    };
    const readContent: State = () => {
      const at = text.indexOf(delimiter);
      if (at < 0) {
        // The text may end with the start of the next delimiter, including the line end before it.
        const chars = text.length - (LINE_END.length + delimiter.length - 1);
        if (chars <= 0) return "more";
        take(chars);
        return { chars, next: readContent };
      }
      const end = at - LINE_END.length;
      if (!text.startsWith(LINE_END, end) || end < 0) return "odd";
      take(end);
      if (length !== null && length !== seen) return "odd";
      onField([name, isFile || value.length > MAX_ID_CHARS ? null : value]);
      return { chars: at + delimiter.length, next: readDelimited };
    };
    return readContent;
  }

  function readEnd(): Step {
    return LINE_END.startsWith(text) ? "more" : "odd";
  }

  function take(piece: Uint8Array): void {
    text += decoder.decode(piece, { stream: true });
    while (!odd) {
      const step = state();
      if (step === "more") return;
      if (step === "odd") odd = true;
      else {
        text = text.slice(step.chars);
        state = step.next;
      }
    }
  }

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length && !odd; at += PIECE_BYTES) take(chunk.subarray(at, at + PIECE_BYTES));
      return !odd;
    },
    end: () => !odd && state === readEnd && (text === "" || text === LINE_END),
  };
}
