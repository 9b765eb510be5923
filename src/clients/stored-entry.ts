/**
 * How clients and policies stand in KV: a client's record under its key's id, a policy under `policy:<name>`. The
 * policy is also in the entry's metadata, so that listing takes one call. docs/storage.md has all of it.
 */
import * as v from "valibot";
import { type ClientRecord, ClientRecordSchema } from "../access/client-record.ts";
import { type Policy, PolicySchema, toPolicyKey } from "../access/policy.ts";
import { parseJson } from "../encoding/json.ts";

/** KV's limit for metadata. */
const MAX_METADATA_BYTES = 1_024;
const POLICY_PREFIX = toPolicyKey("");

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

const WholeMetadata = v.strictObject({ ...PolicySchema.entries, createdAt: v.number() });
const ShortMetadata = v.object({ createdAt: v.number() });

export function toKind(id: string): StoredEntry["kind"] {
  return id.startsWith(POLICY_PREFIX) ? "policy" : "client";
}

/** Null for what can't be parsed. */
export function readRecord(id: string, text: string | null): ClientRecord | Policy | null {
  const record = v.safeParse(toSchema(id), text === null ? null : parseJson(text));
  return record.success ? record.output : null;
}

/** Throws for a record that the Worker could not read. */
export function writeRecord(id: string, record: ClientRecord | Policy): string {
  return JSON.stringify(v.parse(toSchema(id), record));
}

/** Only name and time where the whole policy is too long. */
export function writeMetadata(record: ClientRecord | Policy, createdAt: number): object {
  const policy = toPolicyOf(record);
  const whole = { ...policy, createdAt };
  const fits = new TextEncoder().encode(JSON.stringify(whole)).byteLength <= MAX_METADATA_BYTES;
  return fits ? whole : { name: policy.name, createdAt };
}

/** An entry as a list shows it. `load` is asked for its record when the metadata does not hold the policy. */
export async function readEntry(
  { name: id, metadata }: { readonly name: string; readonly metadata?: unknown },
  load: (id: string) => Promise<ClientRecord | Policy | null>,
): Promise<StoredEntry> {
  const whole = v.safeParse(WholeMetadata, metadata);
  if (whole.success) {
    const { createdAt, ...policy } = whole.output;
    return { kind: toKind(id), id, policy, createdAt };
  }
  const record = await load(id);
  return { kind: toKind(id), id, policy: record && toPolicyOf(record), createdAt: readCreatedAt(metadata) };
}

export function readCreatedAt(metadata: unknown): number | null {
  const short = v.safeParse(ShortMetadata, metadata);
  return short.success ? short.output.createdAt : null;
}

export function toPolicyOf(record: ClientRecord | Policy): Policy {
  const { secretHash: _, former: __, ...policy } = { secretHash: "", former: undefined, ...record };
  return policy;
}

function toSchema(id: string) {
  return toKind(id) === "policy" ? PolicySchema : ClientRecordSchema;
}
