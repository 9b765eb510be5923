import type { StoredEntry } from "./stored-entry.ts";

/** A name means one client or one policy. */
export function describeTaken(name: string, { id, kind }: Pick<StoredEntry, "id" | "kind">): string {
  const what = kind === "policy" ? "a policy" : "a client";
  const named = kind === "policy" ? "" : ` (id ${id})`;
  return `There is ${what} named "${name}" already${named}. Choose another name, or revoke that one first.`;
}
