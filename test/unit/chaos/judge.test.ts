import { describe, expect, it } from "vitest";
import type { Asked, Tick, Watched } from "../../chaos/history.ts";
import { GRACE_MS } from "../../chaos/judge/answers.ts";
import { listGapCharges } from "../../chaos/judge/charges.ts";
import type { Call, Charge, Evidence, LedgerRow, Run } from "../../chaos/judge/evidence.ts";
import { CHECKS, type CheckName, type Judgement, judge } from "../../chaos/judge/judge.ts";
import { tellStory } from "../../chaos/story.ts";
import type { Received } from "../../support/receiver.ts";

const ID = "1".repeat(64);
const OTHER_ID = "2".repeat(64);
const RUN_ID = "3".repeat(64);
const KEY = "a".repeat(64);
const at = (ms: number) => new Date(ms).toISOString();
const BUDGET_MS = 4_000;

function makeAsked(
  change: Partial<Asked> = {},
  { status = 201, body = '{"generation_id":9001}', headers = {} } = {},
): Asked {
  const requestId = change.requestId ?? "request-1";
  const kept = { "x-request-id": requestId, "x-content-type-options": "nosniff", ...headers };
  return {
    ...{ requestId, traceId: "trace-1", kind: "charged calls", intent: 1, client: "product", method: "POST" },
    ...{ target: "/v1/vidsheet/101/cells/10111/generate", at: 1_000, endedAt: 1_100, budgetMs: BUDGET_MS },
    ...{ firstByteMs: 90, end: "whole", secrets: [] },
    answer: { status, headers: new Headers(kept), body: Buffer.from(body) },
    ...change,
  };
}

/** An answer that is a problem. */
function makeProblem(change: Partial<Asked>, members: Record<string, unknown> = {}): Asked {
  const requestId = change.requestId ?? "request-1";
  const problem = {
    ...{ type: "https://gen-edge.example/problems/gen_unavailable", title: "t", status: 503, detail: "d" },
    ...{ instance: requestId, error: "e", error_code: "gen_unavailable", action: "a", retryable: true },
    ...{ charged: "no", attempts: 1, ...members },
  };
  const headers = { "content-type": "application/problem+json", "content-language": "en", "x-should-retry": "true" };
  return makeAsked(change, { status: 503, body: JSON.stringify(problem), headers });
}

const CALL: Call = {
  ...{ id: ID, clientId: "bounded", operation: "cells.generate", path: { sheet: "101", cell: "10111" } },
  ...{ acceptedAt: 1_010, requestId: "request-1", runId: null, state: "settled", charged: "yes", isUntraced: false },
  ...{ jobs: [{ kind: "generation", id: "9001" }], listedAs: "settled" },
};

const CHARGE: Charge = {
  ...{ operation: "cells.generate", amount: 1, at: 1_050, key: KEY, job: "9001", intent: 1 },
  ...{ path: "/v1/vidsheet/101/cells/10111/generate", sentAt: [1_020] },
};

const ROW: LedgerRow = { call: ID, operation: "cells.generate", at: 1_030, state: "spent", cost: 1, jobs: ["9001"] };

const BOUND = { clientId: "bounded", unit: "calls", limit: 1, reserved: 0, spent: 1 } as const;
const CREDITS = { ...BOUND, unit: "credits" } as const;

const RUN: Run = {
  ...{ id: RUN_ID, pipeline: "fill-empty-cells", state: "finished", errorCode: null, isListed: true },
  ...{ endedAt: at(1_900), reruns: 1, delivery: { source: "standard-webhooks", id: "msg_1" }, scheduledAt: null },
};

const TICK: Tick = { pipeline: "fill-empty-cells", scheduledAt: 500, fired: true };
/** The run of the tick; it was stopped, so nobody is told. */
const TICKED: Run = { ...RUN, id: "4".repeat(64), state: "stopped", reruns: 0, delivery: null, scheduledAt: 500 };

