/**
 * Delivers one notification to `NOTIFY_URL`. One object each, named by the message id. The message is stored first and
 * sent by the object's alarm; when the last attempt has failed it goes on the operators' list of failed deliveries.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../context.ts";
import { withNextAlarm } from "../objects/alarm.ts";
import {
  type DeliveryRecord,
  isExpired,
  selectAlarm,
  selectRetry,
  toDeliveryRecord,
  WATCH_MS,
} from "./delivery-record.ts";
import { accept, apply, type DeliveryEvent } from "./delivery-state.ts";
import { type DeliveryView, toSummary, toView } from "./delivery-view.ts";
import type { Message } from "./message.ts";
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
    this.#save({ message, state: accept(this.#now()), tries: [], followUp: null });
  }

  /** Null when there is no such delivery. */
  async view(): Promise<DeliveryView | null> {
    return this.#record && toView(this.#record);
  }

  /** The message's JSON; null when there is no such delivery. */
  async body(): Promise<string | null> {
    return this.#record?.message.body ?? null;
  }

  /** Restarts the schedule of a failed delivery. Null when there is no such delivery. */
  async resend(): Promise<{ readonly resent: boolean; readonly view: DeliveryView } | null> {
    if (this.#record === null) return null;
    const resent = this.#apply({ kind: "resent", at: this.#now() });
    return { resent, view: toView(this.#record) };
  }

  override async alarm(): Promise<void> {
    const record = this.#record;
    if (record === null) return;
    await withNextAlarm(this.ctx.storage, this.#now() + WATCH_MS, async () => {
      try {
        await this.#act(record);
      } catch (error) {
        this.#isolate.log("error", { message: "notification_stumbled", error: String(error) });
        await this.ctx.storage.setAlarm(selectRetry(this.#record ?? record, this.#now()));
      }
    });
  }

  async #act(record: DeliveryRecord): Promise<void> {
    const now = this.#now();
    if (isExpired(record, now)) return this.#forget(record);
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

  /** Stores the next state and its follow-up together. False when the event does not apply. */
  #apply(event: DeliveryEvent): boolean {
    const record = this.#demand();
    const state = apply(record.state, event);
    if (state === record.state) return false;
    const followUp = state.kind === "failed" ? "list" : record.state.kind === "failed" ? "unlist" : record.followUp;
    this.#save({ ...record, state, followUp });
    return true;
  }

  async #tellList(): Promise<void> {
    const record = this.#demand();
    const { followUp } = record;
    if (followUp === null) return;
    const list = this.#isolate.objects.FAILED_DELIVERIES.getByName("all");
    if (followUp === "list") await list.add(toSummary(record));
    else await list.remove(toSummary(record));
    // It may have been resent meanwhile.
    const latest = this.#demand();
    if (latest.followUp === followUp) this.#save({ ...latest, followUp: null });
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
      ...(state.kind === "waiting" ? { next_attempt_at: new Date(state.dueAt).toISOString() } : {}),
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

  async #forget(record: DeliveryRecord): Promise<void> {
    if (record.state.kind === "failed")
      await this.#isolate.objects.FAILED_DELIVERIES.getByName("all").remove(toSummary(record));
    // Sent again meanwhile.
    if (this.#record !== record) return;
    await this.ctx.storage.deleteAll();
    this.#record = null;
  }

  #demand(): DeliveryRecord {
    if (this.#record === null) throw new Error("No notification is kept here.");
    return this.#record;
  }

  #now(): number {
    return this.#isolate.clock.now();
  }
}
