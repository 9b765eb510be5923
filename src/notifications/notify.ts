import type { Isolate } from "../context.ts";
import { toMessage } from "./message.ts";
import type { Notification } from "./notification.ts";

/**
 * Hands a notification to its delivery, which sends it by itself. The same one twice is one message. Does nothing when
 * `NOTIFY_URL` is not set. Throws when the delivery could not take it: then it must be tried again.
 */
export async function notify({ objects, config }: Isolate, notification: Notification): Promise<void> {
  if (config.notify === null) return;
  const message = await toMessage(notification);
  await objects.DELIVERIES.getByName(message.id).accept(message);
}
