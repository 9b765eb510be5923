/** Whether everything that was begun has come to its end, once, and was told. */
import type { Received } from "../../support/receiver.ts";
import type { Evidence, Verdict, Violation } from "./evidence.ts";

const ENDED_CALL = new Set(["settled", "not_charged"]);
/** An open call is listed after half a minute; while it can't be, it is tried again every five seconds. */
const LISTED_AFTER_MS = 45_000;
const ENDED_RUN = new Set(["finished", "failed", "stopped"]);

/** Every call that was accepted has ended, or is in an operator's list. */
export function judgeEnded({ calls, runs, missingCalls, readAt }: Evidence): Verdict {
  const lost = calls.filter(({ state, isUntraced, listedAs, acceptedAt }) => {
    if (ENDED_CALL.has(state) && !isUntraced) return false;
    if (state !== "unknown" && !isUntraced && readAt - acceptedAt < LISTED_AFTER_MS) return false;
    return listedAs !== (state === "unknown" || isUntraced ? "unknown" : "open");
  });
  const lostRuns = runs.filter(({ state, isListed }) => !ENDED_RUN.has(state) && !isListed);
  return {
    examined: calls.length + runs.length,
    violations: [
      ...lost.map(({ id, state }) => ({ what: `a call is ${state}, and in no operator's list`, calls: [id] })),
      ...lostRuns.map(({ id, state }) => ({ what: `a run is ${state}, and in no list`, runs: [id] })),
      ...missingCalls.map((id) => ({ what: "a client was told of a call that is not there", calls: [id] })),
    ],
  };
}

/**
 * Each delivery has made exactly one run, or none where no pipeline takes it; so have each key of a run by hand and each
 * tick of a schedule. A run that a client was told is run again is.
 */
export function judgeRuns({ deliveries, handRuns, runs, ticks, reruns }: Evidence): Verdict {
  const byDelivery = Map.groupBy(runs, ({ delivery }) => `${delivery?.source} ${delivery?.id}`);
  const violations = deliveries.flatMap(({ source, id, pipeline, acknowledged }): Violation[] => {
    const made = byDelivery.get(`${source} ${id}`) ?? [];
    const about = { runs: made.map((run) => run.id) };
    if (!acknowledged) return [{ what: `a delivery of ${source} (${id}) was never acknowledged`, ...about }];
    const wanted = pipeline === null ? 0 : 1;
    return made.length === wanted
      ? []
      : [{ what: `a delivery of ${source} (${id}) has made ${made.length} runs`, ...about }];
  });
  const known = new Set(runs.map(({ id }) => id));
  const byHand = handRuns.flatMap(({ key, ids }): Violation[] => {
    if (ids.length > 1) return [{ what: `the key ${key} has started ${ids.length} runs`, runs: ids }];
    return ids.every((id) => known.has(id)) ? [] : [{ what: `the run of the key ${key} is not there`, runs: ids }];
  });
  const byTick = ticks.flatMap(({ scheduledAt, pipeline, fired }): Violation[] => {
    const made = runs.filter((run) => run.pipeline === pipeline && run.scheduledAt === scheduledAt);
    if (made.length === 1 || (made.length === 0 && !fired)) return [];
    const what = `the tick of ${new Date(scheduledAt).toISOString()} has made ${made.length} runs`;
    return [{ what, runs: made.map(({ id }) => id) }];
  });
  const again = reruns.flatMap((id): Violation[] => {
    const isAgain = runs.some((run) => run.id === id && run.reruns > 0);
    return isAgain ? [] : [{ what: "a client was told that a run is run again, and it is not", runs: [id] }];
  });
  return {
    examined: deliveries.length + handRuns.length + ticks.length + reruns.length,
    violations: [...violations, ...byHand, ...byTick, ...again],
  };
}

/** The end of each job, each unknown call and each run was told and taken, or waits to be; all attempts under one id. */
export function judgeNotified(evidence: Evidence): Verdict {
  const told = Map.groupBy(evidence.received, toEvent);
  const missing = listUntold(evidence).filter((each) => !isWaiting(each, evidence));
  const scattered = [...told].filter(([, all]) => new Set(all.map(({ id }) => id)).size > 1);
  const byId = Map.groupBy(evidence.received, ({ id }) => id);
  const changed = [...byId].filter(([, all]) => new Set(all.map(({ body }) => body)).size > 1);
  return {
    examined: listExpected(evidence).length,
    violations: [
      ...missing.map(({ event, about }) => ({ what: `nobody was told: ${event}`, ...about })),
      ...scattered.map(([event, all]) => ({ what: `told under several ids: ${event}`, ...aboutReceived(all) })),
      ...changed.map(([id, all]) => ({ what: `the notification ${id} has changed`, ...aboutReceived(all) })),
    ],
  };
}

