import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { createDocument } from "../../../openapi/document.ts";
import type { Members, Operation } from "../../../openapi/shape.ts";
import type { Operation as GenOperation } from "../../../src/gen/operation.ts";
import { OPERATIONS } from "../../../src/gen/operations.ts";
import { en } from "../../../src/problems/english.ts";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const text = JSON.stringify(createDocument());
/** The document as a client reads it. */
const document = JSON.parse(text) as ReturnType<typeof createDocument>;

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    return operation ? [{ path, method, operation }] : [];
  }),
);

const toTemplate = (pattern: string) => pattern.replace(/:(\w+)/g, "{$1}");
/** Every object in the document, with its JSON Pointer. */
function* walk(node: unknown, pointer = "#"): Generator<{ pointer: string; node: Members }> {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) yield { pointer, node: node as Members };
  for (const [name, value] of Object.entries(node)) {
    yield* walk(value, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
}

function find(pointer: string): unknown {
  const parts = pointer.slice(2).split("/");
  return parts.reduce<unknown>(
    (node, part) => (node as Members | undefined)?.[part.replaceAll("~1", "/").replaceAll("~0", "~")],
    document,
  );
}

function resolve(node: unknown): Members {
  const { $ref } = node as { $ref?: string };
  return ($ref === undefined ? node : find($ref)) as Members;
}

/** 2,070 when it was last looked at. */
const MAX_BYTES_EACH = 2_200;

describe("the description of the surface", () => {
  it("is no larger than it must be: what many operations have in common is written once and referred to", () => {
    expect(new TextEncoder().encode(text).byteLength / operations.length).toBeLessThan(MAX_BYTES_EACH);
    const written = operations.flatMap(({ operation }) =>
      Object.values(operation.responses).map((each) => JSON.stringify(each)),
    );
    const inline = written.filter((each) => !each.startsWith('{"$ref"'));
    expect(inline.filter((each, index) => inline.indexOf(each) !== index)).toEqual([]);
  });

  it("says of every object which members it has, or that it may have any: a generated type takes silence for none", () => {
    const silent = [...walk(document)].filter(({ node, pointer }) => {
      const isObject = node.type === "object" || (Array.isArray(node.type) && node.type.includes("object"));
      return isObject && !pointer.includes("/example") && !("properties" in node) && !("additionalProperties" in node);
    });
    expect(silent.map(({ pointer }) => pointer)).toEqual([]);
  });

  it("is an OpenAPI 3.1 document", async () => {
    expect(await new Validator().validate(JSON.parse(text))).toEqual({ valid: true });
  });

  it("has each line of the table of operations as an operation, under its own name", () => {
    const lines = (OPERATIONS as readonly GenOperation[]).map(
      ({ method, path, name }) => `${method} /v1${toTemplate(path)} ${name}`,
    );
    const described = operations
      .filter(({ operation }) => "x-charged" in operation)
      .map(({ method, path, operation }) => `${method.toUpperCase()} ${path} ${operation.operationId}`);
    expect(described.sort()).toEqual(lines.sort());
  });

  it("names no two paths alike but for the names of their parameters", () => {
    const shapes = Object.keys(document.paths).map((path) => path.replace(/\{\w+\}/g, "{}"));
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it("gives every operation an id of its own, a summary of its own within its tag, and a known tag", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const titles = operations.map(({ operation: { tags, summary, deprecated } }) => `${tags} ${deprecated} ${summary}`);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const { operation } of operations) {
      expect(operation.summary).toMatch(/^[A-Z][^_*#]{3,70}[^.]$/);
      expect(operation.tags.every((tag) => tags.has(tag))).toBe(true);
    }
  });

  it("says for every operation how it succeeds, and that a problem may come", () => {
    const isSuccess = (status: string, { operationId }: Operation) =>
      /^2/.test(status) || (operationId === "credits.x402.quote" && status === "402");
    for (const { operation } of operations) {
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => isSuccess(status, operation)),
        operation.operationId,
      ).toBe(true);
      expect(statuses, operation.operationId).toContain("default");
      for (const response of Object.values(operation.responses)) {
        expect(Object.keys(resolve(response).headers as Members)).toContain("X-Request-Id");
      }
    }
  });

  it("declares every parameter of a path, and none that is not in it", () => {
    for (const { path, operation } of operations) {
      const parameters = (operation.parameters ?? []).map(resolve);
      const inPath = parameters.filter((each) => each.in === "path").map(({ name }) => name);
      expect(inPath.sort(), path).toEqual(Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name).sort());
    }
  });

  it("points at nothing that is not there, and holds nothing that nobody points at", () => {
    const pointed = new Set<string>();
    for (const { pointer, node } of walk(document)) {
      if (typeof node.$ref !== "string") continue;
      pointed.add(node.$ref);
      expect(find(node.$ref), pointer).toBeDefined();
    }
    const { securitySchemes: _, ...components } = document.components;
    const held = Object.entries(components).flatMap(([kind, parts]) =>
      Object.keys(parts).map((name) => `#/components/${kind}/${name}`),
    );
    expect(held.filter((pointer) => !pointed.has(pointer) && !pointer.endsWith("/Allow"))).toEqual([]);
  });

  it("gives examples that fit their schemas, for each route of its own and for each error code", () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(document, "document");
    const codes = new Set<string>();
    for (const { pointer, node } of walk(document)) {
      const examples =
        "example" in node ? [node.example] : Object.values((node.examples as Members) ?? {}).map(toValue);
      if (!("schema" in node) || examples.length === 0) continue;
      const check = ajv.compile({ $ref: `document${encodeURI(pointer)}/schema` });
      for (const example of examples) {
        expect(check(example), `${pointer}: ${ajv.errorsText(check.errors)}`).toBe(true);
        if (pointer.startsWith("#/components/responses/Problem"))
          codes.add((example as { error_code: string }).error_code);
      }
    }
    expect([...codes, "method_not_allowed"].sort()).toEqual(Object.keys(en.problems).sort());
    for (const { operation, method } of operations) {
      if ("x-charged" in operation) continue;
      const bodies = Object.entries(operation.responses).flatMap(([status, response]) =>
        /^2/.test(status) ? Object.entries((resolve(response).content as Members) ?? {}) : [],
      );
      const named = bodies.filter(([type]) => type === "application/json" && operation.operationId !== "openapi");
      for (const [, media] of named) expect(media, `${method} ${operation.operationId}`).toHaveProperty("example");
    }
  });

  it("names no host of GEN's, no key and no other secret", () => {
    expect(text).not.toMatch(/gen\.pro|gen_pat|GEN_API_KEY|python\.|localhost|127\.0\.0\.1/i);
    for (const { host } of OPERATIONS) expect(text).not.toContain(`"host":"${host}"`);
    const addresses = text.match(/https?:\/\/[^/"\\ ]+/g) ?? [];
    expect([...new Set(addresses)].sort()).toEqual([
      "https://app.example.com",
      "https://cdn.example.com",
      "https://gen-edge.example.workers.dev",
    ]);
  });
});

function toValue(example: unknown): unknown {
  return (example as { value: unknown }).value;
}
