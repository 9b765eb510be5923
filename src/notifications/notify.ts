import type { Isolate } from "../context.ts";
import { toMessage } from "./message.ts";
import type { Notification } from "./notification.ts";

/**
 * Hands a notification over for delivery. The same notification twice is one message. Does nothing when `NOTIFY_URL` is
 * not set. Throws when it could not be stored; then it must be tried again.
 */
export async function notify(
  { objects, config }: Pick<Isolate, "objects" | "config">,
  notification: Notification,
): Promise<void> {
  if (config.notify === null) return;
  const message = await toMessage(notification);
  await objects.DELIVERIES.getByName(message.id).accept(message);
}
