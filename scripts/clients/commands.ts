/** The commands, one function each. */
import { createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import { type Policy, toPolicyKey } from "../../src/access/policy.ts";
import type { StoredEntry } from "../../src/clients/stored-entry.ts";
import { describeTaken } from "../../src/clients/taken.ts";
import { CommandError, type Printout } from "./command-error.ts";
import { findEntry, nameOf, toDelay } from "./find.ts";
import { renderListing } from "./listing.ts";
import { deleteEntry, getRecord, listEntries, type Place, putClient, putRecord } from "./store.ts";
import { toTime } from "./time.ts";

const KEEP_IT = "It is not stored anywhere and can't be shown again: save it now.";
/** The Worker may still read what was before, and write it back with its own change. */
const UNDONE_BY = "A change of it over HTTP or in the console within about a minute of this can undo it.";

export async function addClient(place: Place, policy: Policy): Promise<Printout> {
  const taken = (await listEntries(place)).find((entry) => entry.policy?.name === policy.name);
  if (taken) throw new CommandError(describeTaken(policy.name, taken));
  const key = createClientKey();
  await putClient(place, { key, policy, createdAt: Date.now() });
  const seen = place.remote
    ? "The deployed Worker accepts it within about a minute."
    : "A Worker that runs under `npm start` accepts it at once.";
  return {
    out: formatClientKey(key),
    note: `The key of client "${policy.name}" is above. ${KEEP_IT}\n${seen}`,
  };
}

/** Creates or replaces a policy. A replaced policy stays paused if it was. */
export async function setPolicy(place: Place, policy: Policy): Promise<Printout> {
  const former = (await listEntries(place)).find((entry) => entry.policy?.name === policy.name);
  if (former?.kind === "client") {
    throw new CommandError(`There is a client named "${policy.name}" already (id ${former.id}). Choose another name.`);
  }
  const paused = former?.policy?.paused ?? false;
  const record = paused ? { ...policy, paused } : policy;
  await putRecord(place, toPolicyKey(policy.name), { record, createdAt: former?.createdAt ?? Date.now() });
  const done = former ? `is replaced${paused ? "; it is still paused" : ""}` : "is created";
  return { note: `Policy "${policy.name}" ${done}. It applies to tokens that name it within ${toDelay(place)}.` };
}

export async function showEntries(place: Place): Promise<Printout> {
  const entries = await listEntries(place);
  if (entries.length === 0) {
    return { note: `There are no clients ${place.remote ? "at the deployed Worker" : "on this machine"} yet.` };
  }
  return { out: renderListing(entries, Date.now()) };
}

export async function revoke(place: Place, nameOrId: string): Promise<Printout> {
  const entry = await findEntry(place, nameOrId);
  await deleteEntry(place, entry.id);
  const what = entry.kind === "policy" ? "Tokens that name it stop" : "Its key stops";
  return {
    note: `${nameOf(entry)} is revoked. ${what} working within ${toDelay(place)}.\n${UNDONE_BY} Look with \`list\` after ${toDelay(place)}, and revoke it again if it is there.`,
  };
}

/**
 * Creates a new secret under the same id. The previous one stays valid for `keepMs`; the one before that stops at once.
 */
export async function rotateKey(place: Place, nameOrId: string, keepMs: number): Promise<Printout> {
  const entry = await findEntry(place, nameOrId);
  if (entry.kind === "policy") throw new CommandError(`${nameOf(entry)} has no key: users' tokens name it.`);
  const { former: _, ...record } = (await readRecord(place, entry)) as ClientRecord;
  const { secret } = createClientKey();
  const until = Date.now() + keepMs;
  const former = keepMs > 0 ? { former: { secretHash: record.secretHash, until } } : {};
  const changed = { ...record, secretHash: await hashSecret(secret), ...former };
  await putRecord(place, entry.id, { record: changed, createdAt: entry.createdAt ?? Date.now() });
  const end = keepMs > 0 ? `stays valid until ${toTime(until)}` : `stops working within ${toDelay(place)}`;
  return {
    out: formatClientKey({ id: entry.id, secret }),
    note: `${nameOf(entry)} has a new key, above. ${KEEP_IT}\nThe new key works within ${toDelay(place)}. The previous key ${end}.\n${UNDONE_BY} If the new key is still refused after ${toDelay(place)}, rotate again.`,
  };
}

export async function setPaused(place: Place, nameOrId: string, paused: boolean): Promise<Printout> {
  const entry = await findEntry(place, nameOrId);
  const { paused: _, ...record } = await readRecord(place, entry);
  const changed = paused ? { ...record, paused } : record;
  await putRecord(place, entry.id, { record: changed, createdAt: entry.createdAt ?? Date.now() });
  const effect = paused ? "is paused: calls that cost credits are refused" : "is resumed: calls that cost credits work";
  return { note: `${nameOf(entry)} ${effect} within ${toDelay(place)}.` };
}

async function readRecord(place: Place, entry: StoredEntry): Promise<ClientRecord | Policy> {
  const record = await getRecord(place, entry.id);
  if (record === null) throw new CommandError(`${nameOf(entry)} can't be read. Revoke it and create a new one.`);
  return record;
}
