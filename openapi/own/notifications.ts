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
};
const WHOLE = { ...FAILED, tries: [{ at: "2026-11-25T10:00:00.000Z", outcome: "503", ms: 40 }] };
const WAITING = { ...WHOLE, state: "waiting", attempts: 0, next_attempt_at: "2026-11-26T10:00:00.000Z" };

export const NOTIFICATIONS: Paths = {
  "/notifications": {
    get: describeOwn({
      id: "notifications.list",
      tag,
      summary: "List notifications that could not be delivered",
      who,
      parameters: [parameter("FailedState")],
      answers: {
        200: answer(
          "The notifications.",
          content(object({ notifications: list(schema("NotificationSummary")) }), { notifications: [FAILED] }),
        ),
      },
      problems: ["bad_request"],
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
      summary: "Send a failed notification again",
      who,
      parameters: [id],
      answers: { 202: answer("It will be sent again.", content(schema("Notification"), WAITING)) },
      problems: ["not_found", "notification_not_failed"],
    }),
  },
};
