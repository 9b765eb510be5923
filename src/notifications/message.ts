import { sha256Hex } from "../encoding/hash.ts";
import { writeObject } from "../encoding/json.ts";
import { toIso } from "../encoding/time.ts";
import type { Notification } from "./notification.ts";

/** A notification as sent: every attempt sends the same bytes under the same id. */
export interface Message {
  readonly id: string;
  readonly type: Notification["type"];
  /** When it happened. Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly body: string;
  /** Of the call, the request and the run that it is about, for log lines. Absent in earlier messages. */
  readonly ids?: Readonly<Record<string, string>>;
}

/** The id of a message. */
export const MESSAGE_ID = /^msg_[0-9a-f]{32}$/;

const IDS = ["call_id", "request_id", "run_id"] as const;

/** The id is a hash of `type` and `about`, so an event that is raised twice is one message. */
export async function toMessage({ type, about, at, data, written = {} }: Notification): Promise<Message> {
  const hash = await sha256Hex(JSON.stringify([type, about]));
  const body = writeObject({ type, timestamp: toIso(at) }, { data: writeObject({ ...data }, written) });
  const named = Object.entries({ ...data }).filter(([name]) => (IDS as readonly string[]).includes(name));
  const ids = Object.fromEntries(named.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  return { id: `msg_${hash.slice(0, 32)}`, type, createdAt: at, body, ids };
}
