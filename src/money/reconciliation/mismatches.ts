/** What the owner is to be told of what GEN took and nobody here knows. */
import type { Isolate } from "../../context.ts";
import { Outbox } from "../../objects/outbox.ts";
import type { Mismatch } from "./reconciliation.ts";

interface Telling extends Pick<Isolate, "clock" | "log"> {
  readonly tellMismatch: (mismatch: Mismatch) => Promise<void>;
}

export class Mismatches extends Outbox<Mismatch> {
  constructor(kv: SyncKvStorage, { clock, log, tellMismatch }: Telling) {
    super(kv, {
      key: "mismatches",
      clock,
      deliver: tellMismatch,
      onFailure: (_, error) =>
        log("error", { message: "notification_not_taken", type: "ledger.mismatch", error: String(error) }),
    });
  }
}
