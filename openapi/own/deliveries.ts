import { inPath, parameter } from "../parameters.ts";
import { content, list, object, open, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Webhooks";
const who = { scope: "operator" } as const;
const id = inPath("id", "The delivery, from the list.");
const ID = "131b4db4a1f0c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabb";
const count = { type: "integer", minimum: 0 };

const REJECTED = {
  id: ID,
  source: "typeform",
  delivery_id: "01HQ",
  at: "2026-11-22T10:00:00.000Z",
  outcome: "rejected",
  reason: "idea: Expected string",
  size: 812,
  pipeline: "idea-to-video",
  runs: [],
  can_deliver: true,
  kept_until: "2026-11-25T10:00:00.000Z",
};
const ACCEPTED = {
  ...REJECTED,
  outcome: "accepted",
  reason: null,
  runs: [{ pipeline: "idea-to-video", id: ID, location: `/pipelines/idea-to-video/runs/${ID}` }],
  can_deliver: false,
};

export const DELIVERIES: Paths = {
  "/deliveries": {
    get: describeOwn({
      id: "deliveries.list",
      tag,
      summary: "List the webhooks of other services that came in, newest first",
      description:
        "Of the last three days: accepted ones, refused ones, and those that fitted no pipeline. Each source and reason has its own bound, so that no flood hides another's.",
      who,
      parameters: [
        parameter("DeliveryOutcome"),
        parameter("DeliverySource"),
        parameter("Cursor"),
        parameter("PageLimit"),
      ],
      answers: {
        200: answer(
          "The deliveries. `next` is the address of the next page, if there is one.",
          content(
            object({ deliveries: list(schema("Delivery")), next: { type: "string", format: "uri-reference" } }, [
              "deliveries",
            ]),
            { deliveries: [REJECTED] },
          ),
        ),
      },
      problems: ["bad_request"],
    }),
  },
  "/deliveries/{id}/deliver": {
    post: describeOwn({
      id: "deliveries.deliver",
      tag,
      summary: "Deliver a rejected webhook again",
      description:
        "With the present code of the pipeline that it did not fit. Can be repeated: the same delivery starts a run once.",
      who,
      parameters: [id],
      answers: {
        200: answer("It was accepted before.", content(schema("Delivery"), ACCEPTED)),
        202: answer("It has started a run.", content(schema("Delivery"), ACCEPTED)),
      },
      problems: ["not_found", "nothing_to_resolve", "input_invalid"],
    }),
  },
  "/deliveries/deliver": {
    post: describeOwn({
      id: "deliveries.deliver_all",
      tag,
      summary: "Deliver all rejected webhooks of a time again",
      description:
        "At most 50 in one request, the oldest first. Can be repeated: `next` is the body of the request for the rest.",
      who,
      body: {
        required: true,
        content: content(
          object(
            {
              since: { type: "string", format: "date-time", description: "Those that came then or later." },
              source: { type: "string" },
              pipeline: { type: "string", description: "The one that they did not fit." },
              after: { ...count, description: "Where the request before ended, from `next`." },
              dry_run: { type: "boolean", default: false, description: "Only counts." },
            },
            ["since"],
          ),
          { since: "2026-11-22T10:00:00Z", source: "typeform" },
        ),
      },
      answers: {
        200: answer(
          "How many deliveries match, 1,000 at most, and how many have started a run. The others stay rejected, with the reason of now.",
          content(
            object({ matched: count, delivered: count, dry_run: { type: "boolean" }, next: open() }, [
              "matched",
              "delivered",
              "dry_run",
            ]),
            { matched: 3, delivered: 3, dry_run: false },
          ),
        ),
      },
      problems: ["bad_request", "body_too_large", "request_timeout"],
    }),
  },
};
