/** Before a call is sent: gets GEN's estimate of its cost, and checks whether its client may spend that. */
import { toRetryAfterMs } from "../gen/failure.ts";
import { findOperation } from "../gen/operations.ts";
import { type Shortage, selectShortage, toAccountName, toDay } from "../money/quota.ts";
import { admit, learn } from "./admission.ts";
import { estimate } from "./estimate.ts";
import type { KeptCall } from "./kept-call.ts";
import type { CallEvent } from "./states/state.ts";

const ESTIMATE = findOperation("user_jobs.estimate");
const ESTIMATE_AGAIN_MS = 4_000;

/** The day is stored before its account is asked: if the machine dies in between, the charge is given back. */
export async function reserve(call: KeptCall): Promise<void> {
  const { submission, state } = call.record;
  const { callId, clientId, allowance, charges = 1 } = submission;
  const { maxCredits, creditsPerDay, chargesPerDay } = allowance;
  if ((maxCredits !== null || creditsPerDay !== null) && !(await findPrice(call, state.epoch))) return;
  const { price } = call.record;
  if (price !== null && maxCredits !== null && price > maxCredits) return deny(call, "price");
  if (creditsPerDay === null && chargesPerDay === null) return call.apply({ kind: "reserved" });
  const quotaDay = toDay(call.now);
  call.save({ ...call.record, quotaDay });
  const account = call.isolate.objects.ACCOUNTS.getByName(toAccountName(clientId, quotaDay));
  const charge = { callId, epoch: state.epoch, calls: charges, credits: price ?? 0 };
  const reserved = await account.reserve(charge, allowance);
  if (!isAccepted(call, state.epoch)) return;
  if (reserved) return call.apply({ kind: "reserved" });
  const used = await account.usage();
  if (isAccepted(call, state.epoch)) deny(call, "quota", selectShortage(used, charge, allowance));
}

/** Whether it is still the same call. Meanwhile it may have been cancelled, and its key used for another one. */
function isAccepted({ record: { state } }: KeptCall, epoch: number): boolean {
  return state.kind === "accepted" && state.epoch === epoch;
}

function deny(call: KeptCall, why: Extract<CallEvent, { kind: "denied" }>["why"], shortage?: Shortage | null): void {
  call.apply({ kind: "denied", at: call.now, why }, shortage ? { shortage } : {});
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
