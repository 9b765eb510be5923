/**
 * Runs of pipelines inside workerd. Either the Workflow is the real one, or its steps are simulated here: `Steps`
 * repeats bodies, loses results and lets waits pass as a test needs it. A sleep advances the clock.
 */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { vi } from "vitest";
import type { Client, Policy } from "../../src/access/policy.ts";
import { PIPELINES } from "../../src/app/pipelines.ts";
import { toTrackerName } from "../../src/generations/tracked-job.ts";
import { getIsolate } from "../../src/isolate.ts";
import { definePipeline, type Pipeline } from "../../src/pipelines/define.ts";
import type { Ordered, StepEntry, StepReport } from "../../src/pipelines/protocol.ts";
import type { Run, RunTrigger } from "../../src/pipelines/run.ts";
import type { RunReport, RunTerms } from "../../src/pipelines/run-record.ts";
import { startRun } from "../../src/pipelines/start.ts";
import { playRun } from "../../src/pipelines/steps/pipeline-run.ts";
import type { Steps } from "../../src/pipelines/steps/runner.ts";
import { systemClock } from "../../src/resilience/clock.ts";
import { answers, type Behaviour, type Gen, pass } from "./world.ts";

export const SHEET = { sheet: "101" };
export const NO_CREDITS = answers(422, { error: "No credits", error_code: "insufficient_credits_for_job" });

/** The request of a cell's generation. */
export const cell = (id: string) => ({
  params: { ...SHEET, cell: id },
  query: { agent_id: "42" },
  body: { generation_type: "text" },
});

/** The entry with which a step registers at the object of the runs. */
export function createEntry(name: string, change: Partial<StepEntry> = {}): StepEntry {
  const callId = name.padStart(64, "0");
  return {
    name,
    kind: "generate",
    operation: "cells.generate",
    callId,
    charged: true,
    needsSlot: true,
    play: 1,
    ...change,
  };
}

/** A step's report of where it stands. */
export function createReport(name: string, now: StepReport["now"], charged: StepReport["charged"] = null): StepReport {
  return { name, generation: null, charged, hint: null, play: 1, now };
}

/**
 * A GEN that charges once for each key, and gives its generations the status that the test sets. What comes without a
 * key charges nothing, and is answered with `{}`.
 */
export class Studio {
  /** The charges: key to generation. */
  readonly charged = new Map<string, number>();
  status = "completed";
  members: Record<string, unknown> = { result: "a text" };

  constructor(gen: Gen) {
    gen.posts = this.generate;
    gen.reads = () => Response.json({ status: this.status, ...this.members });
  }

  readonly generate: Behaviour = ({ key, path }) => {
    if (path.endsWith("/stop")) return Response.json({ status: "stopped" });
    if (key === null) return Response.json({});
    generations += 1;
    const id = this.charged.get(key) ?? generations;
    this.charged.set(key, id);
    return Response.json({ generation_id: id, status: "pending" }, { status: 201 });
  };
}

let generations = 50_000;

/** Turns of the event loop without a call of an object: then whatever was under way has come to its next wait. */
const QUIET_TURNS = 50;

/** Counts the tests: what is still asleep from an earlier one must not move the clock of this one. */
let tests = 0;

/**
 * Lets a sleep advance the clock as soon as nothing else is under way: a sleep that ends while an object is being asked would
 * overtake what it waits for. Call it after `createWorld`.
 */
export function letTimePass(): void {
  const inFlight = countObjectCalls();
  tests += 1;
  const test = tests;
  vi.spyOn(systemClock, "sleep").mockImplementation(async (ms, signal) => {
    for (let quiet = 0; quiet < QUIET_TURNS && !signal?.aborted; ) {
      await scheduler.wait(1);
      quiet = inFlight() === 0 ? quiet + 1 : 0;
    }
    if (!signal?.aborted && test === tests) pass(ms);
  });
}

