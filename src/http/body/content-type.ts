/** Parses the content type of a request. Lenient, because the header is rewritten for GEN. */

export type MediaType = "json" | "form" | "multipart";

export interface ContentType {
  readonly mediaType: MediaType;
  /** Empty unless multipart. */
  readonly boundary: string;
}

const MEDIA_TYPES: ReadonlyMap<string, MediaType> = new Map([
  ["application/json", "json"],
  ["application/x-www-form-urlencoded", "form"],
  ["multipart/form-data", "multipart"],
]);

/** A name, and a value with or without quotes. A comma outside of quotes would separate two headers. */
const PARAMETER = /;[ \t]*(?:([\w!#$&^.+*-]+)[ \t]*=[ \t]*(?:"([^"]*)"|([^\s";,]*))|[^\s";,=]*)[ \t]*/y;
/** RFC 2046, section 5.1.1. */
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;
const UTF_8 = /^utf-?8$/i;

/** One of the three formats that GEN reads, in UTF-8. Null for any other. */
export function parseContentType(header: string): ContentType | null {
  const [type = ""] = header.split(";", 1);
  const mediaType = MEDIA_TYPES.get(type.trim().toLowerCase());
  const parameters = parseParameters(header.slice(type.length));
  if (mediaType === undefined || parameters === null) return null;
  // In a multipart body each part has its own charset.
  if (mediaType !== "multipart") {
    return valuesOf(parameters, "charset").every((charset) => UTF_8.test(charset)) ? { mediaType, boundary: "" } : null;
  }
  // Of two boundaries, parsers don't agree which one counts.
  const [boundary = "", ...more] = valuesOf(parameters, "boundary");
  return more.length === 0 && BOUNDARY.test(boundary) ? { mediaType, boundary } : null;
}

/** As GEN gets it. */
export function toContentType({ mediaType, boundary }: ContentType): string {
  switch (mediaType) {
    case "json":
      return "application/json";
    case "form":
      return "application/x-www-form-urlencoded";
    case "multipart":
      return `multipart/form-data; boundary=${/^[\w.+-]+$/.test(boundary) ? boundary : `"${boundary}"`}`;
  }
}

type Parameter = readonly [name: string, value: string];

function valuesOf(parameters: readonly Parameter[], wanted: string): string[] {
  return parameters.filter(([name]) => name === wanted).map(([, value]) => value);
}

/** Null when there is anything else between the parameters. */
function parseParameters(text: string): Parameter[] | null {
  const parameters: Parameter[] = [];
  const pattern = new RegExp(PARAMETER);
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return null;
    const [, name, quoted, plain = ""] = match;
    if (name !== undefined) parameters.push([name.toLowerCase(), quoted ?? plain]);
  }
  return parameters;
}
