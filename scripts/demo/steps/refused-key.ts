import { callWorker } from "../call.ts";
import { readCall } from "../errors/error-case.ts";
import { showTitles, showTranslation } from "../errors/show-translation.ts";
import { tryCase } from "../errors/try-case.ts";
import { promise } from "../promise.ts";
import type { Step } from "../step.ts";

const CASE = {
  call: readCall("key"),
  gen: { status: 401, body: { error: "API key is missing or invalid", error_code: "unauthorized" } },
  wanted: { status: 502, code: "gen_key_rejected", charged: "no" },
} as const;

/** Must be the last step: for 30 s after it the Worker does not call GEN. */
export const refusedKey: Step = {
  title: "GEN refuses the Worker's own key",
  async run(tour) {
    const { page, gen, worker } = tour;
    page.text("The caller did not cause this and can't fix it: an operator must.");
    // A 401 for one operation may have another reason: the Worker blames its key only after `GET /me` says the same.
    gen.control.addFaults({
      rules: [{ match: { method: "GET", path: "^/v1/me$" }, outcomes: [CASE.gen], repeat: true }],
    });
    const translation = await tryCase(tour, CASE);
    showTitles(page);
    showTranslation(page, translation);
    const id = translation.answer.line.request_id;
    const alert = await worker.log.waitFor((line) => line.message === "gen_key_rejected" && line.request_id === id);
    page.fact("alert line", JSON.stringify(alert));
    promise(page, "The operator gets a separate log line, at error level.", { seen: alert.level, wanted: "error" });

    gen.control.clearLedger();
    const again = await callWorker(tour, CASE.call);
    page.fact("asked again", `${again.status} ${again.body.error_code}, ${again.line.attempts.length} attempts at GEN`);
    promise(page, "Asked again, the Worker answers from memory and leaves GEN alone.", {
      seen: [
        again.body.error_code,
        gen.control.ledger().requests.filter(({ path }) => CASE.call.path.startsWith(path)).length,
      ],
      wanted: [CASE.wanted.code, 0],
    });
    gen.control.clearFaults();
  },
};
