/** The parts of OpenAPI 3.1 that are used here. `document.ts` explains the members that start with `x-`. */
export type Members = { readonly [member: string]: unknown };

/** JSON Schema, draft 2020-12. */
export type Schema = Members | boolean;

export type Reference = { readonly $ref: string };

export type Method = "get" | "post" | "put" | "patch" | "delete";

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly deprecated?: true;
  readonly parameters?: readonly (Members | Reference)[];
  readonly requestBody?: Members | Reference;
  readonly responses: Readonly<Record<string, Members | Reference>>;
  readonly security?: readonly Members[];
  readonly [extension: `x-${string}`]: unknown;
}

export type PathItem = { readonly [M in Method]?: Operation };

export type Paths = Readonly<Record<string, PathItem>>;

export interface Document {
  readonly openapi: "3.1.1";
  readonly info: Members;
  readonly servers: readonly Members[];
  readonly security: readonly Members[];
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Paths;
  readonly components: Readonly<Record<string, Members>>;
}

export function schema(name: string): Reference {
  return { $ref: `#/components/schemas/${name}` };
}

/** An object that may have further members. */
export function object(properties: Members, required: readonly string[] = Object.keys(properties)): Members {
  return { type: "object", ...(required.length > 0 ? { required } : {}), properties };
}

/** An object of any members, of which these are known. Generators of clients take an object that says nothing for an empty one. */
export function open(properties: Members = {}, required: readonly string[] = Object.keys(properties)): Members {
  const known = Object.keys(properties).length > 0 ? object(properties, required) : { type: "object" };
  return { ...known, additionalProperties: true };
}

export function list(items: Schema): Members {
  return { type: "array", items };
}

/** An enum with exactly the values of a type; the type checker ensures it is complete. */
export function words<Word extends string>(all: Readonly<Record<Word, true>>): { readonly enum: readonly string[] } {
  return { enum: Object.keys(all) };
}

/** One body in one media type. */
export function content(of: Schema, example?: unknown, mediaType = "application/json"): Members {
  return { [mediaType]: { schema: of, ...(example === undefined ? {} : { example }) } };
}
