import { createScanner, type SyntaxKind } from "jsonc-parser";

/** Token kinds of `SyntaxKind`, a const enum that this build can't import. The type annotations check the numbers. */
const OPEN_BRACE: SyntaxKind.OpenBraceToken = 1;
const CLOSE_BRACE: SyntaxKind.CloseBraceToken = 2;
const OPEN_BRACKET: SyntaxKind.OpenBracketToken = 3;
const CLOSE_BRACKET: SyntaxKind.CloseBracketToken = 4;
const COLON: SyntaxKind.ColonToken = 6;
const STRING: SyntaxKind.StringLiteral = 10;
const NUMBER: SyntaxKind.NumericLiteral = 11;
const END: SyntaxKind.EOF = 17;

/** The text of the value that begins at `start`. The text must have passed `JSON.parse`. */
export function sliceJsonValue(text: string, start: number): string {
  const scanner = createScanner(text, true);
  scanner.setPosition(start);
  let depth = 0;
  do {
    const token = scanner.scan();
    if (token === OPEN_BRACE || token === OPEN_BRACKET) depth += 1;
    else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) depth -= 1;
    else if (token === END) break;
  } while (depth > 0);
  return text.slice(start, scanner.getPosition());
}

/** A member of a JSON object as written: the name is decoded, and repeated names are listed separately. */
interface JsonMember {
  readonly name: string;
  /** 1: in the outermost object; 2: one level further in, and so on. Arrays count as levels. */
  readonly depth: number;
  /** The number of the object it belongs to, counted from the start of the text. */
  readonly object: number;
  /** The value when it is a string or a number (as written), else null. */
  readonly scalar: string | null;
  /** Position of the value in the text. For objects and arrays, of the opening bracket only. */
  readonly start: number;
  readonly end: number;
}

/**
 * The members of the two outermost levels of objects, or of all levels. `JSON.parse` keeps the last of two members with
 * one name, other parsers may keep the first; code that must know what GEN will read has to see both. The text must
 * have passed `JSON.parse`. Not recursive, so deep nesting is safe.
 */
export function scanJsonMembers(text: string, everywhere = false): JsonMember[] {
  const scanner = createScanner(text, true);
  const members: JsonMember[] = [];
  const open: number[] = [];
  let objects = 0;
  let depth = 0;
  let arrays = 0;
  let last: string | null = null;
  for (let token = scanner.scan(); token !== END; token = scanner.scan()) {
    if (token === COLON && last !== null && (everywhere || (arrays === 0 && depth <= 2))) {
      token = scanner.scan();
      const isScalar = token === STRING || token === NUMBER;
      const start = scanner.getTokenOffset();
      const end = start + scanner.getTokenLength();
      members.push({
        name: last,
        depth: depth + arrays,
        object: open.at(-1) ?? 0,
        scalar: isScalar ? scanner.getTokenValue() : null,
        start,
        end,
      });
    }
    if (token === OPEN_BRACE) {
      depth += 1;
      objects += 1;
      open.push(objects);
    } else if (token === CLOSE_BRACE) {
      depth -= 1;
      open.pop();
    } else if (token === OPEN_BRACKET) arrays += 1;
    else if (token === CLOSE_BRACKET) arrays -= 1;
    last = token === STRING ? scanner.getTokenValue() : null;
  }
  return members;
}

/** Whether some object has two members with one name, compared after decoding escapes. Pass all members of a text. */
export function hasRepeatedName(members: readonly JsonMember[]): boolean {
  const names = new Set(members.map(({ object, name }) => `${object}:${name}`));
  return names.size < members.length;
}
