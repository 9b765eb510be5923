import { parameter } from "../parameters.ts";
import { content, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";
import { DAYS_AND_FILTERS, inCsv } from "./reports.ts";

export const USAGE: Paths = {
  "/v1/usage": {
    get: describeOwn({
      id: "usage.get",
      tag: "Calls",
      summary: "Get the use of today and this month, or a report",
      description:
        "Days and months are UTC. Credits are what calls have cost, or GEN's estimates while that is not known. Operators can get another client's usage, without its limits and budgets. With `by`: the charges of these days in groups, your own; operators get those of all clients. Also as a file, with `Accept: text/csv`.",
      who: "client",
      parameters: [parameter("By"), ...DAYS_AND_FILTERS, parameter("ReportLimit"), parameter("NextCursor")],
      answers: {
        200: answer(
          "The day and the month so far, or the report.",
          {
            ...content(
              { anyOf: [schema("Usage"), schema("UsageReport")] },
              {
                client_id: "3kTq9LmZ0a",
                day: "2026-11-22",
                counted: true,
                charged_calls: { reserved: 0, spent: 12, limit: 100, left: 88 },
                credits: { reserved: 0, spent: 340, limit: 5000, left: 4660 },
                resets_at: "2026-11-23T00:00:00.000Z",
                month: {
                  charged_calls: { reserved: 0, spent: 180, limit: null, left: null },
                  credits: { reserved: 0, spent: 5100, limit: null, left: null },
                },
                budgets: [
                  {
                    of: "client",
                    name: "3kTq9LmZ0a",
                    unit: "credits",
                    per: "day",
                    limit: 5000,
                    used: 340,
                    left: 4660,
                    renews_at: "2026-11-23T00:00:00.000Z",
                  },
                ],
              },
            ),
            ...inCsv("tag,calls,…\r\n"),
          },
          "Content-Disposition",
        ),
      },
      problems: ["bad_request", "scope_required"],
    }),
  },
};
