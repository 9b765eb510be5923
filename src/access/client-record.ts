import * as v from "valibot";
import { SHA256_HEX } from "../encoding/hash.ts";
import { PolicySchema } from "./policy.ts";

/** SHA-256 of a secret, 64 hex digits. */
const SecretHash = v.pipe(v.string(), v.regex(SHA256_HEX));

/** The KV record of a client key: its policy, and the hash that authenticates its holder. */
export const ClientRecordSchema = v.strictObject({
  ...PolicySchema.entries,
  secretHash: SecretHash,
  /** After `rotate`: the previous secret, which stays valid until `until` (milliseconds since the epoch). */
  former: v.optional(v.object({ secretHash: SecretHash, until: v.number() })),
});

export type ClientRecord = v.InferOutput<typeof ClientRecordSchema>;
