import { callWorker } from "../call.ts";
import { count } from "../count.ts";
import { promise } from "../promise.ts";
import { showAttempts } from "../show-attempts.ts";
import type { Step, Tour } from "../step.ts";

const CALL = {
  method: "POST",
  path: "/v1/vidsheet/sheet_123/cells/cell_32/generate?agent_id=agent_456",
  headers: { "Idempotency-Key": "demo-video-1" },
  json: { generation_type: "video_from_text", data: { prompt: "Bread, rising", duration: 10 } },
};

export const lostAnswer: Step = {
  title: "A paid call whose answer is lost, without a second charge",
  async run(tour) {
    const { page, gen } = tour;
    page.text(
      "GEN will start the video and take the credits, and then the connection breaks before its answer arrives.",
    );
    gen.control.clearLedger();
    gen.control.addFaults({ rules: [{ match: { method: "POST" }, outcomes: ["done_but_lost"] }] });
    showLedger(tour, "ledger before");
    page.request(CALL.method, CALL.path, CALL.headers);
    const first = await callWorker(tour, CALL);
    showAttempts(page, first);
    page.fact("generation", String(first.body.generation_id));
    showLedger(tour, "ledger after");
    const sent = listSends(tour);
    const keys = new Set(sent.map((request) => request.headers["idempotency-key"]));
    page.fact("sent to GEN", `${count(sent.length, "time")}, under ${count(keys.size, "idempotency key")}`);
    promise(page, "The Worker sent it again under the same key, and the caller got the generation.", {
      seen: [first.status, sent.length, keys.size],
      wanted: [201, 2, 1],
    });
    promise(page, "GEN charged once.", { seen: gen.control.ledger().totals.charges, wanted: 1 });

    page.line();
    page.text("A person presses the button again: the same request with the same Idempotency-Key.");
    page.request(CALL.method, CALL.path, CALL.headers);
    const again = await callWorker(tour, CALL);
    const replayed = again.headers.get("idempotent-replayed");
    page.fact("answer", `${again.status}, generation ${again.body.generation_id}, Idempotent-Replayed: ${replayed}`);
    showLedger(tour, "ledger now");
    promise(page, "It is the same generation from the Worker's memory, still one charge, and GEN was not asked.", {
      seen: [again.body.generation_id, replayed, gen.control.ledger().totals.charges, listSends(tour).length],
      wanted: [first.body.generation_id, "true", 1, 2],
    });
  },
};

/** The POSTs only: meanwhile the Worker also polls the generation. */
function listSends({ gen }: Tour) {
  return gen.control.ledger().requests.filter(({ method }) => method === "POST");
}

function showLedger(tour: Tour, name: string): void {
  const { page, gen } = tour;
  const { charges, totals } = gen.control.ledger();
  const list = charges.map(
    (charge) => `${charge.operation}, ${count(charge.amount, "credit")}, generation ${charge.generation_id}`,
  );
  const sums = `${count(listSends(tour).length, "POST")}, ${count(totals.charges, "charge")}`;
  page.fact(name, list.length > 0 ? `${sums}: ${list.join("; ")}` : sums);
}
