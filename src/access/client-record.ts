import * as v from "valibot";
import { PolicySchema } from "./policy.ts";

/** What KV holds under a key's id: the policy, and how to know the holder. */
export const ClientRecordSchema = v.object({
  ...PolicySchema.entries,
  /** SHA-256 of the secret, 64 hex digits. */
  secretHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

export type ClientRecord = v.InferOutput<typeof ClientRecordSchema>;