/** Of the calls that objects make of one another, but for those that wait themselves. */
function countObjectCalls(): () => number {
  let count = 0;
  const { objects } = getIsolate(env);
  for (const binding of ["ACCOUNTS", "ACTIVITY", "CHARGES", "DELIVERIES", "LEDGER", "OPEN_CALLS"] as const) {
    const namespace: Namespace = objects[binding] as never;
    const { getByName } = namespace;
    vi.spyOn(namespace, "getByName").mockImplementation((name) => {
      const stub = getByName(name);
      return new Proxy(stub, {
        get:
          (_, verb: string) =>
          (...given: unknown[]) => {
            count += 1;
            return Promise.resolve(stub[verb]?.(...given)).finally(() => {
              count -= 1;
            });
          },
      });
    });
  }
  return () => count;
}

interface Namespace {
  getByName(name: string): Record<string, (...given: unknown[]) => Promise<unknown>>;
}

interface Wait {
  readonly name: string;
  readonly type: string;
  readonly timeout: number;
}

/** The steps of a Workflow, simulated. Results outlive the machine; a body is repeated when it fails. */
export class PlayedSteps implements Steps {
  readonly waits: Wait[] = [];
  readonly #results = new Map<string, string | Error>();
  /** How often each body is run though it has not failed, as if its machine had died before the result was stored. */
  bodies = 1;
  /** Runs in a wait, instead of letting its time pass. */
  onWait: (wait: Wait) => Promise<void>;
  /** How many of the next bodies end with the death of their machine: all that it was doing comes to no end. */
  deaths = 0;
  #die = () => {};

  constructor(onWait: (wait: Wait) => Promise<void>) {
    this.onWait = onWait;
  }

  /** Resolves at the next death. */
  nextDeath(): Promise<"died"> {
    return new Promise((resolve) => {
      this.#die = () => resolve("died");
    });
  }

  async do(name: string, _config: unknown, work: () => Promise<string>): Promise<string> {
    const known = this.#results.get(name);
    if (known instanceof Error) throw known;
    if (known !== undefined) return known;
    let result = await this.#try(name, work);
    for (let body = 1; body < this.bodies; body += 1) result = await this.#try(name, work);
    if (this.deaths > 0) {
      this.deaths -= 1;
      this.#die();
      await new Promise(() => {});
    }
    this.#results.set(name, result);
    return result;
  }

  async waitForEvent(name: string, { type, timeout }: { type: string; timeout: number }): Promise<unknown> {
    if (this.#results.has(name)) return null;
    const wait = { name, type, timeout };
    this.waits.push(wait);
    await this.onWait(wait);
    this.#results.set(name, "");
    return null;
  }

  async #try(name: string, work: () => Promise<string>): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (attempt < 6) continue;
        this.#results.set(name, error as Error);
        throw error;
      }
    }
  }
}

let names = 0;

type Work = (run: Run<{ readonly [member: string]: unknown }>) => Promise<unknown>;

type Terms = Pick<Pipeline, "concurrency" | "maxCharges" | "exclusive" | "agent" | "budget" | "tag">;

/** A client with scope `pipelines` alone, and what its policy bounds. */
export const clientOf = (id: string, bounds: Partial<Policy> = {}): Client => {
  const policy = { name: id, scopes: ["pipelines" as const], agents: "*" as const, origins: [], expiresAt: null };
  return { kind: "key", id, policy: { ...policy, ...bounds } };
};

/** A pipeline that only this test uses, and the object of its runs. */
export class OnePipeline {
  readonly definition: Pipeline;

  constructor(run: Work, { exclusive, agent, tag, ...limits }: Partial<Terms> = {}) {
    names += 1;
    const input = v.looseObject({});
    const more = { ...limits, ...(exclusive && { exclusive }), ...(agent && { agent }), ...(tag && { tag }) };
    this.definition = definePipeline({ description: "A test.", input, run, ...more, name: `test-${names}` });
    (PIPELINES as Pipeline[]).push(this.definition);
  }

  get name(): string {
    return this.definition.name;
  }

  get object() {
    return env.PIPELINES.getByName(this.name);
  }

