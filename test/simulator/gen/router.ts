import type { Route, Routes } from "./route.ts";

interface Node {
  readonly words: Map<string, Node>;
  parameter: { node: Node } | undefined;
  readonly routes: Map<string, { route: Route; names: string[] }>;
}

export interface Found {
  readonly route: Route;
  readonly params: Record<string, string>;
}

export type Router = (method: string, path: string) => Found | undefined;

/** A tree by path segment; a fixed segment is preferred to a parameter. `HEAD` is found as `GET`. */
export function routerOf(tables: readonly Routes[]): Router {
  const root = newNode();
  for (const table of tables) for (const [name, route] of Object.entries(table)) insert(root, name, route);
  return (method, path) => {
    const values: string[] = [];
    const wanted = method === "HEAD" ? "GET" : method;
    const entry = walk(root, path.split("/"), 1, { wanted, values });
    if (!entry) return undefined;
    const params: Record<string, string> = {};
    for (const [index, parameter] of entry.names.entries()) params[parameter] = decode(values[index] ?? "");
    return { route: entry.route, params };
  };
}

type Entry = { route: Route; names: string[] };

function walk(
  node: Node,
  parts: string[],
  index: number,
  search: { wanted: string; values: string[] },
): Entry | undefined {
  const part = parts[index];
  if (part === undefined) return node.routes.get(search.wanted);
  const word = node.words.get(part);
  const found = word && walk(word, parts, index + 1, search);
  if (found || !node.parameter || part === "") return found;
  search.values.push(part);
  const entry = walk(node.parameter.node, parts, index + 1, search);
  if (!entry) search.values.pop();
  return entry;
}

function insert(root: Node, name: string, route: Route): void {
  const [method = "", path = ""] = name.split(" ");
  const names: string[] = [];
  let node = root;
  for (const part of path.split("/").slice(1)) {
    if (part.startsWith(":")) {
      names.push(part.slice(1));
      node.parameter ??= { node: newNode() };
      node = node.parameter.node;
    } else {
      const next = node.words.get(part) ?? newNode();
      node.words.set(part, next);
      node = next;
    }
  }
  if (node.routes.has(method)) throw new Error(`Two routes for ${name}`);
  node.routes.set(method, { route, names });
}

function newNode(): Node {
  return { words: new Map(), parameter: undefined, routes: new Map() };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
