import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import type { Policy } from "../../src/access/policy.ts";
import { deleteClient, listClients, type Place, putClient } from "./store.ts";
import { renderTable } from "./table.ts";

/** What a command prints. `out` is what a script may want to read, `note` is for people. */
export interface Printout {
  readonly out?: string;
  readonly note?: string;
}

/** A command that can't be carried out, in words for the person who typed it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

export async function addClient(place: Place, policy: Policy): Promise<Printout> {
  const taken = (await listClients(place)).find((client) => client.policy?.name === policy.name);
  if (taken) {
    throw new CommandError(
      `There is a client named "${policy.name}" already (id ${taken.id}). Choose another name, or revoke that one first.`,
    );
  }
  const key = createClientKey();
  await putClient(place, { key, policy, createdAt: Date.now() });
  const seen = place.remote
    ? "The deployed Worker knows it within about a minute."
    : "A Worker that runs under `npm start` knows it at once.";
  return {
    out: formatClientKey(key),
    note: `The key of client "${policy.name}" is above. It is not stored anywhere and can't be shown again: keep it now.\n${seen}`,
  };
}

export async function showClients(place: Place): Promise<Printout> {
  const clients = await listClients(place);
  if (clients.length === 0) {
    return { note: `There are no clients ${place.remote ? "at the deployed Worker" : "on this machine"} yet.` };
  }
  return { out: renderTable(clients, Date.now()) };
}

export async function revokeClient(place: Place, nameOrId: string): Promise<Printout> {
  const clients = await listClients(place);
  const found =
    clients.find((client) => client.policy?.name === nameOrId) ?? clients.find((client) => client.id === nameOrId);
  if (!found) {
    const names = clients.map((client) => client.policy?.name ?? client.id).join(", ");
    throw new CommandError(`There is no client "${nameOrId}". There are: ${names || "none"}.`);
  }
  await deleteClient(place, found.id);
  const until = place.remote ? "three minutes" : "a minute";
  return {
    note: `Client "${found.policy?.name ?? found.id}" (id ${found.id}) is revoked. Its key stops working within ${until}.`,
  };
}
