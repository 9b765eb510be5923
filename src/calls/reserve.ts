/** Before a call is sent: gets its price where a limit needs one, and books it in its budgets. */
import { needsPrice } from "../bounds/money-limits.ts";
import { toRetryAfterMs } from "../gen/failure.ts";
import { findOperation } from "../gen/operations.ts";
import type { Reserved } from "../money/budget.ts";
import { toMonth } from "../money/period.ts";
import { admit, learn } from "./admission.ts";
import { estimate } from "./estimate.ts";
import type { KeptCall } from "./kept-call.ts";
import type { CallEvent } from "./states/state.ts";
import { toCharge } from "./to-charge.ts";

const ESTIMATE = findOperation("user_jobs.estimate");
const ESTIMATE_AGAIN_MS = 4_000;

/**
 * The booking is stored before the ledger is asked: if the machine dies in between, the charge is given back. Without
 * a budget the ledger is not asked; it is told when the call has ended.
 */
export async function reserve(call: KeptCall): Promise<void> {
  const { submission, state } = call.record;
  const { budgets, maxCredits } = submission.spending;
  if (!findOperation(submission.operation).charged) return call.apply({ kind: "reserved" });
  const isPriced = call.record.booking !== null || !needsPrice(submission.spending);
  if (!isPriced && !(await findPrice(call, state.epoch))) return;
  const { price } = call.record;
  if (price !== null && maxCredits !== null && price > maxCredits) return deny(call, "price");
  const booking = call.record.booking ?? { at: call.now, asked: budgets.length > 0 };
  if (!booking.asked) return call.apply({ kind: "reserved" }, { booking });
  call.save({ ...call.record, booking });
  const ledger = call.isolate.objects.LEDGER.getByName(toMonth(booking.at));
  const reserved = await ledger.reserve(toCharge({ ...call.record, booking }), budgets).catch((error) => {
    // What nobody waits for goes on later.
    if (submission.async) throw error;
    call.logFailure(error);
    return null;
  });
  if (!isAccepted(call, state.epoch)) return;
  if (reserved === null) deny(call, "not-booked");
  else if (reserved.kind === "reserved") call.apply({ kind: "reserved" }, { left: reserved.left });
  else deny(call, "quota", reserved);
}

/** Whether it is still the same call. Meanwhile it may have been cancelled, and its key used for another one. */
function isAccepted({ record: { state } }: KeptCall, epoch: number): boolean {
  return state.kind === "accepted" && state.epoch === epoch;
}

type Short = Extract<Reserved, { kind: "denied" }>;

function deny(call: KeptCall, why: Extract<CallEvent, { kind: "denied" }>["why"], short?: Short): void {
  const known = short ? { shortage: short.shortage, left: short.left } : {};
  call.apply({ kind: "denied", at: call.now, why }, known);
}

/** Asks GEN what the call costs, and stores it. False when the call can't go on now: there is no price, or not yet. */
async function findPrice(call: KeptCall, epoch: number): Promise<boolean> {
  const permit = admit(call, ESTIMATE);
  if (permit === null) return false;
  const { isolate, record, store } = call;
  const found = await estimate({ ...record.submission, body: store.body() }, isolate);
  learn(call, ESTIMATE, permit, found.kind === "failure" ? found.failure : null);
  if (!isAccepted(call, epoch)) return false;
  if (found.kind === "failure") {
    const { failure } = found;
    const waitMs = ESTIMATE_AGAIN_MS * (0.5 + isolate.clock.random() / 2);
    const until = call.now + Math.max(toRetryAfterMs(failure) ?? 0, waitMs);
    call.apply({ kind: "unpriced", at: call.now, failure, until });
  } else if (found.kind === "unknown") deny(call, "price-unknown");
  else call.save({ ...call.record, price: found.credits });
  return found.kind === "known";
}
