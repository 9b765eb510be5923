import { describe, expect, it } from "vitest";
import type { Deferral } from "../../../../src/calls/states/deferral.ts";
import { selectDueAt, selectNextAction } from "../../../../src/calls/states/next-action.ts";
import {
  type CallEvent,
  type CallState,
  type CallTerms,
  isForPerson,
  isLive,
  type LiveState,
} from "../../../../src/calls/states/state.ts";
import { accept, apply, toNextEpoch } from "../../../../src/calls/states/transitions.ts";
import type { Failure } from "../../../../src/gen/failure.ts";
import { CallModel, failures, HOUR_MS, status } from "../../../support/call-model.ts";
import { createRandom } from "../../../support/fake-clock.ts";

const START = 1_000_000;
const KEYED: CallTerms = { mode: "keyed", async: false, quietMs: 60_000, lostQuietMs: 3_000 };
const ONCE: CallTerms = { ...KEYED, mode: "once" };
const ASYNC: CallTerms = { ...KEYED, async: true };

/** A call and its clock: each method applies one event at the current time. */
class Life {
  now = START;
  state: CallState = accept(0, START);
  readonly #terms: CallTerms;

  constructor(terms: CallTerms = KEYED) {
    this.#terms = terms;
  }

  static sending(terms?: CallTerms): Life {
    return new Life(terms).does({ kind: "reserved" }).sends();
  }

  /** One send with an open outcome was made, 1 s after the call was accepted. */
  static collecting(failure: Failure = failures.lost): Life {
    return Life.sending().after(1_000).fails(failure);
  }

  after(ms: number): Life {
    this.now += ms;
    return this;
  }

  sends(): Life {
    return this.does({ kind: "sent", at: this.now });
  }

  fails(failure: Failure, random = 1): Life {
    return this.does({ kind: "failed", at: this.now, failure, random });
  }

  finds(nothing: "not-found" | "not-looked" | "adopted"): Life {
    return this.does({ kind: nothing, at: this.now, random: 1 });
  }

  hears(kind: "answered" | "crashed" | "wait-over" | "cancelled"): Life {
    return this.does({ kind, at: this.now });
  }

  isDeferred(why: Deferral["why"], askedMs = 0): Life {
    return this.does({ kind: "deferred", at: this.now, random: 1, why, askedMs });
  }

  isResolved(charged: boolean): Life {
    return this.does({ kind: "resolved", at: this.now, charged });
  }