function makeReceived(type: string, data: Record<string, unknown>, change: Partial<Received> = {}): Received {
  const id = `msg_${type} ${JSON.stringify(data)}`;
  const body = JSON.stringify({ type, timestamp: at(1_900), data });
  return { id, genuine: true, type, data, body, at: 2_000, answered: 204, ...change };
}

const SETTLED = { id: "9001", call_id: ID };
const FINISHED = { run_id: RUN_ID };

const WATCHED: Watched = { generation: "9001", ids: [1, 2, 4], status: "completed", connections: 2, ended: true };

const CLEAN: Evidence = {
  asked: [makeAsked(), makeAsked({ requestId: "request-2" }), makeProblem({ requestId: "request-3", intent: null })],
  outages: [{ from: 5_000, to: 6_000 }],
  intents: [{ number: 1, client: "bounded", key: "intent-1", operation: "cells.generate", call: ID }],
  charges: [CHARGE],
  chargesSince: [],
  jobs: new Map([["9001", "completed"]]),
  calls: [CALL],
  readAt: 60_000,
  missingCalls: [],
  runs: [RUN, TICKED],
  ticks: [TICK],
  reruns: [RUN_ID],
  deliveries: [
    { source: "standard-webhooks", id: "msg_1", pipeline: "fill-empty-cells", acknowledged: true },
    { source: "github", id: "msg_2", pipeline: null, acknowledged: true },
  ],
  handRuns: [{ key: "run-1", ids: [RUN_ID] }],
  received: [
    makeReceived("generation.settled", SETTLED, { answered: 500 }),
    makeReceived("generation.settled", SETTLED),
    makeReceived("pipeline.finished", FINISHED),
  ],
  waiting: [],
  watched: [WATCHED],
  refunds: new Map(),
  ledger: [ROW],
  bounds: [BOUND, CREDITS],
  leaks: [],
  log: [{ at: 1_100, level: "info", message: "call", call_id: ID }],
  requests: [],
  faultsByTrace: new Map(),
};

const isUnknown: Partial<Call> = { state: "unknown", charged: "unknown", jobs: [], listedAs: "unknown" };
const isOpen: Partial<Call> = { state: "collecting", charged: "unknown", jobs: [], listedAs: "open" };
const withCall = (change: Partial<Call>): Partial<Evidence> => ({ calls: [{ ...CALL, ...change }] });
const withCharges = (...charges: Partial<Charge>[]): Partial<Evidence> => ({
  charges: charges.map((change) => ({ ...CHARGE, ...change })),
});
const withRows = (...rows: Partial<LedgerRow>[]): Partial<Evidence> => ({
  ledger: rows.map((change) => ({ ...ROW, ...change })),
});
const withAsked = (...asked: Asked[]): Partial<Evidence> => ({ asked });
const withReceived = (...received: Received[]): Partial<Evidence> => ({
  received: [...received, makeReceived("pipeline.finished", FINISHED)],
});

/** The job of the call was stopped, its credits were given back, and another call has continued it. */
const CONTINUED: Charge = {
  ...{ operation: "generations.continue", amount: 1, at: 1_500, key: "c".repeat(64), job: "9001", intent: 2 },
  ...{ path: "/v1/generations/9001/continue", sentAt: [1_490] },
};
const REFUNDED = new Map([["9001", 1]]);
const withContinued: Partial<Evidence> = {
  charges: [CHARGE, CONTINUED],
  calls: [CALL, { ...CALL, id: OTHER_ID, clientId: "product", operation: "generations.continue" }],
  intents: [
    ...CLEAN.intents,
    { number: 2, client: "product", key: "continue-1", operation: "generations.continue", call: OTHER_ID },
  ],
  ledger: [
    { ...ROW, cost: 0 },
    { ...ROW, call: OTHER_ID, operation: "generations.continue" },
  ],
  refunds: REFUNDED,
  bounds: [BOUND, { ...CREDITS, spent: 0 }],
  received: [...CLEAN.received, makeReceived("generation.settled", { ...SETTLED, call_id: OTHER_ID })],
};

