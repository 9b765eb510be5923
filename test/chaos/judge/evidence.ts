/** All that is known when everything has settled: plain data, which the judge alone reads. */
import type { RequestEntry } from "../../simulator/ledger.ts";
import type { TimedLine } from "../../support/crashable-worker.ts";
import type { Received } from "../../support/receiver.ts";
import type { Asked, Intent, Tick, Watched } from "../history.ts";
import type { Outage } from "../outages.ts";

/** What the simulated GEN has taken for one job. Times are by GEN's clock. */
export interface Charge {
  readonly operation: string;
  readonly amount: number;
  readonly at: number;
  /** The key at GEN; null where the operation has none. */
  readonly key: string | null;
  readonly job: string;
  /** The number of the intent that the job's content names; null where it can name none. */
  readonly intent: number | null;
  /** The path of the requests under its key; null without a key. */
  readonly path: string | null;
  /** When those of them came that GEN has worked on. */
  readonly sentAt: readonly number[];
}

/** A durable call as the Worker reports it. */
export interface Call {
  readonly id: string;
  readonly clientId: string;
  readonly operation: string;
  readonly path: { readonly sheet: string | null; readonly cell: string | null };
  readonly requestId: string | null;
  readonly runId: string | null;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
  readonly state: string;
  readonly charged: "no" | "yes" | "unknown";
  /** GEN said that it was done without naming what it started: an operator must look. */
  readonly isUntraced: boolean;
  readonly jobs: readonly { readonly kind: string; readonly id: string }[];
  /** The group of the operators' list that it is in; null for none. */
  readonly listedAs: "open" | "unknown" | "settled" | "free" | null;
}

export interface Run {
  readonly id: string;
  readonly pipeline: string;
  readonly state: string;
  readonly errorCode: string | null;
  /** As the Worker writes it; null while it goes on. */
  readonly endedAt: string | null;
  /** How often it was run again. */
  readonly reruns: number;
  /** Of the webhook that started it. */
  readonly delivery: { readonly source: string; readonly id: string } | null;
  /** Of the schedule that started it. Milliseconds since the epoch. */
  readonly scheduledAt: number | null;
  readonly isListed: boolean;
}

/** A row of the Worker's own ledger: one call, and one epoch of its key. */
export interface LedgerRow {
  readonly call: string;
  readonly operation: string;
  /** When it was booked. Milliseconds since the epoch. */
  readonly at: number;
  readonly state: "reserved" | "spent" | "unknown" | "released";
  /** In credits; null while its jobs go on, or when GEN does not say. */
  readonly cost: number | null;
  readonly jobs: readonly string[];
}

export interface Evidence {
  readonly asked: readonly Asked[];
  readonly outages: readonly Outage[];
  readonly intents: readonly (Intent & { readonly call: string | null })[];
  /** Those that had been made before the Worker was asked for the last time, and those that it may not know yet. */
  readonly charges: readonly Charge[];
  readonly chargesSince: readonly Charge[];
  /** The status of GEN's jobs, by id. */
  readonly jobs: ReadonlyMap<string, string>;
  readonly calls: readonly Call[];
  /** When the Worker was asked for them. Milliseconds since the epoch. */
  readonly readAt: number;
  /** Ids of calls of which a client was told, and which the Worker does not know. */
  readonly missingCalls: readonly string[];
  readonly runs: readonly Run[];
  readonly deliveries: readonly {
    readonly source: string;
    readonly id: string;
    readonly pipeline: string | null;
    readonly acknowledged: boolean;
  }[];
  readonly handRuns: readonly { readonly key: string; readonly ids: readonly string[] }[];
  readonly received: readonly Received[];
  /** The notifications that an operator sees waiting, and the calls and runs that they are about. */
  readonly waiting: readonly {
    readonly type: string;
    readonly calls: readonly string[];
    readonly runs: readonly string[];
  }[];
  readonly watched: readonly Watched[];
  /** The minutes of schedules, and the runs that clients were told are run again. */
  readonly ticks: readonly Tick[];
  readonly reruns: readonly string[];
  /** What GEN has given back, by purchase (`calls.ts`). */
  readonly refunds: ReadonlyMap<string, number>;
  /** The Worker's. */
  readonly ledger: readonly LedgerRow[];
  /** The clients that are bounded, and what the Worker has counted of them today. */
  readonly bounds: readonly {
    readonly clientId: string;
    readonly unit: "calls" | "credits";
    readonly limit: number;
    readonly reserved: number;
    readonly spent: number;
  }[];
  /** Secrets found outside of answers. */
  readonly leaks: readonly { readonly where: string; readonly what: string }[];
  readonly log: readonly TimedLine[];
  /** All that GEN was asked. */
  readonly requests: readonly RequestEntry[];
  /** What GEN did to requests with these traces: the kind of each fault. */
  readonly faultsByTrace: ReadonlyMap<string, readonly string[]>;
}

/** What a violation is about: by these its whole story is found. */
export interface About {
  readonly intents?: readonly number[];
  readonly calls?: readonly string[];
  readonly runs?: readonly string[];
  readonly requests?: readonly string[];
  readonly jobs?: readonly string[];
}

export interface Violation extends About {
  readonly what: string;
}

export interface Verdict {
  /** How many things were held against the promise. */
  readonly examined: number;
  readonly violations: readonly Violation[];
}
