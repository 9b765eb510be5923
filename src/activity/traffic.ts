/**
 * Counts an isolate's requests, and the jobs that it tracks, by minute, and hands them over to `Activity` every ten seconds. Approximate: an isolate
 * that dies loses at most ten seconds, and nothing is counted twice. Never used for money.
 */
import type { Objects } from "../objects/gate.ts";
import type { RequestEvent } from "../observability/event.ts";
import type { Clock } from "../resilience/clock.ts";
import { toActivityName, toMinute } from "./activity-day.ts";
import { addUp, EMPTY, toBucket } from "./latency.ts";
import { type JobRow, type TrafficRow, toOther } from "./traffic-row.ts";

const HAND_OVER_MS = 10_000;
/** Requests that differ from all of these are counted as `other`: the memory is bounded, whoever asks for what. */
const MAX_ROWS = 300;

interface Counting {
  readonly objects: Objects;
  readonly clock: Clock;
  readonly shards: number;
}

export class Traffic {
  readonly #tools: Counting;
  readonly #shard: number;
  #rows = new Map<string, TrafficRow>();
  #jobs = new Map<number, JobRow>();
  /** When the request that waits for it hands over. */
  #dueAt = Number.NEGATIVE_INFINITY;
  #handedOverAt = 0;

  constructor(tools: Counting) {
    this.#tools = tools;
    this.#shard = Math.floor(tools.clock.random() * tools.shards);
  }

  /** `waitUntil`: the hand-over happens after the answer. */
  count(event: RequestEvent, waitUntil: (work: Promise<unknown>) => void): void {
    const row = toRow(event, this.#tools.clock.now());
    const key = toKey(row);
    if (this.#rows.has(key) || this.#rows.size < MAX_ROWS) this.#add(key, row);
    else this.#add(toKey(toOther(row)), toOther(row));
    // A request whose time was cut short may have left it undone.
    const now = this.#tools.clock.now();
    if (now < this.#dueAt + HAND_OVER_MS) return;
    this.#dueAt = now + HAND_OVER_MS;
    waitUntil(this.#tools.clock.sleep(HAND_OVER_MS).then(() => this.handOver()));
  }

  /**
   * A generation, user job or run whose tracking has begun or ended. Both are counted when it began, so that a day's
   * sum is that of its own jobs.
   */
  countJob(what: "begun" | "ended", startedAt: number, waitUntil: (work: Promise<unknown>) => void): void {
    const minute = toMinute(startedAt);
    const known = this.#jobs.get(minute) ?? { minute, begun: 0, ended: 0 };
    this.#jobs.set(minute, { ...known, [what]: known[what] + 1 });
    // No timer: it would keep a tracker's object in memory, which costs.
    if (this.#tools.clock.now() - this.#handedOverAt >= HAND_OVER_MS) waitUntil(this.handOver());
  }

  /** Rejects, and loses what was counted, when the object can't be reached. */
  async handOver(): Promise<void> {
    const rows = [...this.#rows.values()];
    const jobs = [...this.#jobs.values()];
    this.#rows = new Map();
    this.#jobs = new Map();
    this.#dueAt = Number.NEGATIVE_INFINITY;
    this.#handedOverAt = this.#tools.clock.now();
    const toName = ({ minute }: { readonly minute: number }) => toActivityName(minute, this.#shard);
    for (const name of new Set([...rows, ...jobs].map(toName))) {
      const ofDay = (row: { readonly minute: number }) => toName(row) === name;
      await this.#tools.objects.ACTIVITY.getByName(name).count(rows.filter(ofDay), jobs.filter(ofDay));
    }
  }

  #add(key: string, row: TrafficRow): void {
    const known = this.#rows.get(key);
    this.#rows.set(key, known === undefined ? row : { ...row, ...sum(known, row) });
  }
}

function sum(a: TrafficRow, b: TrafficRow) {
  const latency = addUp(a.latency, b.latency);
  return { requests: a.requests + b.requests, attempts: a.attempts + b.attempts, ms: a.ms + b.ms, latency };
}

function toKey({ minute, name, clientId, statusClass, code }: TrafficRow): string {
  return JSON.stringify([minute, name, clientId, statusClass, code]);
}

function toRow(
  { operation, route, client_id, status, error_code, attempts, ms }: RequestEvent,
  now: number,
): TrafficRow {
  return {
    minute: toMinute(now),
    name: operation ?? route,
    clientId: client_id ?? "",
    statusClass: Math.floor(status / 100),
    code: error_code ?? "",
    requests: 1,
    attempts: attempts.length,
    ms,
    latency: EMPTY.with(toBucket(ms), 1),
  };
}
