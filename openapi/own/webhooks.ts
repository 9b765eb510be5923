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
        "The token in the address is the key. Nothing in a webhook is believed: it makes the Worker ask GEN.",
      who: "anybody",
      parameters: [inPath("agent", "The agent."), inPath("token", "Made by `npm run webhook:register`.")],
      body: any,
      answers: { 202: answer("Taken.", null) },
      problems: ["bad_request", "unauthorized", "rate_limited", "request_timeout", "body_too_large"],
    }),
  },
  "/webhooks/{source}": {
    post: describeOwn({
      id: "webhooks.source",
      tag,
      summary: "Another service's webhooks",
      description: "Verified by the signature that the service sends, then pipelines run.",
      who: "anybody",
      parameters: [inPath("source", "The service: a name in `src/app/webhooks.ts`.")],
      body: any,
      answers: {
        200: answer(
          "The answer to a challenge. Or taken, for senders that want 200: Linear gets the same JSON, Slack nothing, Twilio an empty `<Response/>`.",
          { "*/*": {} },
        ),
        202: answer(
          "Taken: these runs were started, or were already.",
          content(object({ runs: list(schema("StartedRun")) }), {
            runs: [{ pipeline: "idea-to-video", id: "ab12", location: "/pipelines/idea-to-video/runs/ab12" }],
          }),
        ),
        204: answer("It was only a test.", null),
      },
      problems: ["bad_request", "unauthorized", "rate_limited", "request_timeout", "body_too_large", "input_invalid"],
    }),
  },
};
