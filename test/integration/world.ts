/**
 * The Worker's objects inside workerd, with a stand-in for GEN behind `fetch` and a clock that a test moves. The clock
 * begins far in the future, so that no alarm runs by itself: a test runs it.
 */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Submission } from "../../src/calls/call.ts";
import { selectNextAction, selectNextAt } from "../../src/calls/states/next-action.ts";
import type { Booking, CallRecord } from "../../src/calls/states/record.ts";
import type { CallState } from "../../src/calls/states/state.ts";
import type { Listener, Tracked } from "../../src/generations/state.ts";
import { getIsolate } from "../../src/isolate.ts";
import type { Spending } from "../../src/money/spending.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Under no limit. */
export const FREE: Spending = {
  payer: "client",
  pipeline: null,
  type: null,
  budgets: [],
  maxCredits: null,
  prices: {},
};

/** Each test begins long after the one before it, when all that the isolate remembers of GEN has expired. */
let start = Date.UTC(2100, 0, 1);

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly key: string | null;
}

/** GEN's reaction to a request: an answer, or an error that is thrown like a broken connection. */
export type Behaviour = (sent: Sent) => Response | Error | Promise<Response | Error>;

export const answers = (status: number, body: unknown): Behaviour => {
  return () => Response.json(body, { status });
};
export const generated = (id = 9000): Behaviour => answers(201, { generation_id: id, status: "pending" });
export const lost: Behaviour = () => new Error("Network connection lost.");

/** GEN: POSTs are answered in the order of a script, then by a default; `reads` answers everything else. */
export class Gen {
  readonly sent: Sent[] = [];
  readonly script: Behaviour[] = [];
  posts: Behaviour = generated();
  reads: Behaviour = answers(404, { error: "Not found", error_code: "not_found" });

  get charged(): Sent[] {
    return this.sent.filter(({ method }) => method === "POST");
  }

  get asked(): Sent[] {
    return this.sent.filter(({ method }) => method === "GET");
  }

  async meet(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const sent = {
      method: request.method,
      path: new URL(request.url).pathname,
      search: new URL(request.url).search,
      key: request.headers.get("idempotency-key"),
    };
    this.sent.push(sent);
    const behave = sent.method === "GET" ? this.reads : (this.script.shift() ?? this.posts);
    const answer = await behave(sent);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** Call `end` after the test. */
export function createWorld(): { gen: Gen; end: () => void } {
  vi.useFakeTimers({ toFake: ["Date"] });
  start += 100 * DAY_MS;
  vi.setSystemTime(start);
  const gen = new Gen();
  vi.spyOn(globalThis, "fetch").mockImplementation((input, init) => gen.meet(input, init));
  for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  const end = () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  };
  return { gen, end };
}

export function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** The isolate remembers the health of GEN's hosts; a test begins with healthy ones. */
export function heal(): void {
  const { health } = getIsolate(env).gen;
  for (let n = 0; n < 40; n += 1) {
    const permit = health.api.begin(Date.now(), "client");
    if (permit) health.api.record(permit, false, Date.now());
  }
}

/** An answer that is held back until the gate is opened. */
export function createGate(): { open: () => void; passes: (behave: Behaviour) => Behaviour } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passes: (behave) => async (sent) => promise.then(() => behave(sent)) };
}

/** Waits until the condition holds, while promises and I/O run. Fails the test when it never does. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    if (await isSo()) return;
    await scheduler.wait(1);
  }
  throw new Error("It never came to be.");
}

/** The input with which every call here asks GEN for a text. */
const DATA = { prompt: "A line" };

/** A job of such a call, as GEN lists it under its cell and under its agent. */
export function createJob(id: number | string, change: Readonly<Record<string, unknown>> = {}) {
  return { id, user_job_type: "text", created_at: new Date().toISOString(), data: DATA, ...change };
}

let names = 0;

function createName(): string {
  names += 1;
  return String(names);
}

/** A durable call with a key that no other call has. */
export class Call {
  readonly id = createName().padStart(64, "0");
  readonly #change: Partial<Submission>;

  constructor(change: Partial<Submission> = {}) {
    this.#change = change;
  }

  get object() {
    return env.CALLS.getByName(this.id);
  }

  submit(waitMs: number, change: Partial<Submission> = {}) {
    return this.object.submit({ ...this.createSubmission(), ...change }, waitMs);
  }

