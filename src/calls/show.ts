/** Writes a call's row in the lists of calls (`Activity`). */
import { toActivityName, toShard } from "../activity/activity-day.ts";
import type { KeptCall } from "./kept-call.ts";
import { selectShowAt, toAcceptedAt, wasNeverSent } from "./states/record.ts";
import { isLive } from "./states/state.ts";
import { toRow } from "./to-row.ts";

export class Showing {
  readonly #call: KeptCall;
  #last: Promise<void> = Promise.resolve();

  constructor(call: KeptCall) {
    this.#call = call;
  }

  /** One at a time, so that the latest row stays. Can be repeated. */
  show(): Promise<void> {
    const shown = this.#last.then(() => (this.#call.found === null ? undefined : show(this.#call)));
    this.#last = shown.catch(() => {});
    return shown;
  }

  /**
   * Shows an open call when it is time to, even while its `work`, a send, is under way. Never throws: the next alarm
   * tries again.
   */
  async showInTime(work: Promise<void>): Promise<void> {
    const { isolate, now, record } = this.#call;
    const waitMs = selectShowAt(record) - now;
    if (!Number.isFinite(waitMs)) return;
    const over = new AbortController();
    if (waitMs > 0) await Promise.race([work, isolate.clock.sleep(waitMs, over.signal)]);
    over.abort();
    if (this.#call.found === null || selectShowAt(this.#call.record) > this.#call.now) return;
    await this.show().catch((error) => this.#call.logFailure(error));
  }
}

/**
 * Where the row of an open call is going to be is stored first: whatever happens, its end finds it there. The row of a
 * key's earlier call is replaced; a call that was never sent leaves none.
 */
async function show(call: KeptCall): Promise<void> {
  const { record, isolate } = call;
  const { callId } = record.submission;
  const at = toAcceptedAt(record);
  const { shown = null } = record;
  const isSame = shown?.at === at;
  const name = isSame ? shown.name : toActivityName(at, toShard(callId, isolate.config.activityShards));
  if (shown !== null && !isSame)
    await isolate.objects.ACTIVITY.getByName(shown.name).remove({ acceptedAt: shown.at, callId });
  if (isLive(record.state) && !isSame) call.save({ ...call.record, shown: { name, at, done: false } });
  const object = isolate.objects.ACTIVITY.getByName(name);
  const isHidden = wasNeverSent(call.record);
  const { joined, state } = call.record;
  if (isHidden) await object.remove({ acceptedAt: at, callId });
  else await object.put(toRow(call.record, call.now));
  // Meanwhile its key may have been used again, or what is shown may have changed.
  const isOutdated = isLive(call.record.state) && (call.record.joined !== joined || call.record.state !== state);
  if (toAcceptedAt(call.record) !== at || isOutdated) return;
  const written = isHidden ? null : { name, at, done: true };
  const known = call.record.shown ?? null;
  if (known?.at === written?.at && known?.done === written?.done) return;
  const now = { ...call.record, shown: written };
  // The end of the follow-up stores it.
  if (isLive(now.state)) call.save(now);
  else call.amend(now);
}
