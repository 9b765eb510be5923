import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, callWorker } from "../call.ts";
import { count } from "../count.ts";
import { ProgressBar } from "../progress-bar.ts";
import { promise } from "../promise.ts";
import type { Step, Tour } from "../step.ts";

const PATH = "/v1/vidsheet/sheet_123/cells/cell_31/generate?agent_id=agent_456";
const PROMPT = "A first line for a video about bread";
const POLL_MS = 250;
const TIMEOUT_MS = 20_000;
/** The Worker polls at once, after 2 s and after 3 s more; one extra for a slow machine. */
const MOST_ASKED = 4;

export const generation: Step = {
  title: "A text generation, polled to its end",
  async run(tour) {
    const { page, gen } = tour;
    page.text(
      "The simulated GEN works on this text for a few seconds; the real one takes seconds for a text and minutes for a video.",
    );
    gen.control.changeSettings({ generationMs: { text: { pendingMs: 1_000, processingMs: 2_500 } } });
    gen.control.clearLedger();
    page.request("POST", PATH);
    const json = { generation_type: "text", data: { prompt: PROMPT } };
    const started = await callWorker(tour, { method: "POST", path: PATH, json });
    page.fact("answer", `${started.status}, generation ${started.body.generation_id}, ${started.body.status}`);
    page.fact(
      "Idempotency-Key",
      `${started.headers.get("idempotency-key")} (made by the Worker, because the caller sent none)`,
    );

    const done = await poll(tour, String(started.body.generation_id));
    const { totals, requests } = gen.control.ledger();
    const asked = requests.filter(({ method }) => method === "GET").length;
    page.fact("result", String(done.body.result));
    page.fact("asked", `the Worker ${count(done.polls, "time")}, GEN ${count(asked, "time")}`);
    page.fact("GEN's ledger", `${count(totals.charges, "charge")}, ${count(totals.charged_credits, "credit")}`);
    promise(page, "The generation is completed and has a text.", {
      seen: [done.body.status, typeof done.body.result],
      wanted: ["completed", "string"],
    });
    promise(page, "It was charged once, for what the answer says it cost.", {
      seen: [totals.charges, totals.charged_credits],
      wanted: [1, Number(done.body.execution_cost)],
    });
    promise(page, "However often the caller polled, the Worker polled GEN at most every two seconds.", {
      seen: asked <= MOST_ASKED,
      wanted: true,
    });
  },
};

interface Polled {
  readonly body: Answer["body"];
  readonly polls: number;
}

async function poll(tour: Tour, id: string): Promise<Polled> {
  const path = `/v1/generations/${id}`;
  tour.page.request("GET", path);
  const bar = new ProgressBar(tour.page, process.stdout.isTTY ? process.stdout : null);
  const startedAt = Date.now();
  for (let polls = 1; ; polls += 1) {
    const { body } = await callWorker(tour, { method: "GET", path });
    const elapsedMs = Date.now() - startedAt;
    bar.show(String(body.status), elapsedMs);
    if ((body.status !== "pending" && body.status !== "processing") || elapsedMs > TIMEOUT_MS) {
      bar.end();
      return { body, polls };
    }
    await sleep(POLL_MS);
  }
}