  createSubmission(): Submission {
    return {
      callId: this.id,
      clientId: "client",
      requestId: null,
      operation: "cells.generate",
      path: "/vidsheet/101/cells/10111/generate",
      search: "?agent_id=42",
      params: { sheet: "101", cell: "10111" },
      agentId: "42",
      headers: { "content-type": "application/json" },
      body: new TextEncoder().encode(`{"generation_type":"text","data":${JSON.stringify(DATA)}}`),
      fingerprint: "same",
      mode: "keyed",
      async: false,
      join: false,
      listener: null,
      spending: FREE,
      account: "default",
      ...this.#change,
    };
  }

  /** Submits the call to its object, and returns when its first send has an outcome. */
  async start(): Promise<void> {
    await this.submit(0, { async: true });
    await this.rests();
  }

  /** Waits until nothing is under way or due now. */
  async rests(): Promise<void> {
    await until(async () => {
      const state = await this.state();
      return state === null || (state.kind !== "sending" && selectNextAction(state, Date.now()) === "none");
    });
  }

  /** Waits until all that follows from its end is done, too. */
  async isDone(): Promise<void> {
    await this.rests();
    await until(async () => (await this.record())?.followUps.length === 0);
  }

  /** The stored record; null once it was deleted. */
  async record(): Promise<CallRecord | null> {
    return ((await this.stored()).get("record") as CallRecord | undefined) ?? null;
  }

  async state(): Promise<CallRecord["state"] | null> {
    return (await this.record())?.state ?? null;
  }

  stored(): Promise<Map<string, unknown>> {
    return readStored(this.object);
  }

  /** Stores the call in this state, as a machine that died would leave it, and starts another machine. */
  async leaveBehind(callState: CallState, booking: Booking | null = null): Promise<void> {
    const { body, ...submission } = this.createSubmission();
    const record: CallRecord = {
      submission,
      state: callState,
      jobs: [],
      followUps: [],
      followUpFailures: 0,
      attempts: [],
      price: null,
      booking,
      settlements: [],
      createdAt: Date.now(),
    };
    await inObject(this.object, ({ storage }) => {
      storage.kv.put("record", record);
      storage.kv.put("body", body);
    });
    await this.evict();
  }

  /** Milliseconds until the alarm; null when none is set. */
  alarmInMs(): Promise<number | null> {
    return readAlarm(this.object);
  }

  /** Milliseconds until it is sent, or evidence is looked for; null when nothing is due. */
  async dueInMs(): Promise<number | null> {
    const state = await this.state();
    const at = state && selectNextAt(state);
    return at === null ? null : at - Date.now();
  }

  runAlarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.object);
  }

  /** The machine dies, and another one takes over. */
  evict(): Promise<void> {
    return evictDurableObject(this.object);
  }
}

/** The tracker of one generation. */
export class Generation {
  readonly id = createName();

  get object() {
    return env.GENERATIONS.getByName(`generation:${this.id}`);
  }

  begin(callId: string, reopens = false, listener: Listener | null = null): Promise<void> {
    return this.object.begin(this.createBeginning(callId, reopens, listener));
  }

  createBeginning(callId: string, reopens = false, listener: Listener | null = null) {
    const job = { kind: "generation", id: this.id } as const;
    return { job, clientId: "client", agentId: "42", callId, account: "default", reopens, listener };
  }

  async tracked(): Promise<Tracked | null> {
    return ((await this.stored()).get("tracked") as Tracked | undefined) ?? null;
  }

  stored(): Promise<Map<string, unknown>> {
    return readStored(this.object);
  }

  alarmInMs(): Promise<number | null> {
    return readAlarm(this.object);
  }

  runAlarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.object);
  }

  /** The machine dies, and another one takes over. */
  evict(): Promise<void> {
    return evictDurableObject(this.object);
  }
}

export function readStored(stub: unknown): Promise<Map<string, unknown>> {
  return inObject(stub, (state) => new Map(state.storage.kv.list()));
}

export async function readAlarm(stub: unknown): Promise<number | null> {
  const at = await inObject(stub, (state) => state.storage.getAlarm());
  return at === null ? null : at - Date.now();
}

function inObject<T>(stub: unknown, run: (state: DurableObjectState) => T | Promise<T>): Promise<T> {
  return runInDurableObject(stub as DurableObjectStub, (_, state) => run(state));
}
