/** Finds the operation of a request in an OpenAPI document. */
import type { Document, Members, Operation } from "../../openapi/shape.ts";

export interface Described {
  readonly operation: Operation;
  /** The JSON Pointer to the operation. */
  readonly pointer: string;
}

export interface ResponseObject {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

const METHODS: Readonly<Record<string, "get" | "post" | "put" | "patch" | "delete">> = {
  GET: "get",
  HEAD: "get",
  POST: "post",
  PUT: "put",
  PATCH: "patch",
  DELETE: "delete",
};

/** Null for a method and path that the document does not have. A fixed segment is preferred to a parameter. */
export function createFinder(document: Document): (method: string, path: string) => Described | null {
  const templates = Object.keys(document.paths)
    .map((path) => ({ path, segments: path.split("/") }))
    .sort((a, b) => toRank(a.segments).localeCompare(toRank(b.segments)));
  return (method, path) => {
    const name = METHODS[method];
    const segments = toPathname(path).split("/");
    const found = templates.find(
      (each) => name !== undefined && fits(each.segments, segments) && document.paths[each.path]?.[name],
    );
    const operation = found && name && document.paths[found.path]?.[name];
    if (!operation) return null;
    return { operation, pointer: `#/paths/${found.path.replaceAll("/", "~1")}/${name}` };
  };
}

/** What a reference points at, and where that is. */
export function resolve(document: Document, node: unknown, pointer = "#"): { node: Members; pointer: string } {
  const { $ref } = node as { $ref?: string };
  if ($ref === undefined) return { node: node as Members, pointer };
  const found = $ref
    .slice(2)
    .split("/")
    .reduce<unknown>((at, part) => (at as Members)[part.replaceAll("~1", "/")], document);
  return { node: found as Members, pointer: $ref };
}

function toRank(segments: readonly string[]): string {
  return segments.map((each) => (each.startsWith("{") ? "1" : "0")).join("");
}

function toPathname(path: string): string {
  const pathname = new URL(path, "http://worker").pathname.replace(/^\/v1\/autocontentengine/, "/v1/vidsheet");
  return pathname.length > 1 ? pathname.replace(/\/$/, "") : pathname;
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  if (template.length !== segments.length) return false;
  return template.every((part, index) => (part.startsWith("{") ? segments[index] !== "" : part === segments[index]));
}
