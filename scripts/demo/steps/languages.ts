import { generateCall } from "../errors/error-case.ts";
import { tryCase } from "../errors/try-case.ts";
import { promise } from "../promise.ts";
import type { Step } from "../step.ts";

const CASE = {
  call: generateCall("language"),
  gen: {
    status: 422,
    body: { error: "Workspace does not have usable GEN credits", error_code: "usable_gen_credit_required" },
  },
  wanted: { status: 402, code: "usable_gen_credit_required", charged: "no" },
} as const;

export const languages: Step = {
  title: "The same error in the person's language",
  async run(tour) {
    const { page, gen } = tour;
    const titles = new Set<unknown>();
    for (const language of ["ja", "es", "en"]) {
      page.request(CASE.call.method, CASE.call.path, { "Accept-Language": language });
      const { raw, answer } = await tryCase(tour, CASE, language);
      if (titles.size === 0) page.fact("GEN", `${raw.status} ${raw.text}`);
      page.fact(
        "gen-edge",
        `${answer.status} ${answer.body.error_code}, Content-Language: ${answer.headers.get("content-language")}`,
      );
      for (const member of ["title", "detail", "action"]) page.fact(member, String(answer.body[member]));
      promise(page, `The texts are in the requested language: ${language}.`, {
        seen: answer.headers.get("content-language"),
        wanted: language,
      });
      titles.add(answer.body.title);
      page.line();
    }
    promise(page, "Each language has its own texts; the code stays the same.", { seen: titles.size, wanted: 3 });
    gen.control.clearFaults();
  },
};
