/** How far GEN's transactions of one account are held against the ledger, and when that is due again. Pure. */

export interface CheckRecord {
  readonly account: string;
  /** What GEN took before this time is not looked at: the first tick that knew the account. */
  readonly since: number;
  /** All that GEN took before this time is held against the ledger. */
  readonly checkedTo: number;
  /** Whether GEN has transactions that are older than `checkedTo`; null when that is not known. */
  readonly hasOlder: boolean | null;
  /** A hash of the key with which that was seen: another key may be of another workspace. Absent in earlier records. */
  readonly keyHash?: string | null;
  /** The tick of the latest check. Milliseconds since the epoch, like all times here. */
  readonly tick: number;
  /** Where a check that was too long for one tick goes on. */
  readonly progress: { readonly page: number; readonly until: number } | null;
  /** When the latest check ended; null before the first end. */
  readonly endedAt: number | null;
  /** Why the latest check did not reach its end: a sentence. Null when it did. */
  readonly failed: string | null;
}

/** What is younger is not judged yet: a call may still be on its way into the ledger. */
export const SETTLING_MS = 3_600_000;

const DAY_MS = 24 * 3_600_000;
const AGAIN_MS = 3_600_000;
/** A tick that is older than the latest one by this is no repeat of an earlier one: the clock went back. */
const BACK_MS = 3_600_000;
/** A tick that comes early is still this check's. */
const EARLY_MS = 4 * 60_000;

/** Daily; hourly after a failure; at the next tick when it was too long. A clock that went back is no reason to wait. */
export function isDue({ tick, progress, failed }: CheckRecord, scheduledAt: number): boolean {
  const age = scheduledAt - tick;
  if (age < -BACK_MS) return true;
  if (progress !== null && failed === null) return age > 0;
  return age >= (failed === null ? DAY_MS : AGAIN_MS) - EARLY_MS;
}

/** From when on transactions are read: the latest day always, in case a clock was ahead when it was checked. */
export function toStart({ since, checkedTo }: CheckRecord, scheduledAt: number): number {
  return Math.max(since, Math.min(checkedTo, scheduledAt - SETTLING_MS - DAY_MS));
}
