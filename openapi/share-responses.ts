import type { Document, Members, Operation, PathItem, Reference } from "./shape.ts";

/**
 * The same document with each response that several operations have written once, under `components/responses`, and
 * referred to: its headers alone would be half of the document.
 */
export function shareResponses(document: Document): Document {
  const counts = new Map<string, number>();
  const inline = listOperations(document).flatMap(({ responses }) => Object.values(responses));
  for (const response of inline) counts.set(JSON.stringify(response), (counts.get(JSON.stringify(response)) ?? 0) + 1);

  const names = new Map<string, string>();
  const shared: Record<string, Members> = {};
  const share = (status: string, response: Members | Reference): Members | Reference => {
    const text = JSON.stringify(response);
    if ("$ref" in response || counts.get(text) === 1) return response;
    const name = names.get(text) ?? selectName(status, shared);
    names.set(text, name);
    shared[name] = response;
    return { $ref: `#/components/responses/${name}` };
  };
  const paths = mapValues(document.paths, (_, item) =>
    mapValues(item, (__, operation) => withShared(operation, share)),
  );
  const { responses, ...components } = document.components;
  return { ...document, paths, components: { ...components, responses: { ...responses, ...shared } } };
}

function listOperations({ paths }: Document): Operation[] {
  return Object.values(paths).flatMap((item: PathItem) => Object.values(item));
}

function withShared(
  operation: Operation,
  share: (status: string, response: Members | Reference) => Members | Reference,
) {
  return { ...operation, responses: mapValues(operation.responses, share) };
}

/** `Answer200`, then `Answer200_2`, … */
function selectName(status: string, taken: Readonly<Record<string, unknown>>): string {
  const first = `Answer${status}`;
  const before = Object.keys(taken).filter((name) => name === first || name.startsWith(`${first}_`)).length;
  return before === 0 ? first : `${first}_${before + 1}`;
}

function mapValues<From, To>(
  of: Readonly<Record<string, From>>,
  map: (name: string, value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(name, value)]));
}
