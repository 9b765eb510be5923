/**
 * The runs of one pipeline, and the slots that its generations share. Starts each run's Workflow, wakes runs that have
 * stopped moving, and frees the slots of runs that ended. One object per pipeline, with the pipeline's name.
 */
import { DurableObject } from "cloudflare:workers";
import type { Client } from "../../access/policy.ts";
import { wakeRun } from "../../generations/wake-run.ts";
import { NotificationOutbox } from "../../notifications/outbox.ts";
import { withNextAlarm } from "../../objects/alarm.ts";
import { findPipeline } from "../define.ts";
import { launch, poke, relaunch, terminate } from "../instance.ts";
import type { PipelinesIsolate } from "../pipelines-isolate.ts";
import {
  type InLine,
  type Order,
  type Ordered,
  type Reran,
  type RunFilter,
  type RunTask,
  type StepAck,
  type StepDecision,
  type StepEntry,
  type StepReport,
  TURN,
} from "../protocol.ts";
import { toEventType } from "../run-id.ts";
import { toEnded, toEndLine } from "../run-notification.ts";
import { ACTIVE, type RunReport, type RunState, type RunSummary } from "../run-record.ts";
import type { RunError } from "../step-failed.ts";
import { cancelCalls } from "./cancel-calls.ts";
import { toLine } from "./line.ts";
import { rerun } from "./rerun.ts";
import { type Ended, type EndedFilter, RerunStore } from "./rerun-store.ts";
import { RunsStore } from "./runs-store.ts";
import { Slots } from "./slots.ts";

const KEEP_RUNS_MS = 30 * 24 * 3_600_000;
/** How long a running step may be silent, and how late a run may return from a wait, before the run is woken. */
const GRACE_MS = 30_000;
const MAX_POKE_MS = 10 * 60_000;
/** A run gets an event when its turn has come. Without one it asks again after this time. */
const TURN_WAIT_MS = 30 * 60_000;
/** Time between the first and the last cancelling of a stopped run's calls: a call may have been under way. */
const STOP_MS = 10_000;
const MAX_RELAUNCHES = 10;

export class PipelineRuns extends DurableObject<Env> {
  readonly #isolate: PipelinesIsolate;
  readonly #store = new RunsStore(this.ctx.storage.sql);
  readonly #reruns = new RerunStore(this.ctx.storage.sql);
  readonly #slots = new Slots(this.ctx.storage.sql);
  readonly #outbox: NotificationOutbox;

  constructor(ctx: DurableObjectState, env: Env, isolate: PipelinesIsolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#outbox = new NotificationOutbox(ctx.storage.kv, isolate);
  }

