import { isFieldName, isFilename, toLastSegment } from "./form-part.ts";

interface Disposition {
  readonly name: string;
  readonly filename: string | null;
}

/** A name, and a value with quotes or, as .NET writes it, without. */
const PARAMETER = /[ \t]*;[ \t]*([\w*-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]+))/y;
const TYPE = /^form-data(?=[ \t]*;)/i;

/**
 * Parses a part's `Content-Disposition`. Null when it names no field, has a parameter twice, or has a name or file name
 * that parsers could read differently.
 */
export function parseDisposition(value: string): Disposition | null {
  const parameters = parseParameters(value);
  const name = parameters?.get("name") ?? "";
  if (!parameters || !isFieldName(name)) return null;
  const filename = decodeExtended(parameters.get("filename*")) ?? parameters.get("filename");
  if (filename === undefined) return parameters.has("filename*") ? null : { name, filename: null };
  const last = toLastSegment(filename);
  return isFilename(last) ? { name, filename: last } : null;
}

function parseParameters(value: string): ReadonlyMap<string, string> | null {
  const type = TYPE.exec(value)?.[0];
  if (type === undefined) return null;
  const rest = value.slice(type.length).replace(/[ \t]*;?[ \t]*$/, "");
  const pattern = new RegExp(PARAMETER);
  const parameters = new Map<string, string>();
  while (pattern.lastIndex < rest.length) {
    const [, name = "", quoted, plain = ""] = pattern.exec(rest) ?? [];
    if (name === "" || parameters.has(name.toLowerCase())) return null;
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(["\\])/g, "$1") ?? plain);
  }
  return parameters;
}

/** `filename*` (RFC 8187). .NET sends it in addition to a `filename` in another encoding. */
function decodeExtended(value: string | undefined): string | undefined {
  const encoded = /^utf-8'[\w-]*'(.*)$/i.exec(value ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
