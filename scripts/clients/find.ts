import type { StoredEntry } from "../../src/clients/stored-entry.ts";
import { askWhetherMeant } from "../../src/encoding/nearest.ts";
import { CommandError } from "./command-error.ts";
import { listEntries, type Place } from "./store.ts";

/** Finds an entry by name (unique over clients and policies) or by id. Throws with the list of existing names. */
export async function findEntry(place: Place, nameOrId: string): Promise<StoredEntry> {
  const entries = await listEntries(place);
  const found = entries.find(({ policy }) => policy?.name === nameOrId) ?? entries.find(({ id }) => id === nameOrId);
  if (found) return found;
  const names = entries.map(({ policy, id }) => policy?.name ?? id);
  const meant = askWhetherMeant(nameOrId, names);
  throw new CommandError(
    `There is no client or policy "${nameOrId}".${meant} There are: ${names.join(", ") || "none"}.`,
  );
}

/** `Client "web" (id abcDEF0123)` or `Policy "web-users"`. */
export function nameOf({ kind, id, policy }: StoredEntry): string {
  return kind === "policy" ? `Policy "${policy?.name ?? id}"` : `Client "${policy?.name ?? id}" (id ${id})`;
}

/** How long until a running Worker applies a change. */
export function toDelay({ remote }: Place): string {
  return remote ? "three minutes" : "a minute";
}
