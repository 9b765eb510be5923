/** What the clients have done, and what they were told. */
import type { Exchange } from "../fuzz/exchange.ts";
import type { Answer } from "../fuzz/http-reader.ts";
import type { SourceName } from "../support/senders.ts";
import type { ClientName } from "./world.ts";

/** One request. Times are milliseconds since the epoch. */
export interface Asked {
  readonly requestId: string;
  readonly traceId: string;
  /** For the table. */
  readonly kind: string;
  /** The number of the intent that it is for; null when it costs nothing. */
  readonly intent: number | null;
  readonly client: ClientName | null;
  readonly method: string;
  readonly target: string;
  readonly at: number;
  readonly endedAt: number;
  /** The time within which the answer's first byte must come. */
  readonly budgetMs: number;
  readonly firstByteMs: number | null;
  readonly end: Exchange["end"];
  /** Null when there is no whole answer. The beginning of its body is kept. */
  readonly answer: Answer | null;
  /** The names of secrets in it. */
  readonly secrets: readonly string[];
}

/** One thing that a client wants to be charged for once, at most. */
export interface Intent {
  readonly number: number;
  readonly client: ClientName;
  /** Null: the client sends none, and sends it once. */
  readonly key: string | null;
  readonly operation: string;
}

/** One that another service has sent, in all of its repeats. */
export interface Delivery {
  readonly source: SourceName;
  readonly id: string;
  /** The pipeline that it starts; null for none. */
  readonly pipeline: string | null;
  /** Repeats it as its sender does. True once it was acknowledged. */
  readonly send: () => Promise<boolean>;
  acknowledged: boolean;
}

/** A run that a client has started by hand, under a key. */
export interface HandRun {
  readonly pipeline: string;
  readonly key: string;
  /** The ids that the answers named. */
  readonly ids: Set<string>;
}

/** A minute for which a schedule is due. */
export interface Tick {
  readonly pipeline: string;
  /** Milliseconds since the epoch. */
  readonly scheduledAt: number;
  /** Whether its tasks have ended once, and the Worker was not killed before. */
  fired: boolean;
}

/** A watcher of one generation. */
export interface Watched {
  readonly generation: string;
  /** Of the events that it got, over all of its connections. */
  readonly ids: number[];
  /** The last status that it was shown. */
  status: string | null;
  connections: number;
  ended: boolean;
}

export class History {
  readonly startedAt = Date.now();
  readonly asked: Asked[] = [];
  readonly intents: Intent[] = [];
  readonly deliveries: Delivery[] = [];
  readonly runs: HandRun[] = [];
  readonly ticks: Tick[] = [];
  /** The ids of runs that clients were told are run again. */
  readonly reruns = new Set<string>();
  readonly watched: Watched[] = [];
}

/** The number of the intent to continue what the intent with this number has made. */
export function toContinuing(intent: number): number {
  return intent + 1_000_000;
}

/** Stands in what an intent asks for, so that GEN's jobs can be told apart. */
export function toMarker(intent: number): string {
  return `[intent ${intent}]`;
}

export function findMarker(text: string): number | null {
  const [, number] = /\[intent (\d+)\]/.exec(text) ?? [];
  return number === undefined ? null : Number(number);
}
