import { LISTED_STATES } from "../../src/notifications/delivery/delivery-view.ts";
import { NOTIFICATION_TYPES } from "../../src/notifications/notification.ts";
import { inPath, parameter } from "../parameters.ts";
import { content, list, object, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Notifications";
const who = { scope: "operator" } as const;
const id = inPath("id", "The notification: its `webhook-id`.");

const FAILED = {
  id: "msg_00112233445566778899aabbccddeeff",
  type: "generation.settled",
  state: "failed",
  created_at: "2026-11-22T10:00:00.000Z",
  attempts: 10,
  last_failure: "503",
  next_attempt_at: null,
  resent_at: null,
};
const WHOLE = { ...FAILED, tries: [{ at: "2026-11-25T10:00:00.000Z", outcome: "503", ms: 40 }] };
const WAITING = {
  ...WHOLE,
  state: "waiting",
  attempts: 0,
  next_attempt_at: "2026-11-26T10:00:00.000Z",
  resent_at: "2026-11-26T10:00:00.000Z",
};

const next = { type: "string", format: "uri-reference", description: "The next page. Absent on the last one." };
const ORDER = {
  ...object(
    {
      since: { type: "string", description: "Of events since then: a day or a time of ISO 8601." },
      state: { enum: LISTED_STATES.filter((state) => state !== "delivered"), default: "failed" },
      type: { enum: NOTIFICATION_TYPES },
      dry_run: { type: "boolean", default: false, description: "Only counts." },
    },
    ["since"],
  ),
  additionalProperties: false,
};

export const NOTIFICATIONS: Paths = {
  "/notifications": {
    get: describeOwn({
      id: "notifications.list",
      tag,
      summary: "List notifications that wait, could not be delivered, or were",
      description: "Newest first. A notification is listed from the end of its first attempt on.",
      who,
      parameters: [
        parameter("NotificationState"),
        parameter("NotificationType"),
        parameter("From"),
        parameter("PageLimit"),
        parameter("Cursor"),
      ],
      answers: {
        200: answer(
          "A page of them.",
          content(object({ notifications: list(schema("NotificationSummary")), next }, ["notifications"]), {
            notifications: [FAILED],
            next: `/notifications?state=failed&limit=1&cursor=1795341600000.${FAILED.id}`,
          }),
        ),
      },
      problems: ["bad_request"],
    }),
  },
  "/notifications/resend": {
    post: describeOwn({
      id: "notifications.resendAll",
      tag,
      summary: "Send all notifications since a time again",
      description:
        "Up to 200 at once, the oldest first. `left`: how many remain; repeat the request to go on with them. What was resent in the last ten minutes is not matched.",
      who,
      body: { required: true, content: content(ORDER, { since: "2026-11-22T00:00:00Z", dry_run: true }) },
      answers: {
        200: answer(
          "How many match, and how many of them were resent by this request.",
          content(schema("Resent"), { matched: 17, resent: 0, left: 17, dry_run: true }),
        ),
      },
      problems: ["bad_request", "body_too_large", "request_timeout"],
    }),
  },
  "/notifications/{id}": {
    get: describeOwn({
      id: "notifications.get",
      tag,
      summary: "Get the state of a notification",
      who,
      parameters: [id],
      answers: { 200: answer("The notification with its attempts.", content(schema("Notification"), WHOLE)) },
      problems: ["not_found"],
    }),
  },
  "/notifications/{id}/resend": {
    post: describeOwn({
      id: "notifications.resend",
      tag,
      summary: "Send a notification again that has failed, or now one that waits",
      description: "It can be repeated: what is on its way or has arrived is left as it is.",
      who,
      parameters: [id],
      answers: {
        200: answer(
          "It has arrived already.",
          content(schema("Notification"), { ...WHOLE, state: "delivered", attempts: 1 }),
        ),
        202: answer("It is sent again.", content(schema("Notification"), WAITING)),
      },
      problems: ["not_found"],
    }),
  },
};
