/** How tracked jobs have ended and what they cost, by GEN's word, for the ledger. */
import * as v from "valibot";
import type { Isolate } from "../context.ts";
import { parseJson } from "../encoding/json.ts";
import { parseCredits } from "../money/credits.ts";
import type { ChargedJob, JobEnd } from "../money/ledger/charge.ts";
import { toMonth } from "../money/period.ts";
import { Outbox } from "../objects/outbox.ts";
import type { JobCharge, Tracked } from "./state.ts";

interface Settlement {
  readonly charge: JobCharge;
  readonly job: ChargedJob;
  readonly end: JobEnd;
}

export class Settlements extends Outbox<Settlement> {
  constructor(kv: SyncKvStorage, { clock, log, objects }: Isolate) {
    super(kv, {
      key: "settlements",
      clock,
      deliver: ({ charge, job, end }) => objects.LEDGER.getByName(toMonth(charge.at)).settle(charge, job, end),
      onFailure: ({ charge }, error) =>
        log("error", { message: "charge_not_settled", call_id: charge.callId, error: String(error) }),
    });
  }

  /** Nothing for a job that belongs to no charge, or of which the end is not known. */
  take(tracked: Tracked): void {
    const settlement = toSettlement(tracked);
    if (settlement !== null) this.add(settlement);
  }

  /** A call of an earlier charge than the job's: the job was stopped and continued before that call could name it. */
  takeLate(tracked: Tracked, charge: JobCharge | null): void {
    if (charge !== null && charge.at < (tracked.charge?.at ?? 0)) this.takeStopped({ ...tracked, charge });
  }

  /** GEN gives back what was stopped. */
  takeStopped({ charge = null, job }: Tracked): void {
    if (charge !== null) this.add({ charge, job, end: { status: "stopped", cost: 0 } });
  }
}

function toSettlement({ charge = null, job, phase, status, body }: Tracked): Settlement | null {
  if (charge === null || phase !== "settled") return null;
  return { charge, job, end: toJobEnd(status as JobEnd["status"], body === null ? null : parseJson(body)) };
}

const Money = v.object({ execution_cost: v.optional(v.unknown()), credit_outcome: v.optional(v.unknown()) });

/**
 * GEN gives back all credits of what has failed or was stopped, whatever its `execution_cost` says (credits guide),
 * unless `credit_outcome` says that it was charged.
 */
function toJobEnd(status: JobEnd["status"], answer: unknown): JobEnd {
  const read = v.safeParse(Money, answer);
  if (!read.success) return { status, cost: null };
  const { execution_cost: cost, credit_outcome: outcome } = read.output;
  const isFree = outcome === "refunded" || outcome === "not_charged";
  const isReturned = status !== "completed" && outcome !== "charged";
  return { status, cost: isFree || isReturned ? 0 : parseCredits(cost) };
}
