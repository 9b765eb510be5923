/** The notifications that a Durable Object raises. */
import type { Isolate } from "../context.ts";
import { Outbox } from "../objects/outbox.ts";
import type { Notification } from "./notification.ts";
import { notify } from "./notify.ts";

export class NotificationOutbox extends Outbox<Notification> {
  readonly #isolate: Isolate;

  constructor(kv: SyncKvStorage, isolate: Isolate) {
    super(kv, {
      key: "outbox",
      clock: isolate.clock,
      deliver: (notification) => notify(isolate, notification),
      onFailure: ({ type }, error) =>
        isolate.log("error", { message: "notification_not_taken", type, error: String(error) }),
    });
    this.#isolate = isolate;
  }

  /** Stores nothing when `NOTIFY_URL` is not set. */
  override add(notification: Notification): void {
    if (this.#isolate.config.notify !== null) super.add(notification);
  }
}
