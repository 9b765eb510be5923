/**
 * Delivers one notification to `NOTIFY_URL`. One object each, named by the message id. The message is stored first and
 * sent by the object's alarm. From its first attempt on, the operators' list of notifications is told how it stands.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../../context.ts";
import { toIso } from "../../encoding/time.ts";
import { withNextAlarm } from "../../objects/alarm.ts";
import { SINGLETON } from "../../objects/gate.ts";
import type { Message } from "../message.ts";
import {
  type DeliveryRecord,
  isExpired,
  selectAlarm,
  selectRetry,
  toDeliveryRecord,
  WATCH_MS,
} from "./delivery-record.ts";
import { accept, apply, type DeliveryEvent, type DeliveryState } from "./delivery-state.ts";
import { type DeliveryView, type ListedDelivery, toListed, toView } from "./delivery-view.ts";
import { describePost, type PostOutcome } from "./outcome.ts";
import { post } from "./post.ts";

const MAX_TRIES_KEPT = 20;
/** The level of the log line about an attempt, by the state after it. */
const LEVELS = { delivered: "info", waiting: "warn", sending: "warn", failed: "error" } as const;

export class NotificationDelivery extends DurableObject<Env> {
  readonly #isolate: Isolate;
  #record: DeliveryRecord | null;

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
    const stored = ctx.storage.kv.get<DeliveryRecord>("delivery");
    this.#record = stored === undefined ? null : toDeliveryRecord(stored);
  }

  /** Accepts a message; the alarm sends it. A message that was already accepted is left as it is. */
  async accept(message: Message): Promise<void> {
    if (this.#record !== null) return;
    const state = accept(this.#now());
    this.#save({ message, state, tries: [], revision: 0, resentAt: null, followUp: null });
  }

  /** Null when there is no such delivery. */
  async view(): Promise<DeliveryView | null> {
    return this.#record && toView(this.#record);
  }

  /** The message's JSON; null when there is no such delivery. */
  async body(): Promise<string | null> {
    return this.#record?.message.body ?? null;
  }

  /**
   * Restarts the schedule of a delivery that has failed or waits, after `delayMs`. Any other is left as it is, so it
   * can be repeated. Null when there is no such delivery.
   */
  async resend(delayMs = 0): Promise<{ readonly view: DeliveryView; readonly listed: ListedDelivery } | null> {
    if (this.#record === null) return null;
    const now = this.#now();
    if (this.#record.state.kind !== "delivered")
      this.#change(apply(this.#record.state, { kind: "resent", dueAt: now + delayMs }), { resentAt: now });
    return { view: toView(this.#record), listed: toListed(this.#record) };
  }

  override async alarm(): Promise<void> {
    const record = this.#record;
    if (record === null) return;
    await withNextAlarm(this.ctx.storage, this.#now() + WATCH_MS, async () => {
      try {
        await this.#act(record);
      } catch (error) {
        const { message } = record;
        const about = { id: message.id, type: message.type, ...message.ids };
        this.#isolate.log("error", { message: "notification_stumbled", ...about, error: String(error) });
        await this.ctx.storage.setAlarm(selectRetry(this.#record ?? record, this.#now()));
      }
    });
  }

  async #act(record: DeliveryRecord): Promise<void> {
    const now = this.#now();
    if (isExpired(record, now)) return this.#forget();
    // Alarms never run concurrently, so a record still in `sending` was interrupted.
    if (record.state.kind === "sending") this.#end({ kind: "interrupted" }, now);
    else if (record.state.kind === "waiting" && record.state.dueAt <= now) await this.#send(record.message);
    await this.#tellList();
    this.#setAlarm();
  }

  async #send(message: Message): Promise<void> {
    const { config, clock } = this.#isolate;
    const startedAt = clock.now();
    this.#apply({ kind: "sent" });
    this.#end(config.notify ? await post(message, config.notify, clock) : { kind: "not-configured" }, startedAt);
  }

  #end(outcome: PostOutcome, startedAt: number): void {
    const at = this.#now();
    const record = this.#demand();
    const tries = [...record.tries, { at: startedAt, outcome: describePost(outcome), ms: at - startedAt }];
    this.#record = { ...record, tries: tries.slice(-MAX_TRIES_KEPT) };
    this.#apply({ kind: "ended", at, outcome, random: this.#isolate.clock.random() });
    this.#log();
  }

  #apply(event: DeliveryEvent): void {
    const { state } = this.#demand();
    const next = apply(state, event);
    if (next !== state) this.#change(next);
  }

  /** Stores the next state, its follow-up and what else changes with it together. */
  #change(state: DeliveryState, more: Partial<DeliveryRecord> = {}): void {
    const record = this.#demand();
    const followUp = state.kind === "sending" ? record.followUp : "list";
    this.#save({ ...record, ...more, state, revision: record.revision + 1, followUp });
  }

  async #tellList(): Promise<void> {
    const record = this.#demand();
    if (record.followUp === null) return;
    await this.#isolate.objects.NOTIFICATIONS.getByName(SINGLETON).tell([toListed(record)]);
    // It may have been resent meanwhile.
    const latest = this.#demand();
    if (latest.revision === record.revision) this.#save({ ...latest, followUp: null });
  }

  #log(): void {
    const { message, state, tries } = this.#demand();
    this.#isolate.log(LEVELS[state.kind], {
      message: "notification",
      id: message.id,
      type: message.type,
      ...message.ids,
      state: state.kind,
      ...(state.kind === "failed" ? { why: state.why } : {}),
      ...(state.kind === "waiting" ? { next_attempt_at: toIso(state.dueAt) } : {}),
      attempts: tries.map(({ outcome, ms }) => ({ outcome, ms })),
    });
  }

  #save(record: DeliveryRecord): void {
    this.#record = record;
    this.ctx.storage.kv.put("delivery", record);
    this.#setAlarm();
  }

  #setAlarm(): void {
    void this.ctx.storage.setAlarm(selectAlarm(this.#demand(), this.#now()));
  }

  /** The list forgets it by itself at the same time. */
  async #forget(): Promise<void> {
    this.#record = null;
    await this.ctx.storage.deleteAll();
  }

  #demand(): DeliveryRecord {
    if (this.#record === null) throw new Error("No notification is kept here.");
    return this.#record;
  }

  #now(): number {
    return this.#isolate.clock.now();
  }
}
