import { callWorker } from "../call.ts";
import { promise } from "../promise.ts";
import { showAttempts } from "../show-attempts.ts";
import type { Step, Tour } from "../step.ts";

const SHEET = "/v1/vidsheet/sheet_123?agent_id=agent_456";
/** On another host of GEN, so that the first pause does not affect it. */
const IDEAS = "/v1/agent/ideas?agent_id=agent_456";
const SHORT_SECONDS = 2;
const LONG_SECONDS = 30;
const BUDGET_SECONDS = 5;

export const rateLimit: Step = {
  title: "A rate limit with Retry-After",
  async run(tour) {
    await obeyed(tour);
    tour.page.line();
    await tooLong(tour);
  },
};

async function obeyed(tour: Tour): Promise<void> {
  const { page, gen } = tour;
  page.text(`GEN will answer 429 with Retry-After: ${SHORT_SECONDS}, once. That fits the caller's budget.`);
  limitOnce(tour, SHORT_SECONDS);
  page.request("GET", SHEET);
  const answer = await callWorker(tour, { method: "GET", path: SHEET });
  showAttempts(page, answer);
  const [first, second] = gen.control.ledger().requests;
  const gapMs = (second?.at ?? 0) - (first?.at ?? 0);
  page.fact("GEN's ledger", `${gapMs} ms between the two requests`);
  promise(page, "The Worker waited as long as GEN asked, then the caller got the sheet.", {
    seen: [answer.status, gapMs >= SHORT_SECONDS * 1_000],
    wanted: [200, true],
  });
}

async function tooLong(tour: Tour): Promise<void> {
  const { page, gen } = tour;
  const headers = { Prefer: `wait=${BUDGET_SECONDS}` };
  page.text(
    `Now Retry-After: ${LONG_SECONDS}, and the caller has ${BUDGET_SECONDS} s. The Worker starts no wait that can't end in time.`,
  );
  limitOnce(tour, LONG_SECONDS);
  page.request("GET", IDEAS, headers);
  const { status, headers: got, body, line } = await callWorker(tour, { method: "GET", path: IDEAS, headers });
  page.fact("answer", `${status} ${body.error_code} after ${line.ms} ms, Retry-After: ${got.get("retry-after")}`);
  page.fact("detail", String(body.detail));
  page.fact("action", String(body.action));
  promise(page, "The answer came at once, with GEN's wait passed on, and GEN was asked once.", {
    seen: [status, body.error_code, got.get("retry-after"), line.waited_ms, gen.control.ledger().requests.length],
    wanted: [503, "gen_rate_limited", String(LONG_SECONDS), 0, 1],
  });
}

function limitOnce({ gen }: Tour, seconds: number): void {
  gen.control.clearLedger();
  const limited = {
    status: 429,
    headers: { "Retry-After": String(seconds) },
    body: { error: "Too many requests", error_code: "rate_limited" },
  };
  gen.control.addFaults({ rules: [{ outcomes: [limited] }] });
}
