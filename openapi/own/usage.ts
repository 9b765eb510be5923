import { parameter } from "../parameters.ts";
import { content, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

export const USAGE: Paths = {
  "/v1/usage": {
    get: describeOwn({
      id: "usage.get",
      tag: "Calls",
      summary: "What a client has used of its quota today",
      description:
        "Days are UTC. Credits are GEN's estimates. An operator may ask for another client's; its limits are not known there. Only clients with a quota are counted, and credits only of those with a limit of credits.",
      who: "client",
      parameters: [parameter("OfClient")],
      answers: {
        200: answer(
          "The day so far.",
          content(schema("Usage"), {
            client_id: "3kTq9LmZ0a",
            day: "2026-11-22",
            counted: true,
            charged_calls: { reserved: 0, spent: 12, limit: 100, left: 88 },
            credits: { reserved: 0, spent: 340, limit: 5000, left: 4660 },
            resets_at: "2026-11-23T00:00:00.000Z",
          }),
        ),
      },
      problems: ["bad_request", "scope_required"],
    }),
  },
};
