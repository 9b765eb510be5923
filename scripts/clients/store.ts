/** Client records and policies in KV, through `wrangler kv`: in the local state of `wrangler dev`, or remote. */
import * as v from "valibot";
import { type ClientKey, hashSecret } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import type { Policy } from "../../src/access/policy.ts";
import { readEntry, readRecord, type StoredEntry, writeMetadata, writeRecord } from "../../src/clients/stored-entry.ts";
import { runWrangler } from "../local/wrangler.ts";

export interface Place {
  readonly remote: boolean;
  /** The folder of the local state. Default: `.wrangler/state`. */
  readonly persistTo?: string | undefined;
}

const Entries = v.array(v.object({ name: v.string(), metadata: v.optional(v.unknown()) }));

export async function putClient(
  place: Place,
  { key, policy, createdAt }: { key: ClientKey; policy: Policy; createdAt: number },
): Promise<void> {
  await putRecord(place, key.id, { record: { ...policy, secretHash: await hashSecret(key.secret) }, createdAt });
}

/** Stores a client's record, or a policy for tokens. */
export async function putRecord(
  place: Place,
  id: string,
  { record, createdAt }: { record: ClientRecord | Policy; createdAt: number },
): Promise<void> {
  const metadata = JSON.stringify(writeMetadata(record, createdAt));
  await kv(place, "put", [id, writeRecord(id, record), "--metadata", metadata]);
}

/** Null when it does not exist or can't be parsed. */
export async function getRecord(place: Place, id: string): Promise<ClientRecord | Policy | null> {
  return readRecord(id, await kv(place, "get", [id, "--text"]));
}

/** Sorted by name. */
export async function listEntries(place: Place): Promise<StoredEntry[]> {
  const entries = v.parse(Entries, JSON.parse(await kv(place, "list", [])));
  const stored = await Promise.all(entries.map((entry) => readEntry(entry, (id) => getRecord(place, id))));
  return stored.sort((a, b) => (a.policy?.name ?? "").localeCompare(b.policy?.name ?? ""));
}

export async function deleteEntry(place: Place, id: string): Promise<void> {
  await kv(place, "delete", [id]);
}

function kv(place: Place, verb: "put" | "get" | "list" | "delete", args: readonly string[]): Promise<string> {
  const where = place.remote
    ? ["--remote"]
    : ["--local", ...(place.persistTo ? ["--persist-to", place.persistTo] : [])];
  return runWrangler(["kv", "key", verb, ...args, "--binding", "CLIENTS", ...where]);
}
