/**
 * Client records in KV, by way of `wrangler kv`: on this machine where `wrangler dev` keeps its state, or remote.
 * A record stands under the key's id. Its policy is also in the entry's metadata, so that a list takes one call.
 */
import * as v from "valibot";
import { type ClientKey, hashSecret } from "../../src/access/client-key.ts";
import { type ClientRecord, ClientRecordSchema } from "../../src/access/client-record.ts";
import { type Policy, PolicySchema } from "../../src/access/policy.ts";
import { runWrangler } from "../local/wrangler.ts";

/** KV's limit. */
const MAX_METADATA_BYTES = 1_024;

export interface Place {
  readonly remote: boolean;
  /** Another folder than `.wrangler/state`. */
  readonly persistTo?: string | undefined;
}

export interface StoredClient {
  readonly id: string;
  /** Null when the record can't be read: the Worker can't read it either. */
  readonly policy: Policy | null;
  readonly createdAt: number | null;
}

const Entries = v.array(v.object({ name: v.string(), metadata: v.optional(v.unknown()) }));
const WholeMetadata = v.object({ ...PolicySchema.entries, createdAt: v.number() });
const ShortMetadata = v.object({ createdAt: v.number() });

export async function putClient(
  place: Place,
  { key, policy, createdAt }: { key: ClientKey; policy: Policy; createdAt: number },
): Promise<void> {
  const record: ClientRecord = v.parse(ClientRecordSchema, { ...policy, secretHash: await hashSecret(key.secret) });
  const whole = JSON.stringify({ ...policy, createdAt });
  const fits = Buffer.byteLength(whole) <= MAX_METADATA_BYTES;
  const metadata = fits ? whole : JSON.stringify({ name: policy.name, createdAt });
  await kv(place, "put", [key.id, JSON.stringify(record), "--metadata", metadata]);
}

export async function listClients(place: Place): Promise<StoredClient[]> {
  const entries = v.parse(Entries, JSON.parse(await kv(place, "list", [])));
  const clients = await Promise.all(entries.map((entry) => toClient(place, entry)));
  return clients.sort((a, b) => (a.policy?.name ?? "").localeCompare(b.policy?.name ?? ""));
}

export async function deleteClient(place: Place, id: string): Promise<void> {
  await kv(place, "delete", [id]);
}

async function toClient(
  place: Place,
  { name: id, metadata }: v.InferOutput<typeof Entries>[number],
): Promise<StoredClient> {
  const whole = v.safeParse(WholeMetadata, metadata);
  if (whole.success) {
    const { createdAt, ...policy } = whole.output;
    return { id, policy, createdAt };
  }
  const short = v.safeParse(ShortMetadata, metadata);
  const record = v.safeParse(ClientRecordSchema, parseJson(await kv(place, "get", [id, "--text"])));
  return {
    id,
    policy: record.success ? record.output : null,
    createdAt: short.success ? short.output.createdAt : null,
  };
}

function kv(place: Place, verb: "put" | "get" | "list" | "delete", args: readonly string[]): Promise<string> {
  const where = place.remote
    ? ["--remote"]
    : ["--local", ...(place.persistTo ? ["--persist-to", place.persistTo] : [])];
  return runWrangler(["kv", "key", verb, ...args, "--binding", "CLIENTS", ...where]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
