/**
 * Checks the Worker's answers against `/openapi.json`: the operation, the status, the content type and the headers are
 * described, and the body fits its schema. A body is checked when the test reads it, a problem's body at once.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { createDocument } from "../../openapi/document.ts";
import { createFinder, type Described, type ResponseObject, resolve } from "./described-operations.ts";

const PROBLEM = "application/problem+json";
const document = JSON.parse(JSON.stringify(createDocument())) as ReturnType<typeof createDocument>;
const find = createFinder(document);
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, "document");

const HEADER_NAMES = Object.keys(document.components.headers ?? {});
/** Codes of problems that the router answers before an operation is found. */
const WITHOUT_OPERATION = new Set([
  "bad_request",
  "internal",
  "method_not_allowed",
  "not_configured",
  "origin_not_allowed",
  "rate_limited",
  "route_not_found",
  "sign_in_unavailable",
  "temporarily_unavailable",
  "unauthorized",
  "unknown_operation",
]);

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** A test has scripted GEN's answer, which need not be one that GEN would give. */
  readonly isScripted: boolean;
}

export class NotAsDescribed extends Error {
  override readonly name = "NotAsDescribed";
}

/** The operations with the statuses that were checked so far. */
export const held = new Set<string>();

/** Returns the same answer. Throws when it is not as described; reading its body may throw, too. */
export async function hold(response: Response, asked: Asked): Promise<Response> {
  const described = find(asked.method, asked.path);
  const isProblem = toType(response) === PROBLEM;
  const body: unknown = isProblem && asked.method !== "HEAD" ? await response.clone().json() : undefined;
  const faults = described
    ? compare(response, described, { ...asked, body })
    : compareWithoutOperation(response, asked, body);
  complain(faults, response, asked);
  if (described) held.add(`${described.operation.operationId} ${response.status}`);
  if (!described || isProblem || asked.isScripted || asked.method === "HEAD") return response;
  return watch(response, (read) => complain(compareBody(response, described, read), response, asked));
}

function compare(response: Response, described: Described, asked: Asked & { body: unknown }): string[] {
  const { operation } = described;
  const chosen = select(response.status, described);
  const isProblem = toType(response) === PROBLEM;
  if (!isProblem && asked.isScripted) return [];
  if (chosen === null) return [`status ${response.status} of ${operation.operationId} is not described`];
  return [
    ...compareHeaders(response, chosen.response),
    ...(asked.method === "HEAD" || response.status === 304 ? [] : compareType(response, chosen.response)),
    ...(isProblem && asked.method !== "HEAD" ? compareProblem(response, described, asked) : []),
  ];
}

function compareWithoutOperation(response: Response, { method, path }: Asked, body: unknown): string[] {
  if (method === "OPTIONS" && response.status === 204) return [];
  const { error_code: code } = (body ?? {}) as { error_code?: string };
  if (method === "HEAD" && response.status >= 400) return [];
  if (code === undefined || !WITHOUT_OPERATION.has(code)) return [`no operation is described for ${method} ${path}`];
  const missing = code === "method_not_allowed" && !response.headers.has("allow") ? ["Allow is missing"] : [];
  return [...missing, ...compareHeaders(response, anyProblem()), ...validate("#/components/schemas/Problem", body)];
}

function anyProblem(): ResponseObject {
  return resolve(document, { $ref: "#/components/responses/Problem" }).node as unknown as ResponseObject;
}

/** The description of a status: its own, that of its class, or that of any problem. */
function select(status: number, { operation, pointer }: Described) {
  const { responses } = operation;
  const own = [String(status), `${Math.floor(status / 100)}XX`].find((name) => name in responses);
  const name = own ?? (status >= 400 ? "default" : null);
  if (name === null) return null;
  const found = resolve(document, responses[name], `${pointer}/responses/${name}`);
  return { name, pointer: found.pointer, response: found.node as unknown as ResponseObject };
}

function compareHeaders(response: Response, { headers = {} }: ResponseObject): string[] {
  const faults = HEADER_NAMES.filter(
    (name) => response.headers.has(name) && !(name in headers) && name !== "Allow" && !isEverywhere(name),
  ).map((name) => `the header ${name} is not described`);
  for (const [name, reference] of Object.entries(headers)) {
    const { node, pointer } = resolve(document, reference);
    const value = response.headers.get(name);
    if (value === null && node.required === true) faults.push(`the header ${name} is missing`);
    if (value !== null)
      faults.push(...validateHeader(`${pointer}/schema`, node, value).map((text) => `${name}: ${text}`));
  }
  return faults;
}

/** Headers that the runtime or a proxy may set. */
function isEverywhere(name: string): boolean {
  return name === "Content-Language";
}

function validateHeader(pointer: string, header: Readonly<Record<string, unknown>>, value: string): string[] {
  const { type } = (header.schema ?? {}) as { type?: string };
  return validate(pointer, type === "integer" ? Number(value) : value);
}

function compareType(response: Response, { content = {} }: ResponseObject): string[] {
  const type = toType(response);
  const types = Object.keys(content);
  if (type === null) return types.length === 0 || types.includes("*/*") ? [] : [`it has no content, not ${types}`];
  return types.includes(type) || types.includes("*/*") ? [] : [`${type} is not described, but ${types}`];
}

function compareProblem(response: Response, described: Described, asked: Asked & { body: unknown }): string[] {
  const { operation } = described;
  const { error_code: code } = asked.body as { error_code: string };
  const known = operation["x-problems"] as readonly string[] | undefined;
  const chosen = select(response.status, described);
  const isOpen = chosen?.name === "default" && code !== "gen_rejected_request" && !asked.isScripted;
  return [
    ...(known && !known.includes(code) ? [`the problem ${code} is not described`] : []),
    ...(isOpen ? [`the problem ${code} with status ${response.status} is not described`] : []),
    ...compareBody(response, described, asked.body),
  ];
}

function compareBody(response: Response, described: Described, body: unknown): string[] {
  const chosen = select(response.status, described);
  const type = toType(response);
  const content = chosen?.response.content ?? {};
  if (chosen === null || type === null || !(type in content) || !type.endsWith("json")) return [];
  return validate(`${chosen.pointer}/content/${type.replace("/", "~1")}/schema`, body);
}

const validators = new Map<string, ValidateFunction>();

function validate(pointer: string, value: unknown): string[] {
  const check = validators.get(pointer) ?? ajv.compile({ $ref: `document${encodeURI(pointer)}` });
  validators.set(pointer, check);
  if (check(value)) return [];
  return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || "the body"} ${message}`);
}

function toType({ headers }: Response): string | null {
  return headers.get("content-type")?.split(";")[0]?.trim() ?? null;
}

function complain(faults: readonly string[], response: Response, { method, path }: Asked): void {
  if (faults.length === 0) return;
  throw new NotAsDescribed(
    `${method} ${path} answered ${response.status}, and that is not as described:\n  ${faults.join("\n  ")}`,
  );
}

/** Checks a JSON body when it is read, and not before, since it may never come or break off. */
function watch(response: Response, look: (body: unknown) => void): Response {
  const [readJson, readText] = [response.json.bind(response), response.text.bind(response)];
  const isJson = toType(response)?.endsWith("json") === true;
  return Object.assign(response, {
    async json() {
      const body = await readJson();
      look(body);
      return body;
    },
    async text() {
      const text = await readText();
      if (isJson && text !== "") look(JSON.parse(text));
      return text;
    },
  });
}