export function judgeSignatures({ received }: Evidence): Verdict {
  const wrong = received.filter(({ genuine }) => !genuine);
  return {
    examined: received.length,
    violations: wrong.map((each) => ({ what: `the signature of ${each.id} is wrong`, ...aboutReceived([each]) })),
  };
}

/** Who watched to the end saw each event once, in order, and the end as it is at GEN. */
export function judgeWatched({ watched, jobs }: Evidence): Verdict {
  const violations = watched.flatMap(({ generation, ids, status, ended }): Violation[] => {
    const about = { jobs: [generation] };
    const isInOrder = ids.every((id, index) => id > (ids[index - 1] ?? 0));
    if (!isInOrder) return [{ what: `a watcher of ${generation} got the events ${ids.join(", ")}`, ...about }];
    if (!ended) return [{ what: `a watcher of ${generation} was not told its end`, ...about }];
    const atGen = jobs.get(generation);
    return atGen === status
      ? []
      : [{ what: `a watcher was told that ${generation} is ${status}; it is ${atGen}`, ...about }];
  });
  return { examined: watched.length, violations };
}

interface Expected {
  readonly event: string;
  readonly about: Omit<Violation, "what">;
}

function isWaiting({ event, about: { calls = [], runs = [] } }: Expected, { waiting }: Evidence): boolean {
  return waiting.some(
    ({ type, calls: ofCalls, runs: ofRuns }) =>
      event.startsWith(`${type} `) &&
      (calls.some((id) => ofCalls.includes(id)) || runs.some((id) => ofRuns.includes(id))),
  );
}

type Ends = Pick<Evidence, "calls" | "runs" | "jobs">;

/** The ends that were told to nobody who took it. */
export function listUntold({ received, ...ends }: Ends & Pick<Evidence, "received">): Expected[] {
  const told = new Set(received.filter(isTaken).map(toEvent));
  return listExpected(ends).filter(({ event }) => !told.has(event));
}

/** In the same words as what came. */
function listExpected({ calls, runs, jobs }: Ends): Expected[] {
  return [
    ...calls.flatMap((call) =>
      call.jobs
        .filter(({ id }) => ENDED_JOB.has(jobs.get(id) ?? ""))
        .map(({ id }) => ({
          event: `generation.settled ${id} of ${call.id}`,
          about: { calls: [call.id], jobs: [id] },
        })),
    ),
    ...calls
      .filter(({ state, isUntraced }) => state === "unknown" || isUntraced)
      .map(({ id }) => ({ event: `call.unknown ${id}`, about: { calls: [id] } })),
    ...runs
      .filter(({ state }) => state === "finished" || state === "failed")
      .map(({ id, state, endedAt }) => ({ event: `pipeline.${state} ${id} at ${endedAt}`, about: { runs: [id] } })),
    ...runs
      .filter(({ state, pipeline }) => state === "finished" && pipeline === "idea-to-video")
      .map(({ id }) => ({ event: `pipeline.message ${id} video`, about: { runs: [id] } })),
  ];
}

const ENDED_JOB = new Set(["completed", "failed", "stopped"]);

/** Each end of a run that is run again is an event of its own. Of the others only their id is known. */
function toEvent({ id, type, data, body }: Received): string {
  switch (type) {
    case "generation.settled":
      return `${type} ${data.id} of ${data.call_id}`;
    case "call.unknown":
      return `${type} ${data.call_id}`;
    case "pipeline.message":
      return `${type} ${data.run_id} ${data.name}`;
    case "pipeline.finished":
    case "pipeline.failed":
      return `${type} ${data.run_id} at ${JSON.parse(body).timestamp}`;
    default:
      return id;
  }
}

function isTaken({ answered }: Received): boolean {
  return answered === 204;
}

function aboutReceived(received: readonly Received[]): Omit<Violation, "what"> {
  const list = (name: string) => received.flatMap(({ data }) => (typeof data[name] === "string" ? [data[name]] : []));
  return { calls: [...new Set(list("call_id"))], runs: [...new Set(list("run_id"))] };
}
