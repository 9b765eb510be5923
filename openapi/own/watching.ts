import { inPath, parameter } from "../parameters.ts";
import { content, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Watching";
const id = inPath("id", "The id of a generation, user job or run that was started through the Worker.");

const STREAM = [
  "retry: 2000",
  "",
  "id: 3",
  "event: generation",
  'data: {"id":9004,"status":"processing"}',
  "",
  "",
].join("\n");

const watch = describeOwn({
  id: "generations.events",
  tag,
  summary: "Stream the progress of a generation",
  description:
    "Server-Sent Events. `generation`: the generation as GEN shows it; the latest state is sent at once. `gave-up`: it did not end within 24 hours. " +
    "The stream ends after the last event. It also ends after 15 minutes: reconnect with `Last-Event-ID`.",
  who: { scope: "read" },
  parameters: [id, parameter("LastEventId"), parameter("Ticket")],
  answers: {
    200: answer("The events.", content({ type: "string" }, STREAM, "text/event-stream"), "X-Accel-Buffering"),
    204: answer("You have already received the last event. An `EventSource` does not reconnect after this.", null),
  },
  problems: ["not_found", "too_many_watchers"],
});

export const WATCHING: Paths = {
  "/v1/generations/{id}/events": { get: { ...watch, security: [{ apiKey: [] }, { bearer: [] }, { ticket: [] }] } },
  "/v1/generations/{id}/tickets": {
    post: describeOwn({
      id: "generations.tickets",
      tag,
      summary: "Create a ticket for the events, valid for an hour",
      description: "For an `EventSource`, which can't send a key. `route_not_found` if tickets are not set up.",
      who: { scope: "read" },
      parameters: [id],
      answers: {
        201: answer(
          "The address of the events.",
          content(schema("Ticket"), {
            url: "/v1/generations/9004/events?ticket=WyJnZW5lcmF0aW9uOjkwMDQiXQ.00",
            expires_at: "2026-11-22T11:00:00.000Z",
          }),
        ),
      },
      problems: ["not_found", "route_not_found"],
    }),
  },
};
