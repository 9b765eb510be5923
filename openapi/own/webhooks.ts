import { inPath } from "../parameters.ts";
import { content, list, object, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Webhooks";
const any = { content: { "*/*": {} } };

export const WEBHOOKS: Paths = {
  "/webhooks/gen/{agent}/{token}": {
    post: describeOwn({
      id: "webhooks.gen",
      tag,
      summary: "GEN's automation webhooks",
      description:
        "The token in the address authenticates the webhook. Its content is not trusted: it only makes the Worker ask GEN.",
      who: "anybody",
      parameters: [inPath("agent", "The agent."), inPath("token", "Created by `npm run webhook:register`.")],
      body: any,
      answers: { 202: answer("Accepted.", null) },
      problems: ["bad_request", "unauthorized", "rate_limited", "request_timeout", "body_too_large"],
    }),
  },
  "/webhooks/{source}": {
    post: describeOwn({
      id: "webhooks.source",
      tag,
      summary: "Another service's webhooks",
      description: "The webhook is verified by its signature and then starts pipelines.",
      who: "anybody",
      parameters: [inPath("source", "The service: a name in `src/app/webhooks.ts`.")],
      body: any,
      answers: {
        200: answer(
          "The answer to a challenge. Also: accepted, for senders that require 200. Linear gets the same JSON as with 202, Slack an empty body, Twilio an empty `<Response/>`.",
          { "*/*": {} },
        ),
        202: answer(
          "Accepted: these runs were started, now or by an earlier delivery of the same webhook.",
          content(object({ runs: list(schema("StartedRun")) }), {
            runs: [{ pipeline: "idea-to-video", id: "ab12", location: "/pipelines/idea-to-video/runs/ab12" }],
          }),
        ),
        204: answer("Accepted: it was a test of the sender's.", null),
      },
      problems: ["bad_request", "unauthorized", "rate_limited", "request_timeout", "body_too_large", "input_invalid"],
    }),
  },
};
