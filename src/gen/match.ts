/**
 * Finds the operation of a request. The path is parsed once, and the forwarded path is rebuilt from the table's fixed
 * segments and re-encoded parameters, so nothing outside the table can be reached.
 */
import { decodeName } from "./id.ts";
import type { Operation } from "./operation.ts";

export type Match =
  | {
      readonly kind: "found";
      readonly operation: Operation;
      readonly params: Readonly<Record<string, string>>;
      /** GEN's path after `/v1`, encoded. */
      readonly path: string;
    }
  /** The path exists, the method does not. */
  | { readonly kind: "other-method"; readonly allow: readonly string[] }
  | { readonly kind: "none" }
  /** A segment that can't be an id of GEN's: dot segments, encoded separators, control characters. */
  | { readonly kind: "malformed" };

type Matcher = (method: string, path: string) => Match;

interface Entry {
  readonly operation: Operation;
  readonly names: readonly string[];
}

interface Node {
  readonly fixed: Map<string, Node>;
  variable: Node | null;
  readonly entries: Map<string, Entry>;
}

const SHEET_ALIASES = ["/vidsheet", "/autocontentengine"];

export function createMatcher(operations: readonly Operation[]): Matcher {
  const root = createNode();
  for (const operation of operations) {
    for (const path of toPaths(operation.path)) insert(root, path, operation);
  }
  return (method, path) => match(root, method, path);
}

function createNode(): Node {
  return { fixed: new Map(), variable: null, entries: new Map() };
}

/**
 * GEN's error guide calls sheets `/autocontentengine`, newer pages `/vidsheet`. Both work; each is forwarded as
 * received.
 */
function toPaths(path: string): string[] {
  if (!path.startsWith("/vidsheet")) return [path];
  return SHEET_ALIASES.map((alias) => path.replace("/vidsheet", alias));
}

function insert(root: Node, path: string, operation: Operation): void {
  const names: string[] = [];
  let node = root;
  for (const segment of path.slice(1).split("/")) {
    if (segment.startsWith(":")) {
      names.push(segment.slice(1));
      node.variable ??= createNode();
      node = node.variable;
    } else {
      const next = node.fixed.get(segment) ?? createNode();
      node.fixed.set(segment, next);
      node = next;
    }
  }
  node.entries.set(operation.method, { operation, names });
}

function match(root: Node, method: string, path: string): Match {
  if (path === "" || path === "/") return { kind: "none" };
  const raw = path.endsWith("/") ? path.slice(1, -1) : path.slice(1);
  const segments = raw.split("/").map(decodeName);
  if (!segments.every((segment) => segment !== null)) return { kind: "malformed" };
  const wanted = method === "HEAD" ? "GET" : method;
  const nodes = find(root, segments, 0, []);
  for (const { node, values } of nodes) {
    const entry = node.entries.get(wanted);
    if (!entry) continue;
    const { operation, names } = entry;
    const params = Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
    return { kind: "found", operation, params, path: `/${segments.map(encodeURIComponent).join("/")}` };
  }
  const allow = nodes.flatMap(({ node }) => [...node.entries.keys()]);
  return allow.length > 0 ? { kind: "other-method", allow: toAllow(allow) } : { kind: "none" };
}

/** Every node that the segments lead to, fixed segments before parameters. */
function find(node: Node, segments: readonly string[], at: number, values: readonly string[]): Found[] {
  const segment = segments[at];
  if (segment === undefined) return node.entries.size > 0 ? [{ node, values }] : [];
  const fixed = node.fixed.get(segment);
  const byName = fixed ? find(fixed, segments, at + 1, values) : [];
  const byValue = node.variable ? find(node.variable, segments, at + 1, [...values, segment]) : [];
  return [...byName, ...byValue];
}

interface Found {
  readonly node: Node;
  readonly values: readonly string[];
}

function toAllow(methods: readonly string[]): readonly string[] {
  const all = new Set([...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"]);
  return [...all].sort();
}