/** Two calls of a run for the same cell, whose jobs have these states at GEN. */
function withSteps(first: string, second: string): Partial<Evidence> {
  const jobs = ["9002", "9003"] as const;
  const ids = [OTHER_ID, "5".repeat(64)];
  const calls = ids.map((id, index): Call => {
    const started = [{ kind: "generation", id: jobs[index] ?? "" }];
    return { ...CALL, id, clientId: "pipeline", runId: RUN_ID, requestId: null, jobs: started };
  });
  const charges = jobs.map((job, index) => ({ ...CHARGE, job, key: String(index).repeat(64), intent: null }));
  const isOver = (status: string) => status !== "processing";
  return {
    calls: [CALL, ...calls],
    charges: [CHARGE, ...charges],
    jobs: new Map([...CLEAN.jobs, ["9002", first], ["9003", second]]),
    ledger: [ROW, ...calls.map(({ id, jobs }) => ({ ...ROW, call: id, jobs: jobs.map((job) => job.id) }))],
    received: [
      ...CLEAN.received,
      ...[first, second].flatMap((status, index) => {
        const data = { id: jobs[index], call_id: ids[index] };
        return isOver(status) ? [makeReceived("generation.settled", data)] : [];
      }),
    ],
  };
}

function findBroken(change: Partial<Evidence>): CheckName[] {
  const judgement: Judgement = judge({ ...CLEAN, ...change });
  return (Object.keys(CHECKS) as CheckName[]).filter((name) => judgement[name].violations.length > 0);
}