  /** Removes the pipeline, as if the owner had taken it out of the code. */
  forget(): void {
    (PIPELINES as Pipeline[]).splice(PIPELINES.indexOf(this.definition), 1);
  }

  start(key = "1", raw: unknown = {}, clientId = "client"): Promise<Ordered & { readonly id: string }> {
    return this.#start(key, raw, { client: clientOf(clientId), tag: null });
  }

  /** A run whose Workflow is simulated here. */
  async play(key = "1", raw: unknown = {}, terms: Partial<RunTerms> = {}): Promise<PlayedRun> {
    const { id } = await this.#start(key, raw, { client: clientOf("client"), tag: null, ...terms });
    return new PlayedRun(this, id);
  }

  #start(key: string, raw: unknown, { client, tag }: RunTerms): Promise<Ordered & { readonly id: string }> {
    const at = Date.now();
    const trigger = client
      ? { kind: "manual", clientId: client.id }
      : { kind: "cron", cron: "0 * * * *", scheduledAt: at };
    const origin = [trigger.kind, client?.id ?? "", key];
    return startRun(this.definition, { raw, trigger: trigger as RunTrigger, origin, terms: { client, tag } }, env);
  }

  async report(id: string): Promise<RunReport> {
    const report = await this.object.report(id);
    if (report === null) throw new Error("No such run.");
    return report;
  }

  /** Milliseconds until the alarm; null when none is set. */
  async alarmInMs(): Promise<number | null> {
    const at = await runInDurableObject(this.object as DurableObjectStub, (_, state) => state.storage.getAlarm());
    return at === null ? null : at - Date.now();
  }

  runAlarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.object as DurableObjectStub);
  }

  /** Runs the alarm when it is due. */
  async next(): Promise<void> {
    pass(Math.max(0, (await this.alarmInMs()) ?? Number.NaN));
    await this.runAlarm();
  }

  /** The machine dies, and another one takes over. */
  evict(): Promise<void> {
    return evictDurableObject(this.object as DurableObjectStub);
  }

  rows(table: string): Promise<Record<string, unknown>[]> {
    return runInDurableObject(this.object as DurableObjectStub, (_, state) =>
      state.storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
    );
  }
}

export class PlayedRun {
  readonly pipeline: OnePipeline;
  readonly id: string;
  readonly steps: PlayedSteps;

  constructor(pipeline: OnePipeline, id: string) {
    this.pipeline = pipeline;
    this.id = id;
    this.steps = new PlayedSteps(({ timeout }) => this.passBy(timeout));
  }

  /** Advances the clock and runs all due alarms. */
  async passBy(ms: number): Promise<void> {
    pass(ms);
    await this.runAllAlarms();
  }

  async runAllAlarms(): Promise<void> {
    const { steps } = await this.report();
    for (const { callId } of steps) {
      if (callId === null) continue;
      await runDurableObjectAlarm(env.CALLS.getByName(callId) as DurableObjectStub);
      const call = await env.CALLS.getByName(callId).report();
      for (const job of call?.jobs ?? []) {
        await runDurableObjectAlarm(env.GENERATIONS.getByName(toTrackerName(job)) as DurableObjectStub);
      }
    }
  }

  /** Runs it from where it is to its end; returns the error, or null. When a machine dies, another one goes on. */
  async go(): Promise<Error | null> {
    const payload = { pipeline: this.pipeline.name, run: this.id };
    for (;;) {
      const death = this.steps.nextDeath();
      const ended = await Promise.race([playRun(payload, this.steps, getIsolate(env)), death]);
      if (ended !== "died") return ended.kind === "failed" ? (ended.thrown as Error) : null;
    }
  }

  report(): Promise<RunReport> {
    return this.pipeline.report(this.id);
  }

  /** One step of the run. */
  async step(name: string) {
    return (await this.report()).steps.find((step) => step.name === name);
  }

  call(callId: string | null | undefined) {
    return env.CALLS.getByName(callId ?? "");
  }

  async output(): Promise<unknown> {
    return JSON.parse((await this.report()).output ?? "null");
  }
}
