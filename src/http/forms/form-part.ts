/** A part of a multipart form: a file when it has a file name, else a field. */
export interface FormPart {
  readonly name: string;
  readonly filename: string | null;
  /** A file's type, as its sender gave it. Null for fields: some parsers treat a field with a type as a file. */
  readonly contentType: string | null;
  readonly content: Uint8Array;
}

/** A field of any form. The value is null for a file, and for a text too long to be an id. */
export type FormField = readonly [name: string, value: string | null];

/** No real form has more, and GEN's servers accept no more. */
export const MAX_PARTS = 1_000;
export const MAX_HEAD_CHARS = 4_096;
export const MAX_ID_CHARS = 256;

/** Text that all parsers read alike within quotes: no quotes, no backslashes, no control characters. */
const QUOTABLE = /^[ !#-[\]-~\u0080-\u{10ffff}]*$/u;
/** Some parsers find `; name=` even within quotes (Rack 2), or decode `=?…?=` in a name (Java). */
const MISLEADING_NAME = /[;=]/;
const MISLEADING_FILENAME = /name\*?\s*=/i;
const TYPE = /^([\w!#$&^.+-]+)\/[\w!#$&^.+-]+(?:[ \t]*;[ \t]*[\w-]+=(?:[\w!#$&'*^.+:/-]+|"[ !#-[\]-~]*"))*$/;
/** Types with parts of their own, which some parsers treat as parts of the form. */
const NESTING = /^(?:multipart|message)$/i;
const PLAIN_ENCODING = /^(?:7bit|8bit|binary)$/i;

export function isFieldName(text: string): boolean {
  return text !== "" && QUOTABLE.test(text) && !MISLEADING_NAME.test(text);
}

/** A file name without folders. */
export function isFilename(text: string): boolean {
  return QUOTABLE.test(text) && !MISLEADING_FILENAME.test(text);
}

export function isPartType(text: string): boolean {
  const type = TYPE.exec(text)?.[1];
  return type !== undefined && !NESTING.test(type);
}

/** Whether the content is not encoded. Parsers differ in whether they decode base64. */
export function isPlainEncoding(text: string): boolean {
  return PLAIN_ENCODING.test(text);
}

/** A file name without its folders (RFC 7578, section 4.2), with quotes escaped as browsers do. */
export function toLastSegment(filename: string): string {
  return (filename.split(/[/\\]/).at(-1) ?? "").replaceAll('"', "%22");
}