  /** Starts a run once, even if called repeatedly. */
  async start({ pipeline, id, trigger, terms, input }: Order): Promise<Ordered> {
    const known = this.#store.run(id);
    if (known !== null) return known.input === input ? { kind: "known", run: known } : { kind: "reused" };
    // An object does not know its own name in an alarm.
    this.ctx.storage.kv.put("pipeline", pipeline);
    const at = this.#now();
    const line = toLine(this.#isolate.pipelines, pipeline, input);
    this.#store.addRun({ id, trigger, terms, input, at, dueAt: at + GRACE_MS, line });
    await this.#launchSoon(id);
    return { kind: "started", run: this.#store.demand(id) };
  }

  async report(id: string): Promise<RunReport | null> {
    return this.#store.run(id);
  }

  async list(filter: RunFilter): Promise<RunSummary[]> {
    return this.#store.list(filter);
  }

  /** Failed or stopped runs, oldest first. */
  async ended(filter: EndedFilter): Promise<Ended> {
    return this.#reruns.ended(filter);
  }

  async countFailed(since: number): Promise<number> {
    return this.#reruns.countFailed(since);
  }

  /** Runs a failed or stopped run again, from the steps that failed: once, however often `by` asks for it at once. */
  async rerun(id: string, by: Client): Promise<Reran | null> {
    const rooms = { store: this.#store, reruns: this.#reruns, isolate: this.#isolate };
    const reran = await rerun({ id, by, graceMs: GRACE_MS }, rooms);
    if (reran?.kind === "started") await this.#launchSoon(id);
    return reran;
  }

  /** The Workflow has begun. Returns its task once it is its turn; null when it was stopped before. */
  async begin(id: string): Promise<RunTask | InLine | null> {
    const run = this.#store.run(id);
    if (run === null || !this.#moves(run.state)) return null;
    this.#reruns.setBegun(id);
    if (run.state === "queued" && this.#store.standsInLine(id)) {
      this.#expect(id, TURN_WAIT_MS);
      return { waitMs: TURN_WAIT_MS };
    }
    if (run.state === "queued") this.#store.setState(id, "running");
    this.#expect(id);
    const { play, renewed } = this.#reruns.play(id);
    return { trigger: run.trigger, terms: run.terms, input: run.input, play, renewed };
  }

  /** Decides whether a step may proceed. */
  async enter(id: string, step: StepEntry): Promise<StepDecision> {
    const { state, reruns } = this.#store.demand(id);
    if (!this.#moves(state) || step.play !== reruns + 1) return { kind: "stopped" };
    const at = this.#now();
    const known = this.#store.enterStep(id, step, { at, dueAt: at + GRACE_MS });
    if (state !== "running" && !this.#store.isPausedForCredits(id)) this.#store.setState(id, "running");
    this.#expect(id);
    if (known.state === "failed" && known.error) return { kind: "failed", error: known.error };
    const { turns, creditWaits, generation } = known;
    const go = { kind: "go", turns, creditWaits, generation } as const;
    // The Workflow does not know that it is done. Where its result is not kept a repeat finds the same again.
    const value = known.state === "done" ? this.#reruns.result(id, step.name) : null;
    if (known.state === "done") return value === null ? go : { kind: "done", value };
    if (step.charged && this.#store.countCharges(id, step.name) >= this.#pipeline.maxCharges) {
      return { kind: "too-many-charges" };
    }
    if (step.needsSlot && !this.#takeSlot(id, step)) return { kind: "queued" };
    if (step.charged) this.#store.setInDoubt(id, step.name);
    return go;
  }

  /** Records the result of a step's turn. */
  async tell(id: string, news: StepReport): Promise<StepAck> {
    const { name, play, now } = news;
    const { state, reruns } = this.#store.demand(id);
    if (play !== reruns + 1) return "ended";
    this.#store.noteStep(id, name, news);
    if (!this.#moves(state)) return state === "stopping" || state === "stopped" ? "stopped" : "ended";
    const at = this.#now();
    if (now.kind === "waiting") {
      this.#store.waitStep(id, name, { waitsFor: now.waitsFor, dueAt: at + now.ms + GRACE_MS });
      if (now.waitsFor === "credits") {
        this.#slots.setSlot(id, name, "none");
        this.#store.setState(id, "paused");
      }
    } else {
      this.#store.endStep(id, name, { state: now.kind, error: now.kind === "failed" ? now.error : null, at });
      if (now.kind === "done") this.#reruns.keep(id, name, now.value);
    }
    this.#expect(id);
    this.#grantSlots();
    return "in-time";
  }

  /** The run has ended. True the first time. */
  async finish(id: string, end: { play: number; output: string | null; error: RunError | null }): Promise<boolean> {
    const run = this.#store.demand(id);
    if (!this.#moves(run.state) || end.play !== run.reruns + 1) return false;
    const at = this.#now();
    const ended = end.error ? "failed" : "finished";
    this.#store.endRun(id, { ...end, state: ended, at });
    if (ended === "finished") this.#reruns.drop(id);
    this.#outbox.add(toEnded({ pipeline: this.#pipeline.name, run: id, trigger: run.trigger, at }, end));
    this.#passOn(id);
    this.#setAlarm();
    this.#isolate.log(end.error ? "warn" : "info", toEndLine(this.#pipeline.name, this.#store.demand(id)));
    return true;
  }

  /** Starts nothing more, cancels calls that were not sent, and stops running generations. */
  async stop(id: string): Promise<RunReport | null> {
    const run = this.#store.run(id);
    if (run === null) return null;
    if (this.#moves(run.state)) {
      this.#store.stopRun(id, this.#now() + STOP_MS);
      this.#setAlarm();
      await cancelCalls(this.#store.steps(id), this.#isolate).catch((error) => this.#logFailure(id, error));
    }
    return this.#store.run(id);
  }

  override async alarm(): Promise<void> {
    const now = this.#now();
    await withNextAlarm(this.ctx.storage, now + GRACE_MS, async () => {
      for (const { id, state, launched, pokes } of this.#store.overdue(now)) {
        this.#store.poked(id, now + Math.min(GRACE_MS * 2 ** pokes, MAX_POKE_MS));
        const work = state === "stopping" ? this.#endStopped(id) : launched ? this.#wake(id, pokes) : this.#launch(id);
        await work.catch((error) => this.#logFailure(id, error));
      }
      await this.#outbox.handOver();
      this.#reruns.purge(now - KEEP_RUNS_MS);
      this.#store.purge(now - KEEP_RUNS_MS);
      this.#setAlarm();
    });
  }

  get #pipeline() {
    const name = this.ctx.storage.kv.get<string>("pipeline") ?? "";
    const pipeline = findPipeline(this.#isolate.pipelines, name);
    // The pipeline was removed from the code. Its runs are still listed, but can't go on.
    return pipeline ?? { name, concurrency: 1, maxCharges: 0 };
  }

  /** Now, or by the alarm. */
  async #launchSoon(id: string): Promise<void> {
    this.#setAlarm();
    await this.#launch(id).catch((error) => this.#logFailure(id, error));
  }

  async #launch(id: string): Promise<void> {
    const params = { pipeline: this.#pipeline.name, run: id };
    const { play } = this.#reruns.play(id);
    await (play === 1 ? launch(params, this.env) : relaunch(params, this.env));
    if (this.#reruns.play(id).play === play) this.#store.setLaunched(id);
  }

  /** For a run that should have moved and has not: it ended, is missing, or sleeps since its machine died. */
  async #wake(id: string, pokes: number): Promise<void> {
    const found = await poke(id, this.env);
    if (found === "poked") for (const event of this.#missed(id)) await wakeRun({ run: id, event }, this.env);
    const { play, begun } = this.#reruns.play(id);
    // What has ended is the Workflow of the play before: it was still ending when it was to be restarted.
    const isEarlier = found === "ended" && play > 1 && !begun && pokes < MAX_RELAUNCHES;
    // A new Workflow finds everything that the run has done under the same keys.
    if (found === "missing" || isEarlier) return this.#launch(id);
    if (found !== "ended") return;
    const error = { code: "internal", detail: "Its Workflow has ended without a result.", step: null };
    await this.finish(id, { play, output: null, error });
  }

  /** What it was told, but has not acted on: the event is lost when a machine dies. */
  #missed(id: string): string[] {
    const isNext = this.#store.demand(id).state === "queued" && !this.#store.standsInLine(id);
    return [...(isNext ? [TURN] : []), ...this.#slots.untaken(id).map(toEventType)];
  }

  /** Ends the Workflow first, so that it sends nothing more, and then cancels what was sent. */
  async #endStopped(id: string): Promise<void> {
    await terminate(id, this.env);
    await cancelCalls(this.#store.steps(id), this.#isolate);
    this.#store.endRun(id, { state: "stopped", output: null, error: null, at: this.#now() });
    this.#passOn(id);
    this.#isolate.log("info", toEndLine(this.#pipeline.name, this.#store.demand(id)));
  }

  #takeSlot(id: string, { name, callId }: StepEntry): boolean {
    if (this.#slots.slot(id, name) === "none") this.#slots.setSlot(id, name, "queued");
    this.#grantSlots(callId);
    return this.#slots.slot(id, name) === "held";
  }

  /** Wakes the runs that got a slot, except the one that is asking. */
  #grantSlots(asking: string | null = null): void {
    for (const { run, callId } of this.#slots.grant(this.#pipeline.concurrency)) {
      if (callId !== asking) this.#sendEvent(run, toEventType(callId));
    }
  }

  /** After the end of a run: passes its slots and its turn on to other runs. */
  #passOn(id: string): void {
    this.#grantSlots();
    const next = this.#store.nextInLine(id);
    if (next !== null) this.#sendEvent(next, TURN);
  }

  /** It is expected to act on the event; otherwise the alarm wakes it. */
  #sendEvent(run: string, event: string): void {
    this.#expect(run);
    this.ctx.waitUntil(wakeRun({ run, event }, this.env).catch((error) => this.#logFailure(run, error)));
  }

  #moves(state: RunState): boolean {
    return state !== "stopping" && (ACTIVE as readonly RunState[]).includes(state);
  }

  #expect(id: string, waitMs = 0): void {
    this.#store.expect(id, this.#now() + waitMs + GRACE_MS);
    this.#setAlarm();
  }

  #setAlarm(): void {
    const endedAt = this.#store.firstEndedAt();
    const expiry = endedAt === null ? null : endedAt + KEEP_RUNS_MS + 1;
    const outbox = this.#outbox.isEmpty ? null : this.#outbox.dueAt;
    const times = [outbox, this.#store.nextDueAt(), expiry].filter((time) => time !== null);
    if (times.length > 0) void this.ctx.storage.setAlarm(Math.max(this.#now(), Math.min(...times)));
    else void this.ctx.storage.deleteAlarm();
  }

  #logFailure(id: string, error: unknown): void {
    this.#isolate.log("error", { message: "run_failed", run_id: id, error: String(error) });
  }

  #now(): number {
    return this.#isolate.clock.now();
  }
}
