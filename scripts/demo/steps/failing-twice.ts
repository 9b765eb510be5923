import { callWorker } from "../call.ts";
import { promise } from "../promise.ts";
import { showAttempts } from "../show-attempts.ts";
import type { Step } from "../step.ts";

const PATH = "/v1/vidsheet/sheet_123?agent_id=agent_456";

export const failingTwice: Step = {
  title: "A sheet, while GEN fails twice",
  async run(tour) {
    const { page, gen } = tour;
    page.text("GEN will answer 503, then reset the connection, then work again. The caller asks once.");
    gen.control.clearLedger();
    gen.control.addFaults({
      rules: [{ outcomes: [{ status: 503, body: "<h1>503 Service Unavailable</h1>" }, "reset"] }],
    });
    page.request("GET", PATH);
    const answer = await callWorker(tour, { method: "GET", path: PATH });
    showAttempts(page, answer);
    page.fact("sheet", `${answer.body.id}, "${answer.body.title}"`);

    const outcomes = answer.line.attempts.map((attempt) => attempt.outcome);
    promise(page, "The caller got the sheet, and saw no failure.", {
      seen: [answer.status, answer.body.id],
      wanted: [200, "sheet_123"],
    });
    promise(page, "The log names each attempt's outcome.", { seen: outcomes, wanted: ["503", "lost", "200"] });
    promise(page, "GEN's own ledger has as many requests.", {
      seen: gen.control.ledger().requests.length,
      wanted: outcomes.length,
    });
  },
};
