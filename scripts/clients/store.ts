/**
 * Client records and policies in KV, through `wrangler kv`: in the local state of `wrangler dev`, or remote. A client's
 * record is stored under its key's id, a policy under `policy:<name>`. The policy is also in the entry's metadata, so
 * that listing takes one call.
 */
import * as v from "valibot";
import { type ClientKey, hashSecret } from "../../src/access/client-key.ts";
import { type ClientRecord, ClientRecordSchema } from "../../src/access/client-record.ts";
import { type Policy, PolicySchema, toPolicyKey } from "../../src/access/policy.ts";
import { runWrangler } from "../local/wrangler.ts";

/** KV's limit for metadata. */
const MAX_METADATA_BYTES = 1_024;

export interface Place {
  readonly remote: boolean;
  /** The folder of the local state. Default: `.wrangler/state`. */
  readonly persistTo?: string | undefined;
}

export interface StoredEntry {
  /** `client`: the holder of a key. `policy`: for users' tokens. */
  readonly kind: "client" | "policy";
  /** The KV key. */
  readonly id: string;
  /** Null when the record can't be read: the Worker can't read it either. */
  readonly policy: Policy | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | null;
}

const Entries = v.array(v.object({ name: v.string(), metadata: v.optional(v.unknown()) }));
const WholeMetadata = v.strictObject({ ...PolicySchema.entries, createdAt: v.number() });
const ShortMetadata = v.object({ createdAt: v.number() });
const POLICY_PREFIX = toPolicyKey("");

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
  const checked = v.parse(toSchema(id), record);
  const policy = toPolicy(checked);
  const whole = JSON.stringify({ ...policy, createdAt });
  const fits = Buffer.byteLength(whole) <= MAX_METADATA_BYTES;
  const metadata = fits ? whole : JSON.stringify({ name: policy.name, createdAt });
  await kv(place, "put", [id, JSON.stringify(checked), "--metadata", metadata]);
}

/** Null when it does not exist or can't be parsed. */
export async function getRecord(place: Place, id: string): Promise<ClientRecord | Policy | null> {
  const record = v.safeParse(toSchema(id), parseJson(await kv(place, "get", [id, "--text"])));
  return record.success ? record.output : null;
}

/** Sorted by name. */
export async function listEntries(place: Place): Promise<StoredEntry[]> {
  const entries = v.parse(Entries, JSON.parse(await kv(place, "list", [])));
  const stored = await Promise.all(entries.map((entry) => toEntry(place, entry)));
  return stored.sort((a, b) => (a.policy?.name ?? "").localeCompare(b.policy?.name ?? ""));
}

export async function deleteEntry(place: Place, id: string): Promise<void> {
  await kv(place, "delete", [id]);
}

async function toEntry(
  place: Place,
  { name: id, metadata }: v.InferOutput<typeof Entries>[number],
): Promise<StoredEntry> {
  const kind = id.startsWith(POLICY_PREFIX) ? "policy" : "client";
  const whole = v.safeParse(WholeMetadata, metadata);
  if (whole.success) {
    const { createdAt, ...policy } = whole.output;
    return { kind, id, policy, createdAt };
  }
  const short = v.safeParse(ShortMetadata, metadata);
  const record = await getRecord(place, id);
  return {
    kind,
    id,
    policy: record && toPolicy(record),
    createdAt: short.success ? short.output.createdAt : null,
  };
}

function toSchema(id: string) {
  return id.startsWith(POLICY_PREFIX) ? PolicySchema : ClientRecordSchema;
}

function toPolicy(record: ClientRecord | Policy): Policy {
  const { secretHash: _, former: __, ...policy } = { secretHash: "", former: undefined, ...record };
  return policy;
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
