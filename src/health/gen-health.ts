/**
 * GEN's health, checked every five minutes, and on demand for operators. Notifies once when GEN becomes unhealthy, and
 * once when it recovers. One object.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../context.ts";
import { toIso } from "../encoding/time.ts";
import { NotificationOutbox } from "../notifications/outbox.ts";
import { withNextAlarm } from "../objects/alarm.ts";
import { checkGen } from "./check-gen.ts";
import { apply, selectNotification, toWatchState, type WatchState } from "./gen-health-state.ts";
import type { GenReport } from "./gen-report.ts";

/** A little less than the five minutes of the trigger: a tick that comes early is rounded down by a minute. */
const MIN_PERIOD_MS = 4 * 60_000;
const FRESH_MS = 60_000;
/** Alarm delay after an unexpected error. */
const RETRY_MS = 30_000;

export interface GenHealthView {
  readonly report: GenReport;
  /** Since when GEN has been unhealthy; null while it is not. Milliseconds since the epoch. */
  readonly unhealthySince: number | null;
}

export class GenHealth extends DurableObject<Env> {
  readonly #isolate: Isolate;
  readonly #kv = this.ctx.storage.kv;
  readonly #outbox: NotificationOutbox;
  #checking: Promise<GenReport> | null = null;

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#outbox = new NotificationOutbox(ctx.storage.kv, isolate);
  }

  /** Called at every cron tick; checks when the last scheduled check is at least five minutes old. */
  async watch(scheduledAt: number): Promise<void> {
    if (scheduledAt < (this.#kv.get<number>("tick") ?? 0) + MIN_PERIOD_MS) return;
    this.#kv.put("tick", scheduledAt);
    this.#take(await this.#check());
  }

  /** The last report if it is less than a minute old; else GEN is checked, within 5 s. */
  async view(): Promise<GenHealthView> {
    const last = this.#kv.get<GenReport>("report");
    const fresh = last !== undefined && this.#isolate.clock.now() - last.at < FRESH_MS;
    const report = fresh ? last : await this.#check();
    const state = this.#state;
    return { report, unhealthySince: state.kind === "unhealthy" ? state.since : null };
  }

  override async alarm(): Promise<void> {
    await withNextAlarm(this.ctx.storage, this.#isolate.clock.now() + RETRY_MS, async () => {
      await this.#outbox.handOver();
      this.#setAlarm();
    });
  }

  get #state(): WatchState {
    return toWatchState(this.#kv.get<WatchState>("state"));
  }

  /** One check at a time; concurrent callers share it. */
  #check(): Promise<GenReport> {
    this.#checking ??= this.#ask().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #ask(): Promise<GenReport> {
    const report = await checkGen(this.#isolate);
    this.#kv.put("report", report);
    return report;
  }

  /** Stores the next state and its notification together. */
  #take(report: GenReport): void {
    const before = this.#state;
    const after = apply(before, report);
    this.#kv.put("state", after);
    const type = selectNotification(before, after);
    if (type === null) return;
    const { at, checks } = report;
    this.#outbox.add({ type, about: toIso(at), at, data: { checks } });
    this.#setAlarm();
    this.#isolate.log(type === "gen.healthy" ? "info" : "error", { message: "gen_health", type, checks });
  }
  #setAlarm(): void {
    if (this.#outbox.isEmpty) void this.ctx.storage.deleteAlarm();
    else void this.ctx.storage.setAlarm(this.#outbox.dueAt);
  }
}
