import type { Isolate } from "../context.ts";
import { ChangeSignal } from "../resilience/change-signal.ts";
import type { CallStore } from "./call-store.ts";
import { toNext } from "./states/follow-ups.ts";
import { type CallRecord, MAX_JOINED } from "./states/record.ts";
import { type CallEvent, type CallState, isForPerson, isLive } from "./states/state.ts";
import { addToStory } from "./states/story.ts";
import { tell } from "./states/tell.ts";
import { apply } from "./states/transitions.ts";

/** How many requests that joined a call are told in its story. */
const MAX_TOLD = 8;

interface Keeping {
  readonly isolate: Isolate;
  readonly store: CallStore;
  /** Called after each change, because the time of the next alarm may have changed. */
  readonly onChange: () => void;
}

/** What the lists of calls have of an open call is no longer so. The end of a call is shown by a follow-up. */
function toShownAnew(record: CallRecord): CallRecord {
  const { shown = null, state } = record;
  return shown !== null && isLive(state) ? { ...record, shown: { ...shown, done: false } } : record;
}

/** One call as its object keeps it. Each change is stored at once, with its follow-ups. */
export class KeptCall {
  readonly isolate: Isolate;
  readonly store: CallStore;
  readonly changed = new ChangeSignal();
  readonly #onChange: () => void;
  #record: CallRecord | null;

  constructor({ isolate, store, onChange }: Keeping) {
    this.isolate = isolate;
    this.store = store;
    this.#onChange = onChange;
    this.#record = store.record();
  }

  /** Null when there is no call under this id. */
  get found(): CallRecord | null {
    return this.#record;
  }

  /** Throws when there is no call. */
  get record(): CallRecord {
    if (this.#record === null) throw new Error("No call is kept here.");
    return this.#record;
  }

  get now(): number {
    return this.isolate.clock.now();
  }

  save(record: CallRecord): void {
    this.#record = record;
    this.store.save(record);
    this.#onChange();
  }

  /** Changes what the next `save` stores, and nothing that decides anything. */
  amend(record: CallRecord): void {
    this.#record = record;
  }

  /** Applies an event. `change`: further members of the record that change with it. */
  apply(event: CallEvent, change: Partial<CallRecord> = {}): void {
    const record = { ...this.record, ...change };
    const { quietMs, lostQuietMs } = this.isolate.config.calls;
    const { mode, async } = record.submission;
    const state = apply(record.state, event, { mode, async, quietMs, lostQuietMs });
    if (state === record.state) return;
    if (state.kind === "unknown") this.store.dropAnswer();
    const story = addToStory(record.story ?? [], tell(record.state, event, state, this.now));
    const next = { ...toNext(record, state, this.isolate.config.notify !== null), story };
    // A wait alone is not shown anew: while GEN is down there are many.
    const isNews = event.kind !== "held" && state.kind !== "sending";
    this.save(isNews ? toShownAnew(next) : next);
    if (!isLive(state)) this.#end();
    this.changed.notify();
  }

  /** A request that joins the call, by its id. If the call is shown in the lists already, it is shown once more. */
  noteJoined(requestId: string | null): void {
    const { joined = [], story = [], submission } = this.record;
    const isKnown = requestId === null || requestId === submission.requestId || joined.includes(requestId);
    if (isKnown || joined.length >= MAX_JOINED) return;
    const isTold = story.filter(({ what }) => what === "joined").length < MAX_TOLD;
    const told = isTold ? addToStory(story, [{ at: this.now, what: "joined", requestId }]) : story;
    this.save(toShownAnew({ ...this.record, joined: [...joined, requestId], story: told }));
  }

  /** An unexpected error that the object survives. */
  logFailure(error: unknown): void {
    this.isolate.log("error", { message: "call_failed", ...this.#names(), error: String(error) });
  }

  forget(): void {
    this.#record = null;
  }

  /** Drops what only sending needs: the request's headers, and its body unless a search needs it. */
  #end(): void {
    const { followUps, submission, state } = this.record;
    if (!followUps.includes("look")) this.store.saveBody(null);
    this.save({ ...this.record, submission: { ...submission, headers: {} } });
    this.#log(state);
  }

  #log(state: CallState): void {
    this.isolate.log(isForPerson(state) ? "error" : "info", {
      message: "call",
      ...this.#names(),
      state: state.kind,
      ...(state.kind === "settled" && state.untraced ? { untraced: true } : {}),
      attempts: this.record.attempts,
    });
  }

  /** Whose call it is, and of what: named as in the line of its request. */
  #names() {
    const { callId, requestId, listener, clientId, operation, params, agentId } = this.record.submission;
    return {
      call_id: callId,
      request_id: requestId,
      run_id: listener?.run ?? null,
      client_id: clientId,
      operation,
      ids: agentId === null ? params : { ...params, agent_id: agentId },
    };
  }
}
