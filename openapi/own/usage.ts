import { parameter } from "../parameters.ts";
import { content, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

export const USAGE: Paths = {
  "/v1/usage": {
    get: describeOwn({
      id: "usage.get",
      tag: "Calls",
      summary: "Get a client's use of its quota today",
      description:
        "Days are UTC. Credits are GEN's estimates. Operators can get another client's usage, without its limits. Only the calls of clients with a quota are counted, and credits only for those with a credit limit.",
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
