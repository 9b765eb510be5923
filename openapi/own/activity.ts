import { parameter } from "../parameters.ts";
import { content, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "The Worker itself";

export const ACTIVITY: Paths = {
  "/activity": {
    get: describeOwn({
      id: "activity.get",
      tag,
      summary: "Get the traffic by minute, hour or day",
      description:
        "Of the last 30 days; at most 1,500 steps. Approximate: an isolate hands over what it has counted every ten seconds. Without times: the last hour of minutes, day of hours, 30 days of days.",
      who: { scope: "operator" },
      parameters: [parameter("From"), parameter("To"), parameter("Step")],
      answers: {
        200: answer(
          "The series.",
          content(schema("Activity"), {
            from: "2026-11-22T10:00:00.000Z",
            to: "2026-11-22T10:01:00.000Z",
            step_seconds: 60,
            series: [
              {
                at: "2026-11-22T10:00:00.000Z",
                requests: 120,
                by_outcome: { success: 115, refused: 3, failed: 2 },
                errors: { gen_timeout: 2, validation_error: 3 },
                attempts: 131,
                latency_ms: { p50: 180, p95: 900 },
                credits: 40,
              },
            ],
          }),
        ),
      },
      problems: ["bad_request"],
    }),
  },
  "/metrics": {
    get: describeOwn({
      id: "metrics.get",
      tag,
      summary: "Get metrics for Prometheus",
      description:
        "Text format 0.0.4. Counters begin at 00:00 UTC; `rate()` takes that for a restart. Approximate, like `/activity`.",
      who: { scope: "operator" },
      answers: {
        200: answer("The metrics.", {
          "text/plain": { schema: { type: "string" }, example: "genedge_calls_unknown 0\n" },
        }),
      },
    }),
  },
};