  does(event: CallEvent): Life {
    this.state = apply(this.state, event, this.#terms);
    return this;
  }

  get live(): LiveState {
    if (!isLive(this.state)) throw new Error(`It has ended: ${this.state.kind}`);
    return this.state;
  }

  get duty() {
    return selectNextAction(this.state, this.now);
  }

  /** Milliseconds until the next action. */
  get waitMs(): number {
    return selectDueAt(this.live) - this.now;
  }
}

const places = {
  accepted: () => new Life(),
  reserved: () => new Life().does({ kind: "reserved" }),
  sending: () => Life.sending(),
  "sending again": () => Life.collecting().after(1_000).sends(),
  collecting: () => Life.collecting(),
  settled: () => Life.sending().hears("answered"),
  free: () => Life.sending().fails(failures.noCredits),
  "settled, untraced": () => Life.sending(ONCE).hears("answered").does({ kind: "untraced" }),
  unknown: () => Life.sending(ONCE).fails(failures.lost),
} as const;

const events = {
  reserved: { kind: "reserved" },
  sent: { kind: "sent", at: START },
  answered: { kind: "answered", at: START },
  "to be confirmed": { kind: "deferred", at: START, random: 0, why: "confirm", askedMs: 0 },
  "not ready": { kind: "deferred", at: START, random: 0, why: "not-ready", askedMs: 0 },
  "at work": { kind: "deferred", at: START, random: 0, why: "at-work", askedMs: 0 },
  "turned away": { kind: "failed", at: START, failure: failures.rateLimited, random: 0 },
  refused: { kind: "failed", at: START, failure: failures.noCredits, random: 0 },
  "in doubt": { kind: "failed", at: START, failure: failures.lost, random: 0 },
  held: { kind: "held", until: START },
  crashed: { kind: "crashed", at: START },
  adopted: { kind: "adopted", at: START },
  "not found": { kind: "not-found", at: START, random: 0 },
  "not looked": { kind: "not-looked", at: START, random: 0 },
  untraced: { kind: "untraced" },
  "wait over": { kind: "wait-over", at: START },
  cancelled: { kind: "cancelled", at: START },
  "resolved: charged": { kind: "resolved", at: START, charged: true },
  "resolved: not charged": { kind: "resolved", at: START, charged: false },
} as const satisfies Record<string, CallEvent>;

/** Every transition to another state. An event that is not listed leaves the state as it is. */
const EDGES: Record<keyof typeof places, Partial<Record<keyof typeof events, CallState["kind"]>>> = {
  accepted: { reserved: "reserved", crashed: "not_charged", "wait over": "not_charged", cancelled: "not_charged" },
  reserved: { sent: "sending", crashed: "not_charged", "wait over": "not_charged", cancelled: "not_charged" },
  sending: {
    answered: "settled",
    "to be confirmed": "not_charged",
    "not ready": "not_charged",
    "at work": "collecting",
    "turned away": "reserved",
    refused: "not_charged",
    "in doubt": "collecting",
    crashed: "collecting",
  },
  "sending again": {
    answered: "settled",
    "to be confirmed": "collecting",
    "not ready": "collecting",
    "at work": "collecting",
    "turned away": "collecting",
    refused: "collecting",
    "in doubt": "collecting",
    crashed: "collecting",
  },
  collecting: { sent: "sending", adopted: "settled" },
  settled: {},
  "settled, untraced": { "resolved: not charged": "not_charged" },
  free: {},
  unknown: { "resolved: charged": "settled", "resolved: not charged": "not_charged" },
};

describe("every edge of a durable call", () => {
  const table = Object.entries(places).flatMap(([place, create]) =>
    Object.entries(events).map(([name, event]) => {
      const from = create();
      const to = EDGES[place as keyof typeof places][name as keyof typeof events] ?? from.state.kind;
      return { place, name, from, event, to };
    }),
  );

  it.each(table)("a call at “$place” that meets the event “$name” is then $to", ({ from, event, to }) => {
    expect(from.does(event).state.kind).toBe(to);
  });

  it.each(["accepted", "reserved"] as const)("a call that goes on by itself outlives its caller: %s", (place) => {
    const create = () => (place === "accepted" ? new Life(ASYNC) : new Life(ASYNC).does({ kind: "reserved" }));
    expect(create().hears("wait-over").state.kind).toBe(place);
    expect(create().hears("crashed").state.kind).toBe(place);
    expect(create().hears("cancelled").state.kind).toBe("not_charged");
  });

  it.each(Object.entries(events))("a late event never changes an ended call: %s", (name, event) => {
    const free = Life.sending().fails(failures.noCredits).state;
    expect(apply(free, event, KEYED)).toBe(free);

    const settled = Life.sending().hears("answered").state;
    if (name !== "cancelled" && name !== "untraced") expect(apply(settled, event, KEYED)).toBe(settled);
  });
});

describe("that a call was not charged", () => {
  it.each([
    [401, "some_code"],
    [409, "queue_full"],
    [422, "some_code"],
    [403, null],
    [404, null],
    [413, null],
    [422, null],
  ])("is proven by a refusal of the only send, whatever refuses it: %i %s", (code, errorCode) => {
    const life = Life.sending().fails(status(code, errorCode));
    expect(life.state).toMatchObject({ kind: "not_charged", why: "refused", failure: { status: code } });
  });

  it("is proven by refusals and turnings away alone, however many", () => {
    const life = Life.sending().fails(failures.rateLimited).sends().fails(failures.unavailableFor);
    expect(life.sends().fails(failures.noCredits).state).toMatchObject({ kind: "not_charged", why: "refused" });
  });

  it.each([
    ["a lost connection", failures.lost],
    ["a timeout", failures.timeout],
    ["a cut body", failures.cut],
    ["a page", failures.page],
    ["a bare 503", failures.unavailable],
    ["a 500", failures.broken],
    ["a conflict", failures.conflict],
    ["a conflict that nobody explains", status(409, null)],
    ["a 425", status(425, null)],
    ["a 529", status(529, null)],
  ])("is not proven by %s, which leaves the outcome open", (_, failure) => {
    const life = Life.sending().after(300).fails(failure);
    expect(life.state).toMatchObject({ kind: "collecting", firstAmbiguousAt: START });
  });

  it("is never proven again after a send whose outcome is open: a refusal after a lost answer proves nothing", () => {
    const life = Life.collecting().after(1_000).sends().fails(failures.noCredits);
    expect(life.state).toMatchObject({ kind: "collecting", firstAmbiguousAt: START });
    expect(life.duty).toBe("reconcile");
  });

  it("is proven when GEN does nothing yet: the same request keeps its key at GEN, another one gets another key", () => {
    for (const why of ["confirm", "not-ready"] as const) {
      const life = Life.sending().isDeferred(why);
      expect(life.state).toMatchObject({ kind: "not_charged", why: "deferred" });
      expect([toNextEpoch(life.state, true), toNextEpoch(life.state, false)]).toEqual([0, 1]);
    }
  });

  it("is proven when GEN asks for money first: the next intent keeps the key, as GEN's guide says", () => {
    const { state } = Life.sending().fails(status(402, "payment_required"));
    expect([toNextEpoch(state, true), toNextEpoch(state, false)]).toEqual([0, 1]);
  });

  it("gives the next intent another key at GEN", () => {
    expect(toNextEpoch(Life.sending().fails(failures.noCredits).state, true)).toBe(1);
  });
});

describe("a call that was turned away", () => {
  it("is sent again when GEN says", () => {
    const life = Life.sending().fails(status(429, null, 30_000));
    expect(life.waitMs).toBe(30_000);
    expect([life.duty, life.after(30_000).duty]).toEqual(["none", "send"]);
  });

  it("is called off when its caller leaves, because nothing happened", () => {
    expect(Life.sending().fails(failures.rateLimited).hears("wait-over").state).toMatchObject({
      kind: "not_charged",
      why: "not-sent",
    });
  });

  it("is not sent again once it was cancelled", () => {
    const life = Life.sending().hears("cancelled").fails(failures.rateLimited);
    expect(life.state).toMatchObject({ kind: "not_charged", why: "cancelled" });
  });

  it("is given up when GEN asks for a wait past 22 hours", () => {
    const life = Life.sending(ASYNC).fails(status(503, null, 22 * HOUR_MS));
    expect(life.state).toMatchObject({ kind: "not_charged", why: "refused" });
  });

  it("is given up after being turned away for 22 hours", () => {
    const life = new Life(ASYNC)
      .does({ kind: "reserved" })
      .after(22 * HOUR_MS)
      .sends()
      .fails(failures.rateLimited);
    expect(life.state).toMatchObject({ kind: "not_charged", why: "refused" });
  });

  it("stays in doubt when it was in doubt", () => {
    expect(Life.collecting().after(1_000).sends().fails(failures.rateLimited).state).toMatchObject({
      kind: "collecting",
      firstAmbiguousAt: START,
    });
  });
});

describe("a call that GEN has put off", () => {
  it("is asked for again when GEN says, until it is there, if GEN may be at work on it", () => {
    const life = Life.sending().after(300).isDeferred("at-work", 30_000);
    expect(life.state).toMatchObject({ kind: "collecting", firstAmbiguousAt: START });
    expect(life.waitMs).toBe(30_000);
    expect(life.hears("wait-over").state.kind).toBe("collecting");
    expect(life.after(30_000).sends().hears("answered").state.kind).toBe("settled");
  });

  it("goes on by itself when something else is not ready and nobody waits", () => {
    const life = Life.sending(ASYNC).isDeferred("not-ready", 30_000);
    expect([life.state.kind, life.waitMs]).toEqual(["reserved", 30_000]);
    expect(life.hears("cancelled").state).toMatchObject({ kind: "not_charged", why: "cancelled" });
  });

  it("is given up when that would last for 22 hours", () => {
    expect(Life.sending(ASYNC).isDeferred("not-ready", 22 * HOUR_MS).state).toMatchObject({
      kind: "not_charged",
      why: "deferred",
    });
  });

  it("is not sent again once it was cancelled", () => {
    const life = Life.sending(ASYNC).hears("cancelled").isDeferred("not-ready");
    expect(life.state).toMatchObject({ kind: "not_charged", why: "cancelled" });
  });

  it("ends when GEN asks for a confirmation, though the call goes on by itself", () => {
    expect(Life.sending(ASYNC).isDeferred("confirm").state).toMatchObject({ kind: "not_charged", why: "deferred" });
  });

  it("is not sent again where GEN knows no key for it", () => {
    expect(Life.sending(ONCE).isDeferred("at-work").state.kind).toBe("unknown");
  });
});

describe("a send that was held back", () => {
  it("waits until it is let through", () => {
    const life = new Life().does({ kind: "reserved" }).does({ kind: "held", until: START + 3_000 });
    expect([life.duty, life.after(3_000).duty]).toEqual(["none", "send"]);
  });

  it("is not brought forward by a shorter hold", () => {
    const life = Life.sending().fails(status(429, null, 30_000));
    expect(life.does({ kind: "held", until: START + 100 }).waitMs).toBe(30_000);
  });
});

describe("once its outcome is open", () => {
  it.each([
    ["a lost answer", (life: Life) => life.fails(failures.lost)],
    ["a crash", (life: Life) => life.hears("crashed")],
    ["a 500", (life: Life) => life.fails(failures.broken)],
  ])("a call of mode once is never sent again after %s", (_, happens) => {
    const life = happens(Life.sending(ONCE));
    expect(life.state.kind).toBe("unknown");
    expect(life.after(HOUR_MS).duty).toBe("none");
  });

  it("a call of mode once may be sent again after being turned away", () => {
    const life = Life.sending(ONCE).fails(failures.rateLimited);
    expect([life.state.kind, life.after(1_000).duty]).toEqual(["reserved", "send"]);
  });

  it("a keyed call is sent again after 1 s doubling to 5 min, with jitter", () => {
    const life = Life.collecting(failures.broken);
    const waits = [life.waitMs];
    for (let n = 0; n < 10; n += 1) waits.push(life.after(life.waitMs).sends().fails(failures.unavailable).waitMs);
    expect(waits.map((ms) => ms / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    expect(Life.sending().fails(failures.broken, 0).waitMs).toBe(500);
  });

  it("a call keeps a longer wait that GEN asks for", () => {
    expect(Life.collecting(status(500, null, 90_000)).waitMs).toBe(90_000);
  });

  it("a call keeps the time of its first doubt through all that follows", () => {
    const life = Life.collecting().after(9_000).sends().after(5_000).fails(failures.timeout);
    expect(life.live.firstAmbiguousAt).toBe(START);
  });

  it("the caller's leaving changes nothing", () => {
    const life = Life.collecting();
    const { state } = life;
    expect(life.hears("wait-over").state).toBe(state);
  });

  it("a whole answer settles the call, whichever send it answers", () => {
    const life = Life.collecting().after(1_000).sends().hears("answered");
    expect(life.state).toMatchObject({ kind: "settled", adopted: false });
  });

  it("a deferral proves nothing", () => {
    for (const why of ["confirm", "not-ready", "at-work"] as const) {
      const life = Life.collecting().after(1_000).sends().isDeferred(why);
      expect([life.state.kind, life.waitMs]).toEqual(["collecting", 2_000]);
      expect(life.live.firstAmbiguousAt).toBe(START);
    }
  });
});

describe("the quiet time", () => {
  it("is waited for after a crash while sending", () => {
    const life = Life.sending().after(5_000).hears("crashed");
    expect(life.state).toMatchObject({ kind: "collecting", firstAmbiguousAt: START });
    expect(life.waitMs).toBe(60_000);
  });

  it.each([
    ["our own timeout", failures.timeout],
    ["a gateway's timeout", failures.gatewayTimeout],
    ["a 408", status(408, null)],
    ["a 524", status(524, null)],
  ])("follows %s: GEN may be at work under that key", (_, failure) => {
    expect(Life.collecting(failure).waitMs).toBe(60_000);
  });

  it.each([
    ["a lost connection", failures.lost],
    ["an answer that was cut", failures.cut],
    ["a gateway that has lost its connection to GEN", failures.badGateway],
    ["a gateway that got nothing it understood", status(520, null)],
  ])("is a short one after %s: GEN may be at work, or was never reached", (_, failure) => {
    expect(Life.collecting(failure).waitMs).toBe(3_000);
    const later = Life.collecting(failures.broken).after(1_000).sends().fails(failure, 0);
    expect(later.waitMs).toBe(3_000);
  });

  it.each([
    ["a 500", failures.broken],
    ["a bare 503", failures.unavailable],
    ["a page", failures.page],
    ["a 502 in GEN's own words", status(502, "render_failed")],
  ])("does not follow %s: an answer is there", (_, failure) => {
    expect(Life.collecting(failure).waitMs).toBe(1_000);
  });

  it("is not started by a crash between sends, when nothing was out", () => {
    const life = Life.collecting();
    const { state } = life;
    expect(life.hears("crashed").state).toBe(state);
  });
});

describe("evidence", () => {
  /** `count` sends, each answered with a whole 500, `apartMs` apart. */
  function with500s(count: number, apartMs: number): Life {
    const life = Life.collecting(failures.broken);
    for (let n = 1; n < count; n += 1) life.after(apartMs).sends().fails(failures.broken);
    return life;
  }

  it("is looked for after three whole 500s over a minute", () => {
    expect(with500s(3, 30_000).duty).toBe("reconcile");
  });

  it.each([
    ["two", 2, 60_000],
    ["three within a minute", 3, 29_999],
  ])("is not looked for after too few 500s, or too quick ones: %s", (_, count, apartMs) => {
    expect(with500s(count, apartMs).duty).toBe("none");
  });

  it("is not looked for because of other failures among the 500s", () => {
    const life = with500s(2, 30_000).after(30_000).sends().fails(failures.unavailable);
    expect(life.duty).toBe("none");
  });

  it("settles the call when it is found", () => {
    const life = with500s(3, 30_000).finds("adopted");
    expect(life.state).toMatchObject({ kind: "settled", adopted: true });
  });

  it("proves nothing when it is not found: the call is sent again, and a new look needs a new reason", () => {
    const life = with500s(3, 30_000).finds("not-found");
    expect(life.state).toMatchObject({ kind: "collecting", reconcile: false, wholeErrors: null });
    expect(life.after(life.waitMs).duty).toBe("send");
  });
});

describe("evidence that could not be read", () => {
  const refused = () => Life.collecting().after(3_000).sends().fails(failures.noCredits);

  it("is looked for again after 1 s doubling to 5 min, without a new reason", () => {
    const life = refused();
    const waits: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      const { lookAt = 0 } = life.finds("not-looked").live;
      waits.push((lookAt - life.now) / 1_000);
      life.now = lookAt;
      expect(life.duty).toBe("reconcile");
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it("does not hold up what is due: the call is sent meanwhile, and evidence is looked for all the same", () => {
    const life = refused();
    for (let n = 0; n < 6; n += 1) life.finds("not-looked");
    expect(life.after(2_000).duty).toBe("send");
    expect(life.sends().fails(failures.rateLimited).after(60_000).duty).toBe("reconcile");
  });

  it("is looked for with the first delay again once it was read", () => {
    const life = refused().finds("not-looked").finds("not-looked").finds("not-found");
    life.after(life.waitMs).sends().fails(failures.noCredits);
    expect(life.duty).toBe("reconcile");
    expect((life.finds("not-looked").live.lookAt ?? 0) - life.now).toBe(1_000);
  });

  it("makes no call unknown at 22 hours: it is looked for until GEN has forgotten the key, and nothing is sent", () => {
    const life = Life.collecting().after(22 * HOUR_MS);
    while (life.now < START + 24 * HOUR_MS) {
      expect(life.duty).toBe("reconcile");
      life.finds("not-looked");
      expect([life.state.kind, life.duty]).toEqual(["collecting", "none"]);
      life.after(life.waitMs);
    }
    expect(life.finds("not-looked").state.kind).toBe("unknown");
  });

  it("has nothing sent past 22 hours when the look before them has failed", () => {
    const life = Life.collecting();
    life.now = START + 22 * HOUR_MS - 10_000;
    life.sends().fails(failures.noCredits, 0);
    for (let n = 0; n < 8; n += 1) life.finds("not-looked");
    life.now = START + 22 * HOUR_MS + 1;
    expect(life.duty).toBe("none");
    expect(life.after(life.waitMs).duty).toBe("reconcile");
  });

  it("is looked for at once in a record of an earlier version", () => {
    const { lookAt: _, failedLooks: __, ...old } = refused().live;
    expect(selectNextAction(old, START + 10_000)).toBe("reconcile");
    expect(apply(old, { kind: "not-looked", at: START, random: 1 }, KEYED)).toMatchObject({ lookAt: START + 1_000 });
  });
});

describe("22 hours after the first doubt", () => {
  it("a call becomes unknown unless there is evidence, counted from when that send went out", () => {
    const life = Life.collecting();
    life.now = START + 22 * HOUR_MS - 1;
    expect(life.duty).toBe("send");

    expect(life.after(1).duty).toBe("reconcile");
    expect(life.finds("not-found").state).toMatchObject({ kind: "unknown", failure: failures.lost });
  });

  it("evidence still settles the call", () => {
    const life = Life.collecting().after(22 * HOUR_MS);
    expect(life.finds("adopted").state.kind).toBe("settled");
  });

  it("a call is not sent again by a machine that was away for a day", () => {
    const life = Life.sending()
      .after(30 * HOUR_MS)
      .hears("crashed");
    expect(life.duty).toBe("reconcile");
    expect(life.finds("not-found").state.kind).toBe("unknown");
  });

  it("the alarm comes, however long GEN has asked to wait", () => {
    const life = Life.collecting(status(500, null, 24 * HOUR_MS));
    expect(selectDueAt(life.live)).toBe(START + 22 * HOUR_MS);
  });

  it("an earlier look for evidence does not end the call", () => {
    const life = Life.collecting()
      .after(21 * HOUR_MS)
      .finds("not-found");
    expect(life.state.kind).toBe("collecting");
  });
});

describe("cancelling", () => {
  it("is noted for a call that may be out, and done once its outcome is known", () => {
    const life = Life.collecting().hears("cancelled").after(1_000).sends().hears("answered");
    expect(life.state).toMatchObject({ kind: "settled", cancelWanted: true });
  });

  it("is remembered when the job is found by evidence", () => {
    const life = Life.collecting().hears("cancelled").finds("adopted");
    expect(life.state).toMatchObject({ kind: "settled", cancelWanted: true });
  });

  it("asks for the generation of a settled call to be stopped", () => {
    const life = Life.sending().hears("answered").hears("cancelled");
    expect(life.state).toMatchObject({ kind: "settled", cancelWanted: true });
  });
});

describe("an unknown call", () => {
  it("is ended by an operator's decision", () => {
    const unknown = () => Life.sending(ONCE).fails(failures.lost);
    expect(unknown().isResolved(true).state).toMatchObject({ kind: "settled", adopted: true });
    expect(unknown().isResolved(false).state.kind).toBe("not_charged");
  });

  it("is the only call that an operator's decision ends", () => {
    const life = Life.collecting();
    const { state } = life;
    expect(life.isResolved(false).state).toBe(state);
  });
});

describe("a settled call of which nobody knows what it has started", () => {
  const untraced = () => Life.sending(ONCE).hears("answered").does({ kind: "untraced" });

  it("waits for an operator, who says what came of it", () => {
    expect(isForPerson(untraced().state)).toBe(true);
    expect(untraced().isResolved(true).state).toMatchObject({ kind: "settled" });
    expect(isForPerson(untraced().isResolved(true).state)).toBe(false);
    expect(untraced().isResolved(false).state.kind).toBe("not_charged");
  });
});

describe("an accepted call", () => {
  it("is reserved by the next alarm, so that it moves on after a machine died there", () => {
    expect(new Life(ASYNC).hears("crashed").duty).toBe("reserve");
  });
});

/** Random walks with a seed: the error names the failing seed and all events. */
describe.each([
  { mode: "keyed", async: false },
  { mode: "keyed", async: true },
  { mode: "once", async: false },
  { mode: "once", async: true },
] as const)("whatever happens, in mode $mode, async $async", (terms) => {
  const WALKS = 5_000;
  const STEPS = 40;

  function walkAll(check: (model: CallModel) => void, { settling = false } = {}): void {
    for (let seed = 1; seed <= WALKS; seed += 1) {
      const model = new CallModel(terms, createRandom(seed));
      try {
        for (let step = 0; step < STEPS; step += 1) {
          model.step(false);
          if (!settling) check(model);
        }
        if (settling) check(model);
      } catch (error) {
        throw new Error(`Seed ${seed}:\n${model.story.join("\n")}`, { cause: error });
      }
    }
  }

  it("GEN charges at most once for one intent", () => {
    walkAll(({ gen }) => {
      for (const charges of gen.charges.values()) if (charges > 1) throw new Error(`Charged ${charges} times.`);
    });
  });

  it("a call is free only when GEN did not charge, settled only when it did, a person's word aside", () => {
    walkAll(({ state, resolved, chargesInEpoch }) => {
      if (resolved) return;
      if (state.kind === "not_charged" && chargesInEpoch > 0) throw new Error("Charged, and said to be free.");
      if (state.kind === "settled" && chargesInEpoch === 0) throw new Error("Not charged, and said to be settled.");
    });
  });

  it("a live call that GEN has charged for is never said to be uncharged", () => {
    walkAll(({ state, chargesInEpoch }) => {
      const certain = state.kind === "accepted" || state.kind === "reserved";
      if (certain && chargesInEpoch > 0) throw new Error("Charged, and called off without a trace.");
    });
  });

  it("a live call always has its next alarm, within a day", () => {
    walkAll((model) => {
      if (!isLive(model.state)) return;
      const inMs = model.alarm - model.now;
      if (!(inMs >= 0 && inMs <= 24 * HOUR_MS)) throw new Error(`The next alarm is in ${inMs} ms.`);
    });
  });

  it("a call ends once GEN works again", () => {
    const check = (model: CallModel) => {
      const endsBy = model.now + 23 * HOUR_MS;
      for (let step = 0; isLive(model.state); step += 1) {
        if (step > 100 || model.now > endsBy) throw new Error("It does not end.");
        model.step(true);
      }
    };
    walkAll(check, { settling: true });
  });
});
