import * as v from "valibot";
import { PolicySchema } from "./policy.ts";

/** SHA-256 of a secret, 64 hex digits. */
const SecretHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** What KV holds under a key's id: the policy, and how to know the holder. */
export const ClientRecordSchema = v.strictObject({
  ...PolicySchema.entries,
  secretHash: SecretHash,
  /** After `rotate`: the secret before it is good for a while longer. Milliseconds since the epoch. */
  former: v.optional(v.object({ secretHash: SecretHash, until: v.number() })),
});

export type ClientRecord = v.InferOutput<typeof ClientRecordSchema>;
