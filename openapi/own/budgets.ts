import { parameter } from "../parameters.ts";
import { content, list, object, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const EXAMPLE = {
  of: "tag",
  name: "customer-17",
  unit: "credits",
  per: "day",
  period: "2026-11-22",
  limit: 1_000,
  used: 840,
  left: 160,
  reached: 80,
  renews_at: "2026-11-23T00:00:00.000Z",
};

export const BUDGETS: Paths = {
  "/v1/usage/budgets": {
    get: describeOwn({
      id: "budgets.list",
      tag: "Operators",
      summary: "List the budgets that are used",
      description:
        "Nearest to its end first. A budget is here once something was booked in it in the period. Without `period`: those of today and of this month (UTC).",
      who: { scope: "operator" },
      parameters: [parameter("BudgetPeriod"), parameter("BudgetOf"), parameter("BudgetName"), parameter("PageLimit")],
      answers: {
        200: answer("The budgets.", content(object({ budgets: list(schema("BudgetUse")) }), { budgets: [EXAMPLE] })),
      },
      problems: ["bad_request"],
    }),
  },
};
