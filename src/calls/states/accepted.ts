import type { Submission } from "../call.ts";
import { type CallRecord, toEarlierRequests, wasNeverSent } from "./record.ts";
import { addToStory } from "./story.ts";
import { accept, toNextEpoch } from "./transitions.ts";

/** The record of a call that is accepted now. `found`: the call before it under the same key. Pure. */
export function toAccepted(submission: Omit<Submission, "body">, found: CallRecord | null, now: number): CallRecord {
  const isSame = found?.submission.fingerprint === submission.fingerprint;
  const epoch = found ? toNextEpoch(found.state, isSame) : 0;
  return {
    submission,
    state: accept(epoch, now),
    jobs: [],
    made: [],
    unnamed: [],
    looks: 0,
    stopped: null,
    entered: null,
    followUps: found?.followUps ?? [],
    followUpFailures: 0,
    followUpsDueAt: null,
    attempts: [],
    sends: 0,
    price: null,
    booking: null,
    settlements: found?.settlements ?? [],
    createdAt: found?.createdAt ?? now,
    sentBefore: found !== null && !wasNeverSent(found),
    acceptedAt: now,
    shown: found?.shown ?? null,
    story: addToStory(found?.story ?? [], [{ at: now, what: "accepted", ...toRequest(submission) }]),
    joined: found ? toEarlierRequests(found) : [],
  };
}

function toRequest({ requestId }: Pick<Submission, "requestId">): { readonly requestId?: string } {
  return requestId === null ? {} : { requestId };
}
