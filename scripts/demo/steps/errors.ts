import { dim } from "../../terminal/style.ts";
import type { ErrorGroup } from "../errors/error-case.ts";
import { FAILURES } from "../errors/failures.ts";
import { REFUSALS } from "../errors/refusals.ts";
import { showTitles, showTranslation } from "../errors/show-translation.ts";
import { tryCase } from "../errors/try-case.ts";
import type { Step, Tour } from "../step.ts";

export const errors: Step = {
  title: "Every error of GEN's table, before and after",
  async run(tour) {
    const { page, gen } = tour;
    page.text("Each failure is scripted in the simulator, then asked for twice: of GEN itself, and of the Worker.");
    for (const group of [...REFUSALS, ...FAILURES]) await showGroup(tour, group);
    gen.control.clearFaults();
  },
};

/** Runs a group's cases in parallel: each has its own path, and so its own fault. */
async function showGroup(tour: Tour, { title, cases }: ErrorGroup): Promise<void> {
  const { page } = tour;
  const translations = await Promise.all(cases.map((error) => tryCase(tour, error)));
  page.line();
  page.line(dim(`── ${title}`));
  showTitles(page);
  for (const translation of translations) showTranslation(page, translation);
  page.kept(
    `${translations.length} of ${cases.length}: status, code, charge and advice as promised; nothing of GEN's leaks.`,
  );
}
