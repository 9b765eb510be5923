/**
 * What a webhook's sender is given: `WEBHOOK_BUDGET_MS` until its answer, whatever it asks for in `Prefer`. Its body is
 * read and its work begun in that time. Who is not answered with a 2xx sends again, and what was begun is found again.
 */

import { type Problem, refuse } from "../problems/problem.ts";
import { Deadline } from "../resilience/deadline.ts";
import type { Context } from "./context.ts";

const RETRY_AFTER_SECONDS = 5;

export const LATE: Problem = { ...refuse("not_taken_in_time"), retry: "yes", retryAfter: RETRY_AFTER_SECONDS };

export function withWebhookBudget(ctx: Context): Context {
  ctx.waitSeconds = null;
  const endsAt = ctx.clock.now() + ctx.config.webhookBudgetMs;
  return { ...ctx, deadline: new Deadline({ endsAt, subrequests: ctx.deadline.subrequestsLeft, signal: null }) };
}
