/** The id of a client that a person has named. What is no name is an id. */
export function findClientId(names: ReadonlyMap<string, string>, named: string): string {
  const found = [...names].find(([, name]) => name === named);
  return found?.[0] ?? named;
}
