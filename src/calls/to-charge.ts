/** A durable call as the ledger's charge. */
import type { Charge } from "../money/ledger/charge.ts";
import type { Booking, CallRecord } from "./states/record.ts";

export function toCharge({
  submission,
  state,
  price,
  booking,
}: Pick<CallRecord, "submission" | "state" | "price"> & { booking: Booking }): Charge {
  const { callId, account, agentId, charges = 1, listener, operation, spending, tag } = submission;
  return {
    callId,
    epoch: state.epoch,
    at: booking.at,
    clientId: spending.payer,
    account,
    tag: tag ?? null,
    agentId,
    pipeline: spending.pipeline,
    runId: listener?.run ?? null,
    operation,
    type: spending.type,
    calls: charges,
    estimate: price,
  };
}