describe("the judge of a walk", () => {
  it("finds nothing where every promise was kept, and has looked at something for each", () => {
    expect(findBroken({})).toEqual([]);
    const withRun = { ...CLEAN, ...withSteps("failed", "completed") };
    expect(Object.values(judge(withRun)).every(({ examined }) => examined > 0)).toBe(true);
  });

  it.each<[what: string, change: Partial<Evidence>, broken: readonly CheckName[]]>([
    [
      "one key is charged twice for one job",
      withCharges({}, { at: 3_000, sentAt: [] }),
      ["chargedOnce", "accounted", "ledger", "bounds"],
    ],
    [
      "one key is charged twice, by sends that did not overlap",
      withCharges({ sentAt: [1_020, 1_060] }, { at: 1_090, job: "9002", sentAt: [1_020, 1_060] }),
      ["chargedOnce", "owned"],
    ],
    [
      "one intent is charged under two keys",
      withCharges({}, { key: "b".repeat(64), job: "9002", at: 3_000, sentAt: [2_950] }),
      ["chargedOnce", "owned"],
    ],
    ["GEN was asked without a key", withCharges({ key: null, path: null, sentAt: [] }), ["chargedOnce"]],
    ["a paid job belongs to no call", withCharges({}, { key: "b".repeat(64), job: "9002", intent: null }), ["owned"]],
    [
      "a paid job is that of an open call which nobody lists",
      {
        ...withCall({ ...isOpen, listedAs: null }),
        received: CLEAN.received,
        bounds: [{ ...BOUND, reserved: 1, spent: 0 }],
      },
      ["owned", "ended"],
    ],
    ["a call says that it was charged, and it was not", withCharges(), ["accounted", "ledger", "told", "bounds"]],
    [
      "a call says that it was not charged, and it was",
      {
        ...withCall({ state: "not_charged", charged: "no", jobs: [], listedAs: "free" }),
        bounds: [{ ...BOUND, spent: 0 }],
      },
      ["owned", "accounted", "ledger"],
    ],
    ["the ledger lacks a charged call", { ledger: [] }, ["ledger"]],
    ["the ledger still reserves for a call that has ended", withRows({ state: "reserved", cost: null }), ["ledger"]],
    ["the ledger has released what was charged", withRows({ state: "released", cost: null }), ["ledger"]],
    ["the ledger has counted a call twice", withRows({}, {}), ["ledger"]],
    ["the ledger has a row of no known call", withRows({}, { call: OTHER_ID, jobs: [], cost: null }), ["ledger"]],
    ["the ledger says another cost than GEN", withRows({ cost: 2 }), ["ledger"]],
    [
      "a call says that it has continued a job, and GEN was not paid again",
      { ...withContinued, charges: [CHARGE] },
      ["accounted", "ledger"],
    ],
    [
      "GEN was paid to continue a job, and nobody knows of it",
      { ...withContinued, calls: [CALL] },
      ["owned", "ledger"],
    ],
    [
      "a job was continued twice under one key",
      { ...withContinued, charges: [CHARGE, CONTINUED, { ...CONTINUED, at: 1_600, sentAt: [] }] },
      ["chargedOnce", "accounted", "ledger"],
    ],
    [
      "the ledger does not say that what continued a job was given back",
      { ...withContinued, refunds: new Map([...REFUNDED, ["9001, continued", 1]]) },
      ["ledger"],
    ],
    [
      "the ledger does not say that GEN has given the cost back",
      { refunds: new Map([["9001", 1]]) },
      ["ledger", "bounds"],
    ],
    [
      "a client was told each time that nothing was charged, and it was",
      withAsked(makeProblem({}), makeProblem({ requestId: "request-2" })),
      ["told"],
    ],
    [
      "two repeats of an intent are answered with two jobs",
      withAsked(makeAsked(), makeAsked({ requestId: "request-2" }, { body: '{"generation_id":9002}' })),
      ["sameAnswer"],
    ],
    ["a bounded client is charged beyond its bound", { bounds: [{ ...BOUND, limit: 0 }] }, ["bounds"]],
    ["a charge is missing in its client's account", { bounds: [{ ...BOUND, spent: 0 }] }, ["bounds"]],
    ["a client is charged more credits than it may be", { bounds: [BOUND, { ...CREDITS, limit: 0 }] }, ["bounds"]],
    ["credits are missing in a client's account", { bounds: [BOUND, { ...CREDITS, spent: 0 }] }, ["bounds"]],
    ["a charge that was given back stays reserved", { bounds: [{ ...BOUND, reserved: 1 }] }, ["bounds"]],
    [
      "an unknown call is in no operator's list",
      {
        ...withCall({ ...isUnknown, listedAs: null }),
        ...withCharges(),
        ...withRows({ state: "unknown", cost: null, jobs: [] }),
        asked: [makeAsked({ answer: null, end: "closed", at: 5_100, endedAt: 5_900 })],
        received: [...CLEAN.received, makeReceived("call.unknown", { call_id: ID })],
        bounds: [{ ...BOUND, spent: 1 }],
      },
      ["ended"],
    ],
    [
      "an open call is in no operator's list after a minute",
      {
        ...withCall({ ...isOpen, listedAs: null }),
        ...withCharges(),
        asked: [],
        ...withRows({ state: "reserved", cost: null }),
      },
      ["ended"],
    ],
    ["a client was told of a call that is not there", { missingCalls: [OTHER_ID] }, ["ended"]],
    ["a run is in no list", { runs: [{ ...RUN, state: "running", isListed: false }, TICKED] }, ["ended"]],
    [
      "a delivery was never acknowledged",
      { deliveries: CLEAN.deliveries.map((each) => ({ ...each, acknowledged: false })) },
      ["runs"],
    ],
    ["a delivery has made no run", { runs: [{ ...RUN, delivery: null }, TICKED] }, ["runs"]],
    ["a delivery has made two runs", { runs: [RUN, { ...RUN, id: OTHER_ID, state: "stopped" }, TICKED] }, ["runs"]],
    ["a tick has made no run", { runs: [RUN] }, ["runs"]],
    ["a tick has made two runs", { runs: [RUN, TICKED, { ...TICKED, id: OTHER_ID }] }, ["runs"]],
    ["a run that a client was told is run again is not", { runs: [{ ...RUN, reruns: 0 }, TICKED] }, ["runs"]],
    ["two calls were paid for one step of a run", withSteps("completed", "processing"), ["steps"]],
    ["a key has started two runs", { handRuns: [{ key: "run-1", ids: [RUN_ID, OTHER_ID] }] }, ["runs"]],
    ["a run of which a client was told is not there", { handRuns: [{ key: "run-1", ids: [OTHER_ID] }] }, ["runs"]],
    ["the end of a job was told to nobody", withReceived(), ["notified"]],
    [
      "the end of a job was told to nobody, and what waits is about others",
      { ...withReceived(), waiting: [{ type: "generation.settled", calls: [OTHER_ID], runs: [RUN_ID] }] },
      ["notified"],
    ],
    [
      "the end of a job was refused each time",
      withReceived(makeReceived("generation.settled", SETTLED, { answered: "reset" })),
      ["notified"],
    ],
    [
      "an earlier end of a run was told, and the last to nobody",
      {
        received: [
          makeReceived("generation.settled", SETTLED),
          makeReceived("pipeline.finished", FINISHED, { body: JSON.stringify({ timestamp: at(1_200) }) }),
        ],
      },
      ["notified"],
    ],
    ["the end of a run was told to nobody", { received: [makeReceived("generation.settled", SETTLED)] }, ["notified"]],
    [
      "one end was told under two ids",
      withReceived(
        makeReceived("generation.settled", SETTLED),
        makeReceived("generation.settled", SETTLED, { id: "msg_x" }),
      ),
      ["notified"],
    ],
    [
      "a notification has changed between two attempts",
      withReceived(
        makeReceived("generation.settled", SETTLED),
        makeReceived("generation.settled", SETTLED, { body: "{}" }),
      ),
      ["notified"],
    ],
    [
      "a signature is wrong",
      withReceived(makeReceived("generation.settled", SETTLED, { genuine: false })),
      ["signatures"],
    ],
    ["a watcher got an event twice", { watched: [{ ...WATCHED, ids: [1, 2, 2] }] }, ["watched"]],
    ["a watcher was told no end", { watched: [{ ...WATCHED, ended: false }] }, ["watched"]],
    ["a watcher was told another end", { watched: [{ ...WATCHED, status: "failed" }] }, ["watched"]],
    ["an answer comes too late", withAsked(makeAsked({ firstByteMs: BUDGET_MS + GRACE_MS + 1 })), ["inTime"]],
    [
      "no answer comes at all",
      withAsked(makeAsked(), makeAsked({ requestId: "request-2", firstByteMs: null, end: "late", answer: null })),
      ["inTime"],
    ],
    [
      "an answer is lost while the Worker is up",
      withAsked(makeAsked(), makeAsked({ requestId: "request-2", end: "closed", answer: null })),
      ["whole"],
    ],
    [
      "a failure is no problem document",
      withAsked(makeAsked(), makeAsked({ requestId: "request-2" }, { status: 502, body: "<html>" })),
      ["form"],
    ],
    [
      "a problem lacks a member",
      withAsked(makeAsked(), makeProblem({ requestId: "request-2" }, { action: undefined })),
      ["form"],
    ],
    [
      "an answer is another request's",
      withAsked(makeAsked(), makeAsked({ requestId: "request-2" }, { headers: { "x-request-id": "request-1" } })),
      ["form"],
    ],
    [
      "a 500 of our own",
      withAsked(makeAsked(), makeProblem({ requestId: "request-2" }, { error_code: "internal" })),
      ["noInternal"],
    ],
    [
      "an uncaught error",
      { log: [{ at: 1, level: "error", message: "uncaught", request_id: "request-1" }] },
      ["noInternal"],
    ],
    ["a secret in an answer", withAsked(makeAsked({ secrets: ["GEN's key"] })), ["secrets"]],
    ["a secret in the log", { leaks: [{ where: "the log", what: "GEN's key" }] }, ["secrets"]],
  ])("finds that %s", (_, change, broken) => {
    expect(findBroken(change)).toEqual(broken);
  });

  it.each<[what: string, change: Partial<Evidence>]>([
    [
      "a key that GEN charges twice because the second send came before the first charge",
      withCharges({ sentAt: [1_020, 1_040], at: 1_050 }, { job: "9002", at: 1_080, sentAt: [1_020, 1_040] }),
    ],
    [
      "a charge of an unknown call that is listed",
      {
        ...withCall(isUnknown),
        received: [...CLEAN.received, makeReceived("call.unknown", { call_id: ID })],
      },
    ],
    [
      "an end that waits to be told",
      { ...withReceived(), waiting: [{ type: "generation.settled", calls: [ID], runs: [] }] },
    ],
    [
      "an open call that was accepted just now",
      {
        ...withCall({ ...isOpen, acceptedAt: 50_000, listedAs: null }),
        ...withCharges(),
        ...withRows({ state: "reserved", cost: null }),
        asked: [],
      },
    ],
    ["a charge that was made while the Worker was asked", { ...withCharges(), chargesSince: [CHARGE], asked: [] }],
    [
      "an answer that was lost because the Worker was killed",
      withAsked(makeAsked({ end: "closed", answer: null, at: 4_000, endedAt: 5_010 })),
    ],
    [
      "an answer that GEN has broken off",
      {
        ...withAsked(makeAsked(), makeAsked({ requestId: "request-2", traceId: "cut", end: "closed", answer: null })),
        faultsByTrace: new Map([["cut", ["done, body cut"]]]),
      },
    ],
    ["a job that was stopped, paid for again and continued", withContinued],
    ["a step that was made anew because its generation failed", withSteps("failed", "completed")],
    ["a step that was made anew because its generation was stopped", withSteps("stopped", "completed")],
    ["a tick whose Worker was killed", { runs: [RUN], ticks: [{ ...TICK, fired: false }] }],
    [
      "a client that has left",
      withAsked(makeAsked(), makeAsked({ requestId: "request-2", end: "left", answer: null })),
    ],
  ])("blames nobody for %s", (_, change) => {
    expect(findBroken(change)).toEqual([]);
  });

  it("counts what GEN has charged in its own gap apart", () => {
    const overlap = withCharges({ sentAt: [1_020, 1_040] }, { job: "9002", at: 1_080, sentAt: [1_020, 1_040] });
    expect(listGapCharges({ ...CLEAN, ...overlap }).map(({ job }) => job)).toEqual(["9002"]);
    expect(listGapCharges(CLEAN)).toEqual([]);
  });
});

describe("the story of a violation", () => {
  it("tells its requests, GEN's entries and the log in time, and nothing of others", () => {
    const other = makeAsked({ requestId: "another", intent: 2, at: 1_010 });
    const story = tellStory({ what: "", intents: [1] }, { ...CLEAN, asked: [...CLEAN.asked, other] }, 0);
    expect(story.map((line) => line.trim().replace(/,.*| \(.*| \{.*/, ""))).toEqual([
      "1.000 s  product asks POST /v1/vidsheet/101/cells/10111/generate",
      "1.000 s  product asks POST /v1/vidsheet/101/cells/10111/generate",
      "1.050 s  GEN charges 1 for job 9001",
      "1.100 s  log",
      "2.000 s  notification msg_generation.settled",
      "2.000 s  notification msg_generation.settled",
      "5.000 s  workerd is killed",
    ]);
  });
});
